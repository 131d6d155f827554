import { setTimeout } from "node:timers/promises";
import type { DeliveryInput, Platform } from "kiket-gen/testing";
import type { ForgedKiket } from "./forged-kiket.js";
import type { Exchange, Laboratory, ProbeSubject, Proof } from "./probe.js";
import type { ReceiverReply } from "./receiver-reply.js";
import { type RawRequest, type SendLimits, sendRequest } from "./send-request.js";

/** What one run of grading has. */
export interface LaboratoryParts {
  readonly platform: Platform;
  readonly forged: ForgedKiket;
  readonly subject: ProbeSubject;
  /** Base URL of the receiver, without a slash at the end. */
  readonly url: string;
  /** The address of its name. */
  readonly address: string;
  /** The webhook secret of the receiver, or one that it does not know. */
  readonly secret: string;
  /** How long an answer may take, in milliseconds. */
  readonly answerTime: number;
  /** How long a receiver may take from one look at Kiket's keys to the next, in milliseconds. */
  readonly lookTime: number;
  /** Ends everything. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** The newest time of a signature that was not used yet, in seconds since 1970. Two deliveries of one time would have the same signature. */
  readonly takeSecond: () => number;
}

/** Between two bytes of a slow sender, in milliseconds. */
const trickle = 100;

/** Calls that only tell something, as every delivery may. */
const telling = /^(sendTelemetry|logEvent|logMessage|emitMetric|createAnalyticsEvent)$/;

/** What the local Kiket has to sign for a receiver that takes this as a proof. */
function signingOf({ family }: ProbeSubject, proof: Proof | undefined): NonNullable<DeliveryInput["auth"]> {
  if (family === "webhook" || proof === "signature") return "hmac";
  return proof === "both" ? "both" : "token";
}

/** What stands for an answer that cannot be told to the local Kiket. */
class NoAnswer extends Error {}

export function createLaboratory(parts: LaboratoryParts, proof: Proof | undefined): Laboratory {
  const { platform, forged, subject, url, address, secret, signal, now, answerTime, lookTime, takeSecond } = parts;
  const { event, version, payload, scopes, family, path } = subject;
  const { origin, pathname } = new URL(url);
  const limits: SendLimits = { timeout: answerTime, signal, address };

  async function exchange(
    changes: Partial<DeliveryInput>,
    alter: (request: RawRequest) => RawRequest,
    send: SendLimits,
  ): Promise<Exchange> {
    let reply: ReceiverReply = { kind: "none", why: "unreachable" };
    const basePath = pathname === "/" ? "" : pathname;
    const target = {
      basePath,
      async fetch(request: Request): Promise<Response> {
        const { pathname: to } = new URL(request.url);
        const headers = Object.fromEntries(request.headers);
        reply = await sendRequest(alter({ url: origin + to, headers, body: await request.text() }), send);
        if (reply.kind === "none" || reply.status < 200 || reply.status > 599) throw new NoAnswer();
        return new Response(null, { status: reply.status });
      },
    };
    const input: DeliveryInput = {
      ...{ event, version, payload, scopes, family, secret, auth: signingOf(subject, proof), timeout: 2 * answerTime },
      ...(path === undefined ? {} : { path }),
      timestamp: takeSecond(),
      ...changes,
    };
    try {
      const { calls } = await platform.deliver(target, input);
      const changing = calls.filter(({ method, operationId = "" }) => method !== "GET" && !telling.test(operationId));
      return { reply, changes: changing.length };
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "DeliveryError") throw error;
      return { reply, changes: 0 };
    }
  }

  const unchanged = (request: RawRequest): RawRequest => request;
  return {
    ...{ subject, proof, platform, forged, now, lookTime },
    pause: (milliseconds) => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
    send: (changes = {}, alter = unchanged) => exchange(changes, alter, limits),
    async whileSending(requests, work) {
      const end = new AbortController();
      // Longer than any answer may take, so that they do not make room in time.
      const slow = { ...limits, timeout: 2 * answerTime, signal: AbortSignal.any([signal, end.signal]) };
      const begun: Promise<unknown>[] = [];
      const sending = Array.from({ length: requests }, () => {
        let began = (): void => undefined;
        begun.push(
          new Promise<void>((resolve) => {
            began = resolve;
          }),
        );
        return exchange({}, unchanged, { ...slow, trickle: { pause: trickle, began } });
      });
      // Who closes the connection at once never sees a byte.
      await Promise.all(begun.map((one, index) => Promise.race([one, sending[index]])));
      try {
        return await work();
      } finally {
        end.abort();
        await Promise.all(sending);
      }
    },
  };
}
