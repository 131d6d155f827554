import { type Answer, type Behaviour, created, noContent, notFound, ok } from "../http/operation.js";
import type { CommentStore, StoredComment } from "./comment-store.js";
import type { Present } from "./issue-answers.js";

type Operations = "listIssueComments" | "createIssueComment" | "updateIssueComment" | "deleteIssueComment";

// Facts 263, 267.
export function createComments(comments: CommentStore, present: Present): Behaviour<Operations> {
  function answer(comment: StoredComment | undefined, status: typeof ok, missing: string): Answer {
    return comment === undefined ? notFound(missing) : status(present("comment", comment));
  }

  return {
    listIssueComments({ path }) {
      const found = comments.list(path.key);
      return found === undefined ? notFound("Issue") : ok(present("comments", found));
    },
    createIssueComment({ path, body, caller }) {
      const author = { id: 1, name: caller, email: null };
      return answer(comments.add(path.key, { body: body.comment.body, author }), created, "Issue");
    },
    updateIssueComment: ({ path, body }) =>
      answer(comments.change(path.key, path.comment_id, body.comment.body), ok, "Comment"),
    deleteIssueComment: ({ path }) => (comments.remove(path.key, path.comment_id) ? noContent : notFound("Comment")),
  };
}
