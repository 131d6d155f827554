import { type Id, isId } from "../../base/envelope.js";
import { isJsonObject, type JsonObject } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";
import type { IssueStore } from "./issue-store.js";
import type { Person } from "./members.js";

/** An initial comment of an issue in the seed. A missing id, author or timestamp is added. */
export interface CommentSeed {
  /** The key or the id of the issue. */
  readonly issue: Id;
  readonly body: string;
  /** Default: the next free number. */
  readonly id?: Id;
  /** Default: a person without name and e-mail. */
  readonly author?: Person;
  /** RFC 3339. Default: now. */
  readonly created_at?: string;
  /** RFC 3339. Default: `created_at`. */
  readonly updated_at?: string;
}

/** A comment, without the issue that it belongs to. */
export interface StoredComment {
  readonly id: Id;
  readonly body: string;
  readonly author: Person;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The comments of the platform. An issue is given by its key or id. */
export interface CommentStore {
  /** In the order in which they were written; undefined if there is no such issue. */
  list(issue: string): readonly StoredComment[] | undefined;
  /** Undefined if there is no such issue. */
  add(issue: string, comment: Omit<CommentSeed, "issue">): StoredComment | undefined;
  /** Undefined if the issue has no such comment. */
  change(issue: string, id: string, body: string): StoredComment | undefined;
  /** Whether there was such a comment. */
  remove(issue: string, id: string): boolean;
  /**
   * Adds the comment of a delivery, or replaces the text of the one with its id. `place` is that of the issue. A comment without id or
   * text is ignored.
   */
  learn(place: number, comment: JsonObject): void;
  /** All comments, by the issues' places. */
  snapshot(): readonly CommentSeed[];
  /** The number that was given last as an id. */
  lastId(): number;
}

const nobody: Person = Object.freeze({ id: 1, name: null, email: null });

/** @throws {TypeError} if a comment of the seed has no issue. */
export function createCommentStore(
  seed: readonly CommentSeed[],
  issues: IssueStore,
  now: Clock,
  lastId = 0,
): CommentStore {
  /** By the place of the issue. */
  const byIssue = new Map<number, readonly StoredComment[]>();
  /** The ids of those of the seed that are still to be added. */
  const awaited = new Set(seed.map(({ id }) => String(id)));

  function isTaken(id: string): boolean {
    return awaited.has(id) || [...byIssue.values()].some((comments) => comments.some((one) => String(one.id) === id));
  }

  function newId(): number {
    do lastId += 1;
    while (isTaken(String(lastId)));
    return lastId;
  }

  function commentsAt(place: number): readonly StoredComment[] {
    return byIssue.get(place) ?? [];
  }

  function add(place: number, { body, author = nobody, ...given }: Omit<CommentSeed, "issue">): StoredComment {
    const time = given.created_at ?? timestamp(now());
    const comment = {
      id: given.id ?? newId(),
      body,
      author,
      created_at: time,
      updated_at: given.updated_at ?? time,
    };
    byIssue.set(place, [...commentsAt(place), comment]);
    return comment;
  }

  /** Puts one, or none, in the place of a comment. */
  function replace(place: number, id: string, changed: (comment: StoredComment) => readonly StoredComment[]) {
    const comments = commentsAt(place);
    const found = comments.find((comment) => String(comment.id) === id);
    if (found === undefined) return undefined;
    const put = changed(found);
    byIssue.set(
      place,
      comments.flatMap((comment) => (comment === found ? put : [comment])),
    );
    return put;
  }

  function change(place: number, id: string, body: string): StoredComment | undefined {
    return replace(place, id, (comment) => [{ ...comment, body, updated_at: timestamp(now()) }])?.[0];
  }

  /** Undefined if there is no such issue. */
  function at<Result>(issue: string, use: (place: number) => Result): Result | undefined {
    const place = issues.place(issue);
    return place === undefined ? undefined : use(place);
  }

  for (const { issue, ...comment } of seed) {
    if (at(String(issue), (place) => add(place, comment)) === undefined) {
      throw new TypeError(`seed.comments: no issue in seed.issues has the key or id ${issue}.`);
    }
  }
  awaited.clear();

  return {
    list: (issue) => at(issue, commentsAt),
    add: (issue, comment) => at(issue, (place) => add(place, comment)),
    change: (issue, id, body) => at(issue, (place) => change(place, id, body)),
    remove: (issue, id) => at(issue, (place) => replace(place, id, () => [])) !== undefined,
    learn(place, { id, body, author, created_at }) {
      if (!isId(id) || typeof body !== "string" || change(place, String(id), body) !== undefined) return;
      const time = typeof created_at === "string" ? { created_at } : {};
      add(place, { id, body, author: { ...nobody, ...(isJsonObject(author) ? author : {}) }, ...time });
    },
    snapshot() {
      const keys = issues.list().map(({ key }) => key as Id);
      return keys.flatMap((issue, place) => commentsAt(place).map((comment) => ({ issue, ...comment })));
    },
    lastId: () => lastId,
  };
}
