import type { CheckText, Finding, FindingStatus } from "../finding.js";
import { gradeOf } from "./expectation.js";
import type { Observation, Probe } from "./probe.js";
import { isAccepted, type KiketReaction, type ReceiverReply, replyInWords } from "./receiver-reply.js";

/** What doctor says of one probe. */
export interface ProbeFinding extends Finding {
  /** The status of the answer, or why there is none, in words. Absent if nothing was sent. */
  readonly reply?: string;
  /** What Kiket does after such a reply. Absent if nothing was sent. */
  readonly kiket?: KiketReaction;
}

const reactions: Readonly<Record<KiketReaction, string>> = {
  delivered: "Kiket takes it as delivered",
  repeated: "Kiket repeats it 6 times in 11 hours, and then gives up",
  lost: "Kiket does not repeat it",
};

const longestText = 160;
const members = ["error", "detail", "message"] as const;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an answer says of an error, without what looks like a token and without the secret. */
function errorTextOf(reply: ReceiverReply, secret: string): string | undefined {
  if (reply.kind === "none") return undefined;
  const body = parsed(reply.text);
  if (typeof body !== "object" || body === null) return undefined;
  const text = members
    .map((name) => (body as Record<string, unknown>)[name])
    .find((value) => typeof value === "string");
  if (typeof text !== "string" || text === "") return undefined;
  const shown = text
    .replaceAll(secret, "[redacted]")
    .replace(/[\w-]{16,}\.[\w-]+\.[\w-]*/g, "[redacted]")
    .replace(/[0-9a-f]{64}/gi, "[redacted]")
    .replace(/\s+/g, " ");
  return shown.length > longestText ? `${shown.slice(0, longestText)}…` : shown;
}

export interface FindingTools {
  readonly isRetried: (status: number | undefined) => boolean;
  readonly secret: string;
}

function reactionAfter(reply: ReceiverReply, isRetried: FindingTools["isRetried"]): KiketReaction {
  if (isAccepted(reply)) return "delivered";
  return isRetried(reply.kind === "answer" ? reply.status : undefined) ? "repeated" : "lost";
}

/** What was seen, and what it means. */
export function probeFinding(probe: Probe, observed: Observation, { isRetried, secret }: FindingTools): ProbeFinding {
  const { id, area, looksAt, fix, expected } = probe;
  const { reply, remark } = observed;
  const status: FindingStatus = observed.status ?? gradeOf(reply, expected);
  const kiket = reactionAfter(reply, isRetried);
  const words = replyInWords(reply);
  const isLost = kiket === "lost" && expected.accepted === "ok" && status !== "ok";
  const said = status === "ok" ? undefined : errorTextOf(reply, secret);
  const why = [
    ...(status === "ok" ? [] : [remark ?? `Right is ${expected.right}${isLost ? ": Kiket loses the delivery" : ""}.`]),
    ...(said === undefined ? [] : [`It says: ${said}`]),
  ];
  const note = status === "ok" && remark !== undefined ? ` (${remark.replace(/\.$/, "")})` : "";
  return {
    ...{ id, area, status, what: `${looksAt}: ${words}; ${reactions[kiket]}${note}`, reply: words, kiket },
    ...(why.length === 0 ? {} : { why: why.join(" ") }),
    ...(status === "ok" ? {} : { fix }),
  };
}

/** Without `why`, the finding on the proof says it. */
export function untested({ id, area, looksAt }: CheckText, why?: string): ProbeFinding {
  return { id, area, status: "not-testable", what: looksAt, ...(why === undefined ? {} : { why }) };
}
