/** Asks Kiket to link the evidence with the case, if the pull request names one. */
export function linkTo(caseId: string | undefined, key: string) {
  if (caseId === undefined) return [];
  return [
    {
      type: "case.link_external_evidence",
      targetType: "case",
      targetId: caseId,
      reason: `Pull request ${key} names this case.`,
      attributes: {},
      idempotencyKey: `github:intent:link:${key}:${caseId}`,
    },
  ];
}
