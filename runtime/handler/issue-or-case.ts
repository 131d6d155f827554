// See facts 880 and 881.
/** A payload with an issue, or with a case: the newer name for an issue, with the same members. */
type Subjected = { readonly issue?: unknown } | { readonly case?: unknown };

/** The type of `issue` or `case` in a payload. For a union of payloads it is a union too. */
export type SubjectOf<Payload> = Payload extends unknown ? Payload[Extract<keyof Payload, "issue" | "case">] : never;

/**
 * The issue or the case in a payload, so that one function can handle both `issue.created` and `case.created`. It is `undefined`
 * only if the payload's type allows that.
 */
export function subject<Payload extends Subjected>(payload: Payload): SubjectOf<Payload> {
  const { issue, case: renamed }: { readonly issue?: unknown; readonly case?: unknown } = payload;
  return (issue ?? renamed) as SubjectOf<Payload>;
}
