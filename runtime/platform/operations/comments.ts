import type { Id } from "../../base/envelope.js";
import type { JsonObject } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";
import { type Behaviour, created, noContent, notFound, ok } from "../http/operation.js";
import type { Present } from "./issue-answers.js";
import type { IssueStore } from "./issue-store.js";
import type { Person } from "./members.js";

/** An initial comment of an issue in the seed. A missing id, author or timestamp is added. */
export interface CommentSeed {
  /** The key or the id of the issue. */
  readonly issue: Id;
  readonly body: string;
  /** Default: the next free number. */
  readonly id?: Id;
  readonly author?: Person;
  /** RFC 3339. Default: now. */
  readonly created_at?: string;
}

/** A comment, without the issue that it belongs to. */
interface Comment {
  readonly id: Id;
  readonly body: string;
  readonly author: Person;
  readonly created_at: string;
  readonly updated_at: string;
}

interface Stored {
  /** The id of the issue, as text. */
  readonly issue: string;
  readonly comment: Comment;
}

interface CommentInputs {
  readonly seed: readonly CommentSeed[];
  readonly issues: IssueStore;
  readonly now: Clock;
  readonly present: Present;
}

type Operations = "listIssueComments" | "createIssueComment" | "updateIssueComment" | "deleteIssueComment";

export function createComments({ seed, issues, now, present }: CommentInputs): Behaviour<Operations> {
  let stored: readonly Stored[] = [];
  let lastId = 0;

  function add(issue: JsonObject, { body, author, ...given }: Omit<CommentSeed, "issue">): Comment {
    do lastId += 1;
    while (stored.some(({ comment }) => String(comment.id) === String(lastId)));
    const time = given.created_at ?? timestamp(now());
    const written = author ?? { id: 1, name: null, email: null };
    const comment = { id: given.id ?? lastId, body, author: written, created_at: time, updated_at: time };
    stored = [...stored, { issue: String(issue.id), comment }];
    return comment;
  }

  function of(key: string): readonly Stored[] | undefined {
    const issue = issues.find(key);
    return issue && stored.filter((one) => one.issue === String(issue.id));
  }

  function find({ key, comment_id }: { readonly key: string; readonly comment_id: string }): Stored | undefined {
    return of(key)?.find(({ comment }) => String(comment.id) === comment_id);
  }

  for (const { issue, ...comment } of seed) {
    const found = issues.find(String(issue));
    if (found === undefined) throw new TypeError(`seed.comments: no issue in seed.issues has the key or id ${issue}.`);
    add(found, comment);
  }

  return {
    listIssueComments({ path }) {
      const found = of(path.key);
      if (found === undefined) return notFound("Issue");
      return ok(
        present(
          "comments",
          found.map(({ comment }) => comment),
        ),
      );
    },
    createIssueComment({ path, body, caller }) {
      const issue = issues.find(path.key);
      if (issue === undefined) return notFound("Issue");
      const author = { id: 1, name: caller, email: null };
      return created(present("comment", add(issue, { body: body.comment.body, author })));
    },
    updateIssueComment({ path, body }) {
      const found = find(path);
      if (found === undefined) return notFound("Comment");
      const comment = { ...found.comment, body: body.comment.body, updated_at: timestamp(now()) };
      stored = stored.map((one) => (one === found ? { ...one, comment } : one));
      return ok(present("comment", comment));
    },
    deleteIssueComment({ path }) {
      const found = find(path);
      if (found === undefined) return notFound("Comment");
      stored = stored.filter((one) => one !== found);
      return noContent;
    },
  };
}
