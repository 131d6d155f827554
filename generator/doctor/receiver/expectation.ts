import type { FindingStatus } from "../finding.js";
import type { ReceiverReply } from "./receiver-reply.js";

/** What a reply means for a probe, by its kind. */
export interface Expectation {
  /** For a person: what is right. */
  readonly right: string;
  /** 2xx. */
  readonly accepted: FindingStatus;
  /** A status that Kiket takes as final: 4xx without 429, or a redirect. */
  readonly refused: FindingStatus;
  /** 503 or 429, which says that it may be right later. */
  readonly later: FindingStatus;
  /** Any other 5xx. */
  readonly failed: FindingStatus;
  /** No answer at all. */
  readonly unanswered: FindingStatus;
}

/** Genuine, and handled. */
export const toAccept: Expectation = {
  right: "2xx",
  accepted: "ok",
  refused: "wrong",
  later: "wrong",
  failed: "wrong",
  unanswered: "wrong",
};

/** Not from Kiket. */
export const toRefuse: Expectation = {
  right: "401",
  accepted: "wrong",
  refused: "ok",
  later: "warning",
  failed: "warning",
  unanswered: "wrong",
};

/** Not from Kiket, which only a look at Kiket's keys may show: who may not look again so soon says so. */
export const toRefuseOrDefer: Expectation = { ...toRefuse, later: "ok" };

/** Signed by Kiket, by what is known, but not as Kiket does it. */
export const toDoubt: Expectation = { ...toRefuseOrDefer, accepted: "warning" };

/** Genuine, but no attempt will ever be better. */
export const toEnd: Expectation = {
  right: "4xx",
  accepted: "warning",
  refused: "ok",
  later: "warning",
  failed: "warning",
  unanswered: "wrong",
};

/** Genuine, and to be answered with a final status, since Kiket really sends it. */
export const toEndForSure: Expectation = { ...toEnd, later: "wrong", failed: "wrong" };

/** It cannot be told now whether it is genuine. */
export const toDefer: Expectation = {
  right: "503",
  accepted: "wrong",
  refused: "wrong",
  later: "ok",
  failed: "ok",
  unanswered: "warning",
};

/** Seen in one old source only, so that no reply is wrong. */
export const toAcceptPerhaps: Expectation = {
  ...toAccept,
  refused: "warning",
  later: "warning",
  failed: "warning",
  unanswered: "warning",
};

export function gradeOf(reply: ReceiverReply, expected: Expectation): FindingStatus {
  if (reply.kind === "none") return expected.unanswered;
  const { status } = reply;
  if (status === 503 || status === 429) return expected.later;
  if (status >= 500) return expected.failed;
  return status >= 200 && status < 300 ? expected.accepted : expected.refused;
}
