/** Payloads that carry an issue, or a case: its newer name, with the same members (manifest-and-events §4.7). */
type Subjected = { readonly issue?: unknown } | { readonly case?: unknown };

/** What the payload's type has under `issue` and `case`; of a union of payloads, of any of them. */
export type SubjectOf<Payload> = Payload extends unknown ? Payload[Extract<keyof Payload, "issue" | "case">] : never;

/**
 * The issue or case that a payload is about, under whichever name it came: one function then serves the handlers of
 * `issue.created` and `case.created`. `undefined` only where the payload's type allows it.
 */
export function subject<Payload extends Subjected>(payload: Payload): SubjectOf<Payload> {
  const { issue, case: renamed }: { readonly issue?: unknown; readonly case?: unknown } = payload;
  return (issue ?? renamed) as SubjectOf<Payload>;
}
