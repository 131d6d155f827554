import type { JsonObject } from "../../base/json.js";
import { type Answer, type Behaviour, created, notFound, ok } from "../http/operation.js";
import type { IssueStore } from "./issue-store.js";

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
 * The shapes are simpler than Kiket's. Objects and lists are wrapped in `data`, as in custom data. An issue is found by its key, else
 * by its id. A transition takes the new status from `to`, else from `status`.
 */
export function createIssues(issues: IssueStore): Behaviour<Operations> {
  // Kiket's shapes, seen in the code of its MCP server: facts 260 to 267.
  let lastComment = 0;

  function answer(issue: JsonObject | undefined): Answer {
    return issue === undefined ? notFound("Issue") : ok({ data: issue });
  }

  return {
    listIssues({ query }) {
      const found = issues
        .list()
        .filter(({ project_id }) => query.project_id === undefined || String(project_id) === String(query.project_id));
      return ok({ data: found.slice(0, query.limit) });
    },
    createIssue: ({ body: { id: _, key: __, ...issue } }) => created({ data: issues.add(issue) }),
    getIssue: ({ path }) => answer(issues.find(path.key)),
    updateIssue: ({ path, body }) => answer(issues.change(path.key, body)),
    createIssueComment({ path, body }) {
      const issue = issues.find(path.key);
      if (issue === undefined) return notFound("Issue");
      lastComment += 1;
      return created({ data: { ...body, id: lastComment, issue_key: issue.key } });
    },
    transitionIssue({ path, body }) {
      const status = body.to ?? body.status;
      return answer(issues.change(path.key, status === undefined ? {} : { status }));
    },
    listProjectWorkflows: () => ok({ data: [] }),
    listProjectBoards: () => ok({ data: [] }),
  };
}
