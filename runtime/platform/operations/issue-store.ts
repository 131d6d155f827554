import { type Id, isId } from "../../base/envelope.js";
import { defined, isJsonObject, type JsonObject, member, nonEmptyText } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";

/**
 * An initial issue, with names as in the API. What a response always has is added where it is missing: id, key (`ISSUE-<id>`, or
 * with the key of the project), title (the key), status (`backlog`) and timestamps, no description, assignee, priority or labels.
 */
export type IssueSeed = JsonObject;

/** The issues of the platform, in the order in which it got to know them. */
export interface IssueStore {
  list(): readonly JsonObject[];
  /** The issue with this key, else the one with this id. */
  find(name: string): JsonObject | undefined;
  /** The place of this issue in the list. It stays, unlike the id or key, which a later delivery may tell. */
  place(name: string): number | undefined;
  add(issue: JsonObject): JsonObject;
  /** Id and key stay. Returns the changed issue, or undefined if there is none. */
  change(name: string, changes: JsonObject): JsonObject | undefined;
  /**
   * Adds the issue of a delivery. If it is known by its key or id, members of the delivery replace those of the same name, and the
   * others stay. `project` is the default of `project_id`. Returns the place of the issue. An issue without both key and id is ignored.
   */
  learn(issue: JsonObject, project: Id | null): number | undefined;
  /** The number that was given last as an id. */
  lastId(): number;
}

/** The key of an issue's project: its own member, that of its project, or the beginning of its key. */
export function projectKeyOf(issue: JsonObject): string | undefined {
  const { project, key } = issue;
  const own = [member(issue, "project_key"), isJsonObject(project) ? member(project, "key") : undefined];
  return own.map(nonEmptyText).find((found) => found !== undefined) ?? /^(.+)-[^-]+$/.exec(String(key ?? ""))?.[1];
}

/** Members that are never null in an answer (fact 265). */
const neverNull: ReadonlySet<string> = new Set(["title", "status", "created_at", "updated_at"]);

/** A delivery that has null for such a member says nothing of it. */
function withoutNull(delivered: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(delivered).filter(([name, value]) => value !== null || !neverNull.has(name)),
  );
}

/** @throws {TypeError} if two issues of the seed have the same key or id: calls would never find the second one. */
export function createIssueStore(seed: readonly IssueSeed[], now: Clock, lastId = 0): IssueStore {
  let issues: readonly JsonObject[] = [];
  const seeded = new Set(seed.map(({ id }) => String(id)));

  function withKey(name: unknown): JsonObject | undefined {
    return isId(name) ? issues.find(({ key }) => String(key) === String(name)) : undefined;
  }

  function withId(name: unknown): JsonObject | undefined {
    return isId(name) ? issues.find(({ id }) => String(id) === String(name)) : undefined;
  }

  function find(name: string): JsonObject | undefined {
    return withKey(name) ?? withId(name);
  }

  function placeOf(issue: JsonObject | undefined): number | undefined {
    return issue && issues.indexOf(issue);
  }

  function newId(): number {
    do lastId += 1;
    while (seeded.has(String(lastId)) || find(String(lastId)) !== undefined);
    return lastId;
  }

  function newKey(issue: JsonObject, id: unknown): string {
    const project = projectKeyOf(issue) ?? "ISSUE";
    let number = id;
    for (let next = 1; find(`${project}-${number}`) !== undefined; next += 1) number = next;
    return `${project}-${number}`;
  }

  function add(given: JsonObject): JsonObject {
    const id = given.id ?? newId();
    const key = given.key ?? newKey(given, id);
    const time = timestamp(now());
    const issue = {
      description: null,
      assignee: null,
      priority: null,
      labels: [],
      created_at: time,
      updated_at: time,
      ...given,
      title: given.title ?? key,
      status: given.status ?? "backlog",
      id,
      key,
    };
    issues = [...issues, issue];
    return issue;
  }

  function replace(issue: JsonObject, changed: JsonObject): JsonObject {
    issues = issues.map((one) => (one === issue ? changed : one));
    return changed;
  }

  for (const issue of seed) {
    const { key, id } = issue;
    if (withKey(key) ?? withId(id)) {
      throw new TypeError(`seed.issues: two issues have the same key or id: ${JSON.stringify(defined({ key, id }))}.`);
    }
    add(issue);
  }

  return {
    list: () => issues,
    find,
    place: (name) => placeOf(find(name)),
    add,
    change(name, changes) {
      const issue = find(name);
      const { id, key } = issue ?? {};
      return issue && replace(issue, { ...issue, ...changes, id, key, updated_at: timestamp(now()) });
    },
    learn(delivered, project) {
      const [key, id] = [delivered.key, delivered.id].map((name) => (isId(name) ? name : undefined));
      if (key === undefined && id === undefined) return undefined;
      // A key may look like the id of another issue. Some deliveries name the key as the id.
      const known = withKey(key) ?? withId(id) ?? (typeof id === "string" ? withKey(id) : undefined);
      // A second issue with this id could not be found any more.
      const other = withId(id);
      const free = other === undefined || other === known ? id : undefined;
      const merged = {
        ...(project === null ? {} : { project_id: project }),
        ...known,
        ...withoutNull(delivered),
        id: id === known?.key ? known?.id : (free ?? known?.id),
        key: key ?? known?.key,
      };
      return placeOf(known === undefined ? add(merged) : replace(known, merged));
    },
    lastId: () => lastId,
  };
}
