/** The two words with which Kiket names the same events (fact 880), each with the other one. The runtime routes by the same rule. */
export const otherWord = { issue: "case", case: "issue" } as const;

/** `case.created` for `issue.created`, and the reverse; undefined for an event of neither kind. */
export function otherName(event: string): string | undefined {
  const [, own, name] = /^(issue|case)(\..+)$/s.exec(event) ?? [];
  return own === undefined ? undefined : otherWord[own as keyof typeof otherWord] + name;
}
