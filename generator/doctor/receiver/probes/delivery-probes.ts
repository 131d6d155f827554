import { toAccept, toAcceptPerhaps, toDefer, toDoubt, toEnd, toEndForSure } from "../expectation.js";
import type { Laboratory, Observation, Probe } from "../probe.js";
import { isAccepted } from "../receiver-reply.js";

const delivery = { area: "delivery", of: "all", needsProof: true, expected: toAccept } as const;
const keys = { area: "keys", of: "token", needsProof: true, family: "runtime" } as const;

/** As many bytes as a delivery may have, by an old page of Kiket's documentation, with a margin for the rest of the body. */
const largest = 480_000;
/** How long a receiver may take until it looks for a new key again, in milliseconds. */
const patience = 20_000;
const slowSenders = 8;

function newId({ subject }: Laboratory): string {
  return `${subject.family === "webhook" ? "evt" : "dlv"}_doctor_${crypto.randomUUID()}`;
}

function lastLook({ platform }: Laboratory) {
  return platform.calls.filter(({ operationId }) => operationId === "getJwks").at(-1);
}

function isRefused({ reply }: Observation): boolean {
  return reply.kind === "answer" && reply.status < 500 && reply.status !== 429 && !isAccepted(reply);
}

const lostMeanwhile =
  "It refuses a key that it does not know until it may look at Kiket's keys again, and Kiket loses what it sends until then. Right is 503 in that time.";

/**
 * Sends a delivery with a new key. A receiver that has looked at the keys a moment ago, because a token before had an unknown `kid`, may not
 * look again so soon, and so it is asked again until it looks or has had the time for it.
 */
async function untilLooked(lab: Laboratory): Promise<Observation> {
  const before = lastLook(lab);
  const end = (before?.at ?? lab.now()) + lab.lookTime;
  for (let attempts = 1; ; attempts += 1) {
    const observed = await lab.send({ deliveryId: newId(lab) });
    if (!isRefused(observed))
      return attempts === 1 ? observed : { ...observed, status: "warning", remark: lostMeanwhile };
    if (lastLook(lab) !== before || lab.now() >= end) return observed;
    await lab.pause(2000);
  }
}

/** Kiket does not fail at once: it sends the delivery again, with a new token. */
async function repeatedly(lab: Laboratory): Promise<Observation> {
  const end = lab.now() + patience;
  const first = await untilLooked(lab);
  if (isAccepted(first.reply) || isRefused(first)) return first;
  const deliveryId = newId(lab);
  for (let attempts = 2; ; attempts += 1) {
    await lab.pause(2000);
    const observed = await lab.send({ deliveryId });
    if (isAccepted(observed.reply)) return { ...observed, remark: `Accepted at attempt ${attempts}.` };
    if (isRefused(observed) || lab.now() >= end) return observed;
  }
}

export const firstDeliveryProbes: readonly Probe[] = [
  {
    ...delivery,
    area: "receiver",
    id: "good-delivery",
    looksAt: "a delivery as Kiket sends it",
    fix: "Look into the log of the receiver for this delivery. Answer 2xx as soon as the delivery is stored or handled; 5xx only for what may succeed later.",
    run: (lab) => lab.send(),
  },
];

export const deliveryProbes: readonly Probe[] = [
  {
    ...delivery,
    id: "redelivery",
    looksAt: "the same delivery again, with a new token or signature, as Kiket repeats it",
    fix: "Remember the id of each delivery that was handled (X-Kiket-Delivery; id in the body of a webhook), and answer a repeat as before, without handling it again.",
    async run(lab) {
      const deliveryId = newId(lab);
      const first = await lab.send({ deliveryId });
      const second = await lab.send({ deliveryId });
      if (first.changes > 0 && second.changes > 0) {
        return { ...second, status: "wrong", remark: "It was handled twice: both made changes in Kiket." };
      }
      if (first.changes > 0) return { ...second, remark: "It was handled once." };
      return { ...second, remark: "Its handler changes nothing in Kiket, so whether it ran twice cannot be seen." };
    },
  },
  {
    ...delivery,
    id: "same-id-other-body",
    looksAt: "a delivery with the id of an earlier one, and another body",
    expected: { ...toEnd, right: "as before, or 4xx", accepted: "ok" },
    fix: "Decide by the id alone whether a delivery was handled, and answer it as before.",
    async run(lab) {
      const deliveryId = newId(lab);
      const first = await lab.send({ deliveryId });
      const second = await lab.send({ deliveryId, payload: { ...lab.subject.payload, doctor: "another body" } });
      if (first.changes > 0 && second.changes > 0)
        return { ...second, status: "wrong", remark: "It was handled twice: both made changes in Kiket." };
      return second;
    },
  },
  {
    ...delivery,
    id: "replayed",
    looksAt: "the very bytes of an earlier delivery, with another `X-Kiket-Delivery`, which no signature covers",
    family: "runtime",
    expected: toDoubt,
    fix: "Remember the jti of each token (or the signature) until it ends, and refuse it with 401 for another delivery.",
    async run(lab) {
      let body = "";
      let headers: Readonly<Record<string, string>> = {};
      await lab.send({}, (request) => {
        body = request.body;
        headers = request.headers;
        return request;
      });
      return lab.send({}, (request) => ({
        ...request,
        body,
        headers: { ...headers, "x-kiket-delivery": newId(lab) },
      }));
    },
  },
  {
    ...delivery,
    id: "large-delivery",
    looksAt: `a delivery of ${largest / 1000} kB, about as large as Kiket's may be`,
    expected: toAcceptPerhaps,
    fix: "Allow bodies of 1 MiB. The usual limit of a framework, such as 100 kB, is too low.",
    run: (lab) => lab.send({ payload: { ...lab.subject.payload, doctor: "x".repeat(largest) } }),
  },
  {
    ...delivery,
    id: "unknown-event",
    looksAt: "a delivery of an event that the receiver does not know",
    expected: toEndForSure,
    fix: "Answer 404 for an event without a handler. After a 5xx Kiket repeats in vain what nobody can handle; after a 2xx nobody notices that it is missing.",
    run: (lab) => lab.send({ event: "kiket.doctor_unknown" }),
  },
  {
    ...delivery,
    id: "unknown-version",
    looksAt: "a delivery of a version that the receiver does not know",
    family: "runtime",
    expected: toEndForSure,
    fix: "Answer 404 for a version without a handler: its payload has another shape.",
    run: (lab) => lab.send({ version: "v987" }),
  },
  {
    ...delivery,
    id: "slow-senders",
    looksAt: `a good delivery while ${slowSenders} others send their bodies byte by byte`,
    fix: "Read bodies without blocking, several at a time, and give up on one that is not complete after some seconds.",
    run: (lab) => lab.whileSending(slowSenders, () => lab.send()),
  },
];

export const lastDeliveryProbes: readonly Probe[] = [
  {
    ...delivery,
    id: "still-serving",
    looksAt: "a good delivery after all that",
    fix: "One of the requests before has brought the receiver down. Look into its log, and catch what it threw.",
    run: (lab) => lab.send(),
  },
];

/** They come last, since they change Kiket's key. */
export const keyProbes: readonly Probe[] = [
  {
    ...keys,
    id: "keys-down",
    looksAt: "a genuine delivery with a new key, while Kiket's key set is answered 503",
    expected: toDefer,
    fix: "Answer 503 where a token cannot be checked because the keys cannot be fetched. After a 401 Kiket never sends the delivery again.",
    async run(lab) {
      const fault = lab.platform.faults.jwksDown();
      await lab.platform.rotateKeys();
      try {
        return await untilLooked(lab);
      } finally {
        fault.clear();
      }
    },
  },
  {
    ...keys,
    id: "keys-rotated",
    looksAt: "a genuine delivery with a new key, after Kiket has changed its key",
    expected: toAccept,
    fix: "Fetch the key set again when a token names a kid that is not known, with a limit. A cache of an hour loses every delivery of that hour.",
    run: repeatedly,
  },
];
