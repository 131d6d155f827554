import type { Id } from "../../base/envelope.js";
import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { listIn, writtenIn } from "./read-answer.js";
import { type FromWire, fromWire } from "./wire-names.js";

// As in the API (fact 267).
type WireComment = components["schemas"]["IssueComment"];

/** A comment on an issue. Times are ISO 8601. */
export type IssueComment = FromWire<WireComment>;

// See fact 263.
/**
 * The comments on issues. The parameter `issue` is an issue's key or id. What Kiket answers to a write is not checked, since the write
 * has happened: members may be missing.
 */
export interface CommentsEndpoint {
  /** The comments of an issue. No parameter for a page is known. */
  list(issue: Id): Promise<IssueComment[]>;
  /** The text must not be empty. */
  create(issue: Id, body: string): Promise<Partial<IssueComment>>;
  /** Replaces the text. */
  update(issue: Id, id: Id, body: string): Promise<Partial<IssueComment>>;
  /** Throws an `ApiError` if there is no such comment (404). */
  delete(issue: Id, id: Id): Promise<void>;
}

const commentsPath = "/api/v1/ext/issues/{key}/comments";
const commentPath = "/api/v1/ext/issues/{key}/comments/{comment_id}";

export const commentsCalls: CallsOf<CommentsEndpoint> = {
  list: [`get ${commentsPath}`],
  create: [`post ${commentsPath}`],
  update: [`patch ${commentPath}`],
  delete: [`delete ${commentPath}`],
};

function writtenComment(body: unknown): Partial<IssueComment> {
  return fromWire(writtenIn<WireComment>(body, "id", "comment"));
}

export function createCommentsEndpoint(api: ApiClient): CommentsEndpoint {
  return {
    async list(issue) {
      const { data } = await api.GET(commentsPath, { params: { path: { key: issue } } });
      return listIn<WireComment>(data, "comments", ["comments"]).map((comment) => fromWire(comment));
    },
    async create(issue, body) {
      const params = { path: { key: issue } };
      return writtenComment((await api.POST(commentsPath, { params, body: { comment: { body } } })).data);
    },
    async update(issue, id, body) {
      const params = { path: { key: issue, comment_id: id } };
      return writtenComment((await api.PATCH(commentPath, { params, body: { comment: { body } } })).data);
    },
    async delete(issue, id) {
      await api.DELETE(commentPath, { params: { path: { key: issue, comment_id: id } } });
    },
  };
}
