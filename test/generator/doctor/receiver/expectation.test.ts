import { expect, it } from "vitest";
import {
  type Expectation,
  gradeOf,
  toAccept,
  toAcceptPerhaps,
  toDefer,
  toDoubt,
  toEnd,
  toEndForSure,
  toRefuse,
  toRefuseOrDefer,
} from "../../../../generator/doctor/receiver/expectation.js";
import type { ReceiverReply } from "../../../../generator/doctor/receiver/receiver-reply.js";

const replies: readonly ReceiverReply[] = [
  ...[204, 401, 302, 503, 429, 500].map((status) => ({ kind: "answer", status, text: "" }) as const),
  { kind: "none", why: "late" },
];

it.each<readonly [string, Expectation, string]>([
  ["to accept", toAccept, "ok wrong wrong wrong wrong wrong wrong"],
  ["to accept, perhaps", toAcceptPerhaps, "ok warning warning warning warning warning warning"],
  ["to refuse", toRefuse, "wrong ok ok warning warning warning wrong"],
  ["to refuse or defer", toRefuseOrDefer, "wrong ok ok ok ok warning wrong"],
  ["to doubt", toDoubt, "warning ok ok ok ok warning wrong"],
  ["to end", toEnd, "warning ok ok warning warning warning wrong"],
  ["to end for sure", toEndForSure, "warning ok ok wrong wrong wrong wrong"],
  ["to defer", toDefer, "wrong wrong wrong ok ok ok warning"],
])("%s: 204, 401, 302, 503, 429, 500 and no answer are graded", (_what, expectation, grades) => {
  expect(replies.map((reply) => gradeOf(reply, expectation)).join(" ")).toBe(grades);
});
