import { type Id, isId } from "../../base/envelope.js";
import type { JsonObject } from "../../base/json.js";

/** An initial issue. A missing id or key (`ISSUE-<id>`) is added. */
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

export function createIssueStore(seed: readonly IssueSeed[]): IssueStore {
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

  function add(given: JsonObject): JsonObject {
    const id = given.id ?? newId();
    const issue = { ...given, id, key: given.key ?? `ISSUE-${id}` };
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
      return issue && replace(issue, { ...issue, ...changes, id: issue.id, key: issue.key });
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
