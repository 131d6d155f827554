type Members = Readonly<Record<string, unknown>>;

/** What the handlers read of a pull request in a webhook of GitHub. */
export interface PullRequest {
  /** Such as `acme/site#7`. */
  readonly key: string;
  readonly title: string;
  readonly url: string;
  readonly merged: boolean;
  /** ISO 8601. */
  readonly updatedAt: string;
  /** The case that the description names: `case: <id>`. */
  readonly caseId: string | undefined;
}

/** An object, or one without members if it is something else: what a third party sends can be anything. */
export function objectIn(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}

/** @throws {Error} if the member is no text; the event then fails, is logged, and can be claimed again. */
export function textIn(object: Members, name: string): string {
  const value = object[name];
  if (typeof value !== "string" || value === "") throw new Error(`the webhook has no ${name}`);
  return value;
}

const caseReference = /^case: *([\w-]+)\s*$/im;

/** @throws {Error} if the webhook is not about a pull request. */
export function pullRequestIn(payload: Members): PullRequest {
  const pullRequest = objectIn(payload.pull_request);
  const { number, merged, body } = pullRequest;
  if (typeof number !== "number") throw new Error("the webhook is not about a pull request");
  return {
    key: `${textIn(objectIn(payload.repository), "full_name")}#${number}`,
    title: textIn(pullRequest, "title"),
    url: textIn(pullRequest, "html_url"),
    merged: merged === true,
    updatedAt: textIn(pullRequest, "updated_at"),
    caseId: typeof body === "string" ? caseReference.exec(body)?.[1] : undefined,
  };
}
