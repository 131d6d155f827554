import type { CheckText, Finding, FindingStatus } from "../finding.js";
import type { FoundProof } from "./find-proof.js";
import type { ProbeSubject, Proof } from "./probe.js";
import { isAccepted, replyInWords } from "./receiver-reply.js";

/** What is looked at before the probes. */
export const receiverChecks: readonly [CheckText, CheckText] = [
  {
    id: "reachable",
    area: "receiver",
    looksAt: "whether the receiver answers, at the path of a delivery",
    fix: "Start the receiver, and compare address, port and path. --event names an event that it has, --path the path where it takes webhooks.",
  },
  {
    id: "proof",
    area: "receiver",
    looksAt: "what the receiver takes as a proof that a delivery comes from Kiket",
    fix: "Start the receiver with KIKET_BASE_URL as doctor names it, or give doctor its webhook secret: KIKET_WEBHOOK_SECRET in the environment, or --secret-file. Then doctor can grade all of it.",
  },
];

const [reachable, proof] = receiverChecks;

/** What is known before the probes, and who is asked. */
export interface ReceiverMeeting {
  readonly found: FoundProof;
  readonly subject: ProbeSubject;
  /** The base URL of the receiver. */
  readonly url: string;
  /** The base URL of doctor's Kiket. */
  readonly kiket: string;
  readonly hasSecret: boolean;
  /** Whether the receiver is on this machine, and can reach doctor's Kiket. */
  readonly isLocal: boolean;
}

function finding(check: CheckText, status: FindingStatus, what: string, more: Partial<Finding> = {}): Finding {
  return { id: check.id, area: check.area, status, what, ...more };
}

const proofs: Readonly<Record<Proof, string>> = {
  token: "a runtime token of doctor's Kiket",
  signature: "a signature with the webhook secret",
  both: "a runtime token of doctor's Kiket, with a signature beside it",
};

/** Undefined if no probe would say anything. */
export function reachFinding({ found: { bare, proved = bare, proof: taken }, subject, url }: ReceiverMeeting): Finding {
  const { event, version } = subject;
  if (bare.kind === "none") {
    return finding(reachable, "wrong", `${url}: ${replyInWords(bare)}`, {
      where: url,
      why: "Kiket repeats every delivery, and gives up after hours.",
      fix:
        bare.why === "untrusted"
          ? "Give Node the certificate of its issuer (NODE_EXTRA_CA_CERTS), and check that the certificate names this host."
          : bare.why === "garbage"
            ? "Something else than an HTTP server listens there; compare address and port."
            : reachable.fix,
    });
  }
  if (taken !== undefined && (isAccepted(bare) || bare.status !== 404))
    return finding(reachable, "ok", `${url} answers`);
  const isElsewhere = bare.status === 404 || bare.status === 405 || (bare.status >= 300 && bare.status < 400);
  if (!isElsewhere) return finding(reachable, "ok", `${url} answers`);
  return finding(reachable, "wrong", `${url} answers ${replyInWords(proved)} to ${event} ${version}`, {
    where: url,
    why:
      bare.status < 400
        ? "It sends elsewhere, and doctor follows no redirect."
        : "It takes no deliveries of this event at this path, so nothing can be graded.",
    fix: reachable.fix,
  });
}

export function proofFinding(meeting: ReceiverMeeting): Finding {
  const { found, subject, kiket, hasSecret, isLocal } = meeting;
  if (isAccepted(found.bare)) {
    return finding(proof, "wrong", "no proof at all: it takes every request", {
      why: "Everybody who knows the address can send deliveries.",
      fix: "Verify each delivery before anything else, by its runtime token or its signature, and answer 401 where there is none.",
    });
  }
  if (found.proof !== undefined) return finding(proof, "ok", proofs[found.proof]);
  const secret = hasSecret
    ? "The receiver does not take the webhook secret that doctor has: check that it is the same, and that the receiver computes the signature over the timestamp, a dot and the raw body."
    : "give doctor the receiver's webhook secret: KIKET_WEBHOOK_SECRET in the environment, or --secret-file <file>";
  const base = `start the receiver with KIKET_BASE_URL=${kiket} and run doctor again`;
  const ways = [...(subject.family === "webhook" || !isLocal ? [] : [base]), ...(hasSecret ? [] : [secret])];
  const todo = ways.join(", or ");
  return finding(proof, "not-testable", "neither a token nor a signature that doctor can make", {
    why: "Only what is refused can be graded without one; all the rest is not testable.",
    fix: `${todo.charAt(0).toUpperCase()}${todo.slice(1)}${todo === "" ? secret : hasSecret ? `. ${secret}` : "."}`,
  });
}
