import { type Id, isId } from "../../base/envelope.js";
import { isJsonObject, type JsonObject, member } from "../../base/json.js";
import { type Answer, type Behaviour, created, notFound, ok, unprocessable } from "../http/operation.js";
import type { Present } from "./issue-answers.js";
import { type IssueStore, projectKeyOf } from "./issue-store.js";
import type { Person } from "./members.js";
import { pageOf } from "./page.js";

type Operations =
  | "listIssues"
  | "createIssue"
  | "getIssue"
  | "updateIssue"
  | "transitionIssue"
  | "listProjectWorkflows"
  | "listProjectBoards";

interface IssueInputs {
  readonly issues: IssueStore;
  /** The status that each transition leads to, by the key of the transition. Without it, every key is a transition. */
  readonly transitions: Readonly<Record<string, string>> | undefined;
  readonly personOf: (id: Id) => Person;
  readonly present: Present;
}

interface IssueFilters {
  readonly project_key?: string;
  readonly status?: string;
  readonly assignee_id?: Id;
  readonly label?: string;
  readonly search?: string;
}

function isWanted(issue: JsonObject, { project_key, status, assignee_id, label, search }: IssueFilters): boolean {
  const { labels, assignee } = issue;
  const assigned = isJsonObject(assignee) ? assignee.id : issue.assignee_id;
  const texts = [issue.key, issue.title, issue.description].map((text) => String(text ?? "").toLowerCase());
  return (
    (project_key === undefined || projectKeyOf(issue) === project_key) &&
    (status === undefined || issue.status === status) &&
    (assignee_id === undefined || String(assigned ?? "") === String(assignee_id)) &&
    (label === undefined || (Array.isArray(labels) && labels.includes(label))) &&
    (search === undefined || texts.some((text) => text.includes(search.toLowerCase())))
  );
}

// Facts 260 to 266, 269.
/** Issues and their transitions. An issue is found by its key, else by its id. */
export function createIssues({ issues, transitions, personOf, present }: IssueInputs): Behaviour<Operations> {
  function answer(issue: JsonObject | undefined): Answer {
    return issue === undefined ? notFound("Issue") : ok(present("issue", issue));
  }

  /** Writes name the assignee by id; answers have the person. What Kiket sets itself is left out, and no status stays what it was. */
  function written({ id: _, key: __, created_at, updated_at, assignee, assignee_id, status, ...rest }: JsonObject) {
    return {
      ...rest,
      ...(status == null ? {} : { status }),
      ...(assignee_id === undefined ? {} : { assignee: isId(assignee_id) ? personOf(assignee_id) : null }),
    };
  }

  return {
    listIssues({ query }) {
      const wanted = issues.list().filter((issue) => isWanted(issue, query));
      const { items, page, per_page, total_pages, count } = pageOf(wanted, query);
      return ok({ issues: items, pagination: { page, per_page, total_pages, total_count: count } });
    },
    createIssue({ body: { issue } }) {
      const given: JsonObject = written(issue);
      return created(present("issue", issues.add({ ...given, issue_type: given.issue_type ?? "Task" })));
    },
    getIssue: ({ path }) => answer(issues.find(path.key)),
    updateIssue: ({ path, body }) => answer(issues.change(path.key, written(body.issue))),
    transitionIssue({ path, body: { transition } }) {
      const issue = issues.find(path.key);
      // No source tells which state a transition leads to.
      const status = transitions === undefined ? transition : member(transitions, transition);
      if (issue !== undefined && status === undefined) {
        const known = Object.keys(transitions ?? {}).join(", ") || "none";
        return unprocessable("Unknown transition", [
          { field: "body.transition", message: `is not in seed.transitions of the local Kiket, which has: ${known}` },
        ]);
      }
      const state = issue?.workflow_state == null ? {} : { workflow_state: status };
      return answer(issues.change(path.key, { status, ...state }));
    },
    listProjectWorkflows: () => ok({ data: [] }),
    listProjectBoards: () => ok({ data: [] }),
  };
}
