import type { JsonObject } from "../../base/json.js";
import { type Answer, type Behaviour, created, notFound, ok } from "../http/operation.js";

/** An initial issue. A missing id or key (`ISSUE-<id>`) is added. */
export type IssueSeed = JsonObject;

type Operations =
  | "listIssues"
  | "createIssue"
  | "getIssue"
  | "updateIssue"
  | "createIssueComment"
  | "transitionIssue"
  | "listProjectWorkflows"
  | "listProjectBoards";

/**
 * The shapes are simpler than Kiket's. Objects and lists are wrapped in `data`, as in custom data. A transition takes the new
 * status from `to`, else from `status`.
 */
export function createIssues(seed: readonly IssueSeed[]): Behaviour<Operations> {
  // Kiket's shapes, seen in the code of its MCP server: facts 260 to 267.
  const issues = new Map<string, JsonObject>();
  let lastIssue = 0;
  let lastComment = 0;

  function add(given: JsonObject): JsonObject {
    lastIssue += 1;
    const id = given.id ?? lastIssue;
    const issue = { ...given, id, key: given.key ?? `ISSUE-${id}` };
    issues.set(String(issue.key), issue);
    return issue;
  }

  function change(key: string, changes: JsonObject): Answer {
    const issue = issues.get(key);
    if (issue === undefined) return notFound("Issue");
    const changed = { ...issue, ...changes, id: issue.id, key: issue.key };
    issues.set(key, changed);
    return ok({ data: changed });
  }

  for (const issue of seed) add(issue);

  return {
    listIssues({ query }) {
      const found = [...issues.values()].filter(
        ({ project_id }) => query.project_id === undefined || String(project_id) === String(query.project_id),
      );
      return ok({ data: found.slice(0, query.limit) });
    },
    createIssue: ({ body: { id: _, key: __, ...issue } }) => created({ data: add(issue) }),
    getIssue({ path }) {
      const issue = issues.get(path.key);
      return issue === undefined ? notFound("Issue") : ok({ data: issue });
    },
    updateIssue: ({ path, body }) => change(path.key, body),
    createIssueComment({ path, body }) {
      if (!issues.has(path.key)) return notFound("Issue");
      lastComment += 1;
      return created({ data: { ...body, id: lastComment, issue_key: path.key } });
    },
    transitionIssue({ path, body }) {
      const status = body.to ?? body.status;
      return change(path.key, status === undefined ? {} : { status });
    },
    listProjectWorkflows: () => ok({ data: [] }),
    listProjectBoards: () => ok({ data: [] }),
  };
}
