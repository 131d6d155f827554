/** `not-testable`: what would show it is missing here; it counts neither as right nor as wrong. */
export const findingStatuses = ["ok", "wrong", "warning", "not-testable"] as const;

export type FindingStatus = (typeof findingStatuses)[number];

/** What `doctor` has looked at. */
export interface CheckText {
  /** Letters, digits and dashes; stays the same in later versions. */
  readonly id: string;
  /** One word: the heading of what belongs together. */
  readonly area: string;
  /** What is looked at, as one line. */
  readonly looksAt: string;
  /** What to do where it is not right, for any project. */
  readonly fix: string;
}

/** What `doctor` says of one thing. Texts are one line each, and never contain a secret. */
export interface Finding extends Pick<CheckText, "id" | "area"> {
  readonly status: FindingStatus;
  /** What was found. */
  readonly what: string;
  /** A file of the project with `:line:column` where known, or an address. */
  readonly where?: string;
  /** Why it matters. */
  readonly why?: string;
  /** What to do. */
  readonly fix?: string;
}

/** The exit status: 1 if something is wrong. */
export function statusOfFindings(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ status }) => status === "wrong") ? 1 : 0;
}
