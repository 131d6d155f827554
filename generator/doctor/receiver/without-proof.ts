import type { Laboratory } from "./probe.js";
import type { RawRequest } from "./send-request.js";

function withoutSignature({ headers, ...request }: RawRequest): RawRequest {
  const others = Object.entries(headers).filter(([name]) => !/^x-kiket-(signature|timestamp)$/.test(name));
  return { ...request, headers: Object.fromEntries(others) };
}

/** Sends a delivery with neither token nor signature. */
export const withoutProof: Required<Parameters<Laboratory["send"]>> = [
  { envelope: { authentication: undefined } },
  withoutSignature,
];
