import { createLaboratory, type LaboratoryParts } from "./laboratory.js";
import type { Proof } from "./probe.js";
import { isAccepted, type ReceiverReply } from "./receiver-reply.js";
import { withoutProof } from "./without-proof.js";

/** What doctor knows of a receiver before it grades. */
export interface FoundProof {
  /** To a delivery without any proof. */
  readonly bare: ReceiverReply;
  /** To the last delivery with a proof; undefined if doctor has none to offer. */
  readonly proved: ReceiverReply | undefined;
  /** Undefined if the receiver takes none of what doctor has. */
  readonly proof: Proof | undefined;
}

export interface ProofSearch {
  /** Whether the secret is the receiver's own. */
  readonly hasSecret: boolean;
  /** How long to wait until the receiver knows doctor's Kiket, in milliseconds. */
  readonly wait: number;
  /** Is told once, when the wait begins. */
  readonly waits: () => void;
}

/** Whether the keys of doctor's Kiket were fetched. */
function hasFetchedKeys({ platform }: Pick<LaboratoryParts, "platform">): boolean {
  return platform.calls.some(({ operationId, status }) => operationId === "getJwks" && status === 200);
}

/**
 * Whether the receiver has taken the proof, although the handler may have failed: what has no proof is refused, and this is answered in
 * another way.
 */
function isTaken(reply: ReceiverReply, bare: ReceiverReply): boolean {
  if (reply.kind === "none" || bare.kind === "none") return false;
  return reply.status !== 401 && reply.status !== 403 && reply.status !== bare.status;
}

/** Tries what doctor has as a proof, again and again while the receiver may be started with the right address. */
export async function findProof(parts: LaboratoryParts, search: ProofSearch): Promise<FoundProof> {
  const isRuntime = parts.subject.family === "runtime";
  const lab = createLaboratory(parts, undefined);
  const { reply: bare } = await lab.send(...withoutProof);
  // Who takes anything takes this too.
  if (isAccepted(bare)) return { bare, proved: bare, proof: isRuntime ? "token" : "signature" };
  const offered: readonly Proof[] = [
    ...(isRuntime ? (["token"] as const) : []),
    ...(search.hasSecret ? (["signature"] as const) : []),
    ...(search.hasSecret && isRuntime ? (["both"] as const) : []),
  ];
  const end = parts.now() + search.wait;
  let proved: ReceiverReply | undefined;
  for (let round = 0; bare.kind === "answer"; round += 1) {
    for (const proof of offered) {
      proved = (await createLaboratory(parts, proof).send()).reply;
      const canTell = proof === "signature" || hasFetchedKeys(parts);
      if (isAccepted(proved) || (canTell && isTaken(proved, bare))) return { bare, proved, proof };
    }
    // It knows the keys, and refuses a good token: that is a result.
    if (hasFetchedKeys(parts)) return { bare, proved, proof: "token" };
    if (parts.signal.aborted || parts.now() >= end || offered.length === 0) break;
    if (round === 0) search.waits();
    await lab.pause(1000);
  }
  return { bare, proved, proof: undefined };
}
