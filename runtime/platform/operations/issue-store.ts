import { type Id, isId } from "../../base/envelope.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "../../base/json.js";
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
  add(issue: JsonObject): JsonObject;
  /** Id and key stay. Returns the changed issue, or undefined if there is none. */
  change(name: string, changes: JsonObject): JsonObject | undefined;
  /**
   * Adds the issue of a delivery. If it is known by its key or id, members of the delivery replace those of the same name, and the
   * others stay. `project` is the default of `project_id`. An issue without both key and id is ignored.
   */
  learn(issue: JsonObject, project: Id | null): void;
}

/** The key of an issue's project: its own member, that of its project, or the beginning of its key. */
export function projectKeyOf(issue: JsonObject): string | undefined {
  const { project, key } = issue;
  const own = [member(issue, "project_key"), isJsonObject(project) ? member(project, "key") : undefined];
  return own.map(nonEmptyText).find((found) => found !== undefined) ?? /^(.+)-[^-]+$/.exec(String(key ?? ""))?.[1];
}

export function createIssueStore(seed: readonly IssueSeed[], now: Clock): IssueStore {
  let issues: readonly JsonObject[] = [];
  let lastId = 0;
  const seeded = new Set(seed.map(({ id }) => String(id)));

  function find(name: string): JsonObject | undefined {
    return issues.find(({ key }) => String(key) === name) ?? issues.find(({ id }) => String(id) === name);
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

  for (const issue of seed) add(issue);

  return {
    list: () => issues,
    find,
    add,
    change(name, changes) {
      const issue = find(name);
      const { id, key } = issue ?? {};
      return issue && replace(issue, { ...issue, ...changes, id, key, updated_at: timestamp(now()) });
    },
    learn(delivered, project) {
      const names = [delivered.key, delivered.id].filter(isId);
      if (names.length === 0) return;
      const known = names.map((name) => find(String(name))).find((issue) => issue !== undefined);
      const merged = { ...(project === null ? {} : { project_id: project }), ...known, ...delivered };
      if (known === undefined) add(merged);
      else replace(known, { ...merged, id: delivered.id ?? known.id, key: delivered.key ?? known.key });
    },
  };
}
