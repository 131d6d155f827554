import { setTimeout as sleep } from "node:timers/promises";
import { signDelivery } from "../../../runtime/platform/sign-delivery.js";
import type { KiketServer } from "../../support/kiket-server.js";
import { type SigningKey, testClaims } from "../../support/tokens.js";
import type { Program } from "./fleet.js";
import type { SentRequest } from "./history.js";

/** Kiket waits this long for an answer, in milliseconds. */
const patience = 10_000;

// Kiket's own waits are 30 s, 1 min, 5 min, 30 min, 2 h and 8 h. These are 60 times shorter; the long ones are shorter still, but each is
// longer than the lease of a run that was killed, as Kiket's are.
/** Milliseconds between the attempts. */
const waits: readonly number[] = [500, 1_000, 5_000, 33_000, 33_000, 33_000];

interface Sending {
  readonly delivery: string;
  readonly event: string;
}

/** Kiket and its load balancer. */
export interface ChaosKiket {
  readonly requests: readonly SentRequest[];
  /** How many requests wait for an answer. */
  open(): number;
  /** Sends a delivery to any program that runs, until an answer is final or the schedule ends. */
  send(sending: Sending): Promise<void>;
  /** The same to each program at once. */
  sendToAll(sending: Sending): Promise<void>;
}

export function createChaosKiket(
  key: SigningKey,
  { baseUrl }: Pick<KiketServer, "baseUrl">,
  targets: readonly Program[],
  random: () => number,
): ChaosKiket {
  const requests: SentRequest[] = [];
  let chains = 0;
  let tokens = 0;
  let open = 0;

  /** A program that runs, as a load balancer finds it; else one that does not. */
  const pick = (): Program | undefined => {
    const running = targets.filter(({ isUp }) => isUp);
    const all = running.length > 0 ? running : targets;
    return all[Math.floor(random() * all.length)];
  };

  const attempt = async ({ delivery, event }: Sending, chain: number, target: Program): Promise<number | undefined> => {
    const iat = Math.floor(Date.now() / 1000);
    tokens += 1;
    const token = await key.sign({ ...testClaims, iat, exp: iat + 300, jti: `${delivery} ${tokens}` });
    const signed = signDelivery(
      { event, deliveryId: delivery, payload: { note: delivery } },
      { auth: "token", token, target: target.url, apiBaseUrl: baseUrl },
    );
    const to = target.launch;
    const sentAt = Date.now();
    open += 1;
    let status: number | undefined;
    let body = "";
    try {
      const response = await fetch(signed.url, { ...signed, signal: AbortSignal.timeout(patience) });
      body = await response.text();
      status = response.status;
    } catch (error) {
      body = error instanceof Error ? `${error.message} ${error.cause ?? ""}` : "";
    }
    open -= 1;
    requests.push({ delivery, chain, to, sentAt, endedAt: Date.now(), status, body });
    return status;
  };

  const follow = async (sending: Sending, first: Program | undefined): Promise<void> => {
    chains += 1;
    const chain = chains;
    for (let at = 0; ; at += 1) {
      const target = (at === 0 ? first : undefined) ?? pick();
      if (target === undefined) throw new Error("there is no program");
      const status = await attempt(sending, chain, target);
      if (status !== undefined && status !== 429 && status < 500) return;
      const wait = waits[at];
      if (wait === undefined) return;
      await sleep(wait);
    }
  };

  return {
    requests,
    open: () => open,
    send: (sending) => follow(sending, undefined),
    async sendToAll(sending) {
      await Promise.all(targets.map((target) => follow(sending, target)));
    },
  };
}
