import type { DeliveryRecord, DeliverySummary } from "../../../delivery-record.js";
import type { Flaw } from "../../../trouble.js";
import type { Tone } from "../labels.js";

interface FlawWords {
  /** For a list of choices. */
  readonly title: string;
  /** After "Sent". */
  readonly sent: string;
  /** What is wrong with an extension that accepts it. */
  readonly missing: string;
}

/** In the order of the form. */
export const flaws: Readonly<Record<Flaw, FlawWords>> = {
  "expired-token": {
    title: "Expired token",
    sent: "with a proof that expired an hour ago",
    missing: "it does not check the time, so who has an old delivery can send it again",
  },
  "future-token": {
    title: "Token from the future",
    sent: "with a proof from an hour ahead",
    missing: "it does not check the time",
  },
  "wrong-signature": {
    title: "Wrong signature",
    sent: "with a changed signature",
    missing: "it does not check the signature, so anybody can send it deliveries",
  },
  "foreign-key": {
    title: "Foreign key",
    sent: "signed with a key that is not Kiket's",
    missing: "it does not check whose key has signed, so anybody can send it deliveries",
  },
  duplicate: {
    title: "Duplicate",
    sent: "twice under one id",
    missing: "the second reply differs from the first. Kiket may deliver twice, and the handler must not act twice",
  },
};

/** What came of the flaw of a delivery; undefined for one without. */
export function flawLine(
  delivery: Pick<DeliveryRecord | DeliverySummary, "flaw" | "flawResult" | "state">,
): { readonly tone: Tone; readonly text: string } | undefined {
  const { flaw, flawResult, state } = delivery;
  if (flaw === undefined) return undefined;
  const { sent, missing } = flaws[flaw];
  const begin = `Sent ${sent}, on purpose`;
  if (flawResult === undefined) return { tone: "plain", text: `${begin}.` };
  if (flaw === "duplicate") {
    const right = `${begin}: the second reply is the same as the first, as it should be.`;
    return flawResult === "right" ? { tone: "good", text: right } : { tone: "bad", text: `${begin}: ${missing}.` };
  }
  if (flawResult === "wrong") return { tone: "bad", text: `${begin}, and accepted: ${missing}.` };
  const how = state === "refused" ? "Refused" : "Not accepted";
  return { tone: "good", text: `${begin}. ${how}, as it should be.` };
}
