import { type Expectation, toAcceptPerhaps, toDoubt, toRefuse } from "../expectation.js";
import type { Laboratory, Probe } from "../probe.js";
import type { RawRequest } from "../send-request.js";

const hour = 3600;
const signatureHeader = "x-kiket-signature";
const timestampHeader = "x-kiket-timestamp";

function seconds({ now }: Laboratory): number {
  return Math.floor(now() / 1000);
}

function without(name: string): (request: RawRequest) => RawRequest {
  return ({ headers, ...request }) => ({
    ...request,
    headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)),
  });
}

const verify =
  "Compute HMAC-SHA256 with the shared secret over the value of X-Kiket-Timestamp, a dot and the raw body, and compare it in constant time with X-Kiket-Signature. Take the bytes of the body as they arrived, before any JSON parser.";
const timed =
  "Refuse a request whose X-Kiket-Timestamp is more than 300 seconds away from your clock, before or after, or that has none.";

interface SignatureProbe {
  readonly area: "signature";
  readonly of: "signature";
  readonly needsProof: boolean;
  readonly expected: Expectation;
}

const signature: SignatureProbe = { area: "signature", of: "signature", needsProof: true, expected: toRefuse };

export const signatureProbes: readonly Probe[] = [
  {
    ...signature,
    id: "signature-missing",
    looksAt: "a request without `X-Kiket-Signature`",
    needsProof: false,
    fix: `Answer 401 where the header is missing. ${verify}`,
    run: (lab) => lab.send({}, without(signatureHeader)),
  },
  {
    ...signature,
    id: "signature-wrong",
    looksAt: "a signature made with another secret",
    needsProof: false,
    fix: verify,
    run: (lab) => lab.send({ secret: "not-the-secret-of-this-receiver" }),
  },
  {
    ...signature,
    id: "body-tampered",
    looksAt: "a body that was changed after it was signed",
    fix: verify,
    run: (lab) => lab.send({}, (request) => ({ ...request, body: request.body.replace(/\}$/, ',"doctor":true}') })),
  },
  {
    ...signature,
    id: "timestamp-missing",
    looksAt: "a signed request without `X-Kiket-Timestamp`",
    fix: timed,
    run: (lab) => lab.send({}, without(timestampHeader)),
  },
  {
    ...signature,
    id: "timestamp-changed",
    looksAt: "an old signature with a new timestamp",
    fix: verify,
    run(lab) {
      const at = seconds(lab);
      return lab.send({ timestamp: at - hour }, (request) => ({
        ...request,
        headers: { ...request.headers, [timestampHeader]: String(at) },
      }));
    },
  },
  {
    ...signature,
    id: "timestamp-old",
    looksAt: "a valid signature that is an hour old",
    fix: timed,
    run: (lab) => lab.send({ timestamp: seconds(lab) - hour }),
  },
  {
    ...signature,
    id: "timestamp-future",
    looksAt: "a valid signature of an hour from now",
    expected: toDoubt,
    fix: timed,
    run: (lab) => lab.send({ timestamp: seconds(lab) + hour }),
  },
  {
    ...signature,
    id: "signature-spelling",
    looksAt: "a valid signature in its other spelling: with `sha256=` in front, or without",
    expected: toAcceptPerhaps,
    fix: "Accept the hexadecimal signature with and without sha256= in front: Kiket's documentation has one, its SDKs the other.",
    run: (lab) => lab.send({ encoding: lab.subject.family === "webhook" ? "hex" : "sha256=" }),
  },
];
