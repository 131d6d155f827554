import type { Id } from "../../base/envelope.js";
import { defined } from "../../base/json.js";
import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { type CommentsEndpoint, commentsCalls, createCommentsEndpoint } from "./comments.js";
import { type Pagination, paginationIn } from "./pagination.js";
import { listIn, objectIn, orNull, writtenIn } from "./read-answer.js";
import { type FromWire, fromWire, toWire } from "./wire-names.js";

// As in the API (fact 265).
type WireIssue = components["schemas"]["Issue"];
type WireInput = components["schemas"]["IssueInput"];
type NewWireIssue = components["schemas"]["NewIssue"];

/** Members whose content has names of the project's own. They are not changed. */
const customMembers = ["custom_fields"] as const;

type CustomMember = (typeof customMembers)[number];

/** An issue as the API answers it. Times are ISO 8601. */
export type IssueRecord = FromWire<WireIssue, CustomMember>;

// See fact 266.
/** The members of an issue that can be written. `projectId`, `status`, `parentId` and `customFields` were seen only in calls of users. */
export interface IssueChanges {
  readonly projectKey?: string | undefined;
  readonly projectId?: Id | undefined;
  readonly title?: string | undefined;
  readonly description?: string | null | undefined;
  /** Kiket's default for a new issue is `Task`. */
  readonly issueType?: string | undefined;
  /** Known are low, medium, high and critical. */
  readonly priority?: string | null | undefined;
  /** Kiket's default for a new issue is `backlog`. To move an issue, use `transition`. */
  readonly status?: string | undefined;
  readonly assigneeId?: Id | null | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly parentId?: Id | null | undefined;
  /** Has the project's own names. */
  readonly customFields?: Readonly<Record<string, unknown>> | undefined;
}

/** A new issue. Only the title is required. */
export interface IssueInput extends IssueChanges {
  readonly title: string;
}

/** Which issues `list` returns. Every member is optional. */
export interface IssuesQuery {
  readonly projectKey?: string | undefined;
  readonly status?: string | undefined;
  readonly assigneeId?: Id | undefined;
  /** Only issues with this label. */
  readonly label?: string | undefined;
  /** Only issues in which this text is found. Where Kiket looks for it is not known. */
  readonly search?: string | undefined;
  /** The page, from 1. */
  readonly page?: number | undefined;
  /** Issues per page. Kiket's default is not known. */
  readonly perPage?: number | undefined;
}

/** One page of issues. */
export interface IssuePage {
  readonly issues: readonly IssueRecord[];
  readonly pagination: Pagination;
}

// See facts 260 to 263.
/**
 * Issues. The parameter `issue` is an issue's key or id. What Kiket answers to a write is not checked, since the write has happened:
 * members may be missing.
 */
export interface IssuesEndpoint {
  /** One page. For the next one, call it again with `page`. */
  list(query?: IssuesQuery): Promise<IssuePage>;
  /** `null` if there is no such issue (404). */
  get(issue: Id): Promise<IssueRecord | null>;
  /** Throws an `ApiError` if Kiket refuses the issue; its `details` name the members, if Kiket does. */
  create(input: IssueInput): Promise<Partial<IssueRecord>>;
  /** Sends only the members that are given. */
  update(issue: Id, changes: IssueChanges): Promise<Partial<IssueRecord>>;
  /** Moves the issue. A transition has a key of its own, such as `start_progress`; it is not the state that it leads to. */
  transition(issue: Id, transition: string): Promise<Partial<IssueRecord>>;
  /** Writes a comment, as `comments.create` does. */
  comment: CommentsEndpoint["create"];
}

const issuesPath = "/api/v1/ext/issues";
const issuePath = "/api/v1/ext/issues/{key}";
const transitionsPath = "/api/v1/ext/issues/{key}/transitions";

export const issuesCalls: CallsOf<IssuesEndpoint> = {
  list: [`get ${issuesPath}`],
  get: [`get ${issuePath}`],
  create: [`post ${issuesPath}`],
  update: [`patch ${issuePath}`],
  transition: [`post ${transitionsPath}`],
  comment: commentsCalls.create,
};

function writtenIssue(body: unknown): Partial<IssueRecord> {
  return fromWire(writtenIn<WireIssue>(body, "id", "issue"), customMembers);
}

function inWire<Wire extends WireInput>(input: IssueChanges): Wire {
  return toWire<WireInput, CustomMember>(input as FromWire<WireInput, CustomMember>, customMembers) as Wire;
}

export function createIssuesEndpoint(api: ApiClient): IssuesEndpoint {
  const { create: comment } = createCommentsEndpoint(api);
  return {
    async list({ projectKey, status, assigneeId, label, search, page, perPage } = {}) {
      const query = defined({
        project_key: projectKey,
        status,
        assignee_id: assigneeId,
        label,
        search,
        page,
        per_page: perPage,
      });
      const { data } = await api.GET(issuesPath, { params: { query } });
      const issues = listIn<WireIssue>(data, "issues", ["issues", "data"]);
      return { issues: issues.map((issue) => fromWire(issue, customMembers)), pagination: paginationIn(data) };
    },
    get: (issue) =>
      orNull(
        api
          .GET(issuePath, { params: { path: { key: issue } } })
          .then(({ data }) => fromWire(objectIn<WireIssue>(data, "issue", "id", "issue"), customMembers)),
      ),
    async create(input) {
      const body = { issue: inWire<NewWireIssue>(input) };
      return writtenIssue((await api.POST(issuesPath, { body })).data);
    },
    async update(issue, changes) {
      const params = { path: { key: issue } };
      return writtenIssue((await api.PATCH(issuePath, { params, body: { issue: inWire(changes) } })).data);
    },
    async transition(issue, transition) {
      const params = { path: { key: issue } };
      return writtenIssue((await api.POST(transitionsPath, { params, body: { transition } })).data);
    },
    comment,
  };
}
