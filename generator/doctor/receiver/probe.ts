import type { DeliveryInput, Platform } from "kiket-gen/testing";
import type { CheckText, FindingStatus } from "../finding.js";
import type { Expectation } from "./expectation.js";
import type { ForgedKiket } from "./forged-kiket.js";
import type { ReceiverReply } from "./receiver-reply.js";
import type { RawRequest } from "./send-request.js";

/** How a delivery proves that it comes from Kiket. */
export type Proof = "token" | "signature" | "both";

/** What is delivered. */
export interface ProbeSubject {
  readonly event: string;
  readonly version: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly scopes: readonly string[];
  /** `webhook`: a webhook of its own form, which has a signature and never a token. */
  readonly family: "runtime" | "webhook";
  /** Default: the usual one of the family. */
  readonly path: string | undefined;
}

/** What came of one probe. */
export interface Observation {
  readonly reply: ReceiverReply;
  /** Default: what the reply means. */
  readonly status?: FindingStatus;
  /** Said of it, in a sentence. */
  readonly remark?: string;
}

/** An answer, and how often the handler changed something in Kiket before it. */
export interface Exchange extends Observation {
  readonly changes: number;
}

/** Deliveries and forgeries for one receiver. */
export interface Laboratory {
  readonly subject: ProbeSubject;
  /** What the receiver takes as a proof; undefined if doctor has none for it. */
  readonly proof: Proof | undefined;
  readonly platform: Platform;
  readonly forged: ForgedKiket;
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** How long a receiver may take from one look at Kiket's keys to the next, in milliseconds. */
  readonly lookTime: number;
  /** Waits, but not longer than the whole run may last. In milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Sends a delivery that is genuine apart from the changes; `alter` changes it after it was signed. */
  send(changes?: Partial<DeliveryInput>, alter?: (request: RawRequest) => RawRequest): Promise<Exchange>;
  /** Begins requests whose bodies never end. They stop when the work has ended. */
  whileSending<T>(requests: number, work: () => Promise<T>): Promise<T>;
}

/** One thing that is tried. */
export interface Probe extends CheckText {
  readonly expected: Expectation;
  /** Which receivers are asked: those that take tokens, those that take signatures, or all. */
  readonly of: "token" | "signature" | "all";
  /** Whether doctor must have a proof that the receiver takes. Else the refusal says nothing. */
  readonly needsProof: boolean;
  /** Only for bodies of this family. Default: both. */
  readonly family?: ProbeSubject["family"];
  run(lab: Laboratory): Promise<Observation>;
}
