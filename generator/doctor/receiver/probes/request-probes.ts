import { toEnd, toRefuse } from "../expectation.js";
import type { Probe } from "../probe.js";
import { withoutProof } from "../without-proof.js";

/** In bytes. Kiket sends 500 KB at most, by an old page of its documentation. */
const oversized = 4 * 1024 * 1024;
/** In 40 kB, which is below the usual limit of a framework. */
const depth = 20_000;

const request = { area: "request", of: "all", needsProof: false, expected: toEnd } as const;
const unreadable =
  "Answer 400 for a body that cannot be read, also where the framework's parser throws. After a 500 Kiket sends the same again, for hours.";

export const requestProbes: readonly Probe[] = [
  {
    ...request,
    id: "no-proof",
    looksAt: "a delivery with neither token nor signature",
    expected: toRefuse,
    fix: "Verify the token or the signature before anything else, and answer 401 where there is none. Now everybody who knows the address can send deliveries.",
    run: (lab) => lab.send(...withoutProof),
  },
  {
    ...request,
    id: "malformed-json",
    looksAt: "a body that is not JSON",
    fix: unreadable,
    run: (lab) => lab.send({ body: '{"event": "issue.created", ' }),
  },
  {
    ...request,
    id: "empty-body",
    looksAt: "no body",
    fix: unreadable,
    run: (lab) => lab.send({ body: "" }),
  },
  {
    ...request,
    id: "not-an-object",
    looksAt: "JSON that is no object: `null`",
    fix: unreadable,
    run: (lab) => lab.send({ body: "null" }),
  },
  {
    ...request,
    id: "deep-nesting",
    looksAt: `JSON that is nested ${depth} levels deep`,
    fix: "Limit the depth of JSON before you parse it, or at least answer 400 where the parser gives up.",
    run: (lab) => lab.send({ body: `${"[".repeat(depth)}${"]".repeat(depth)}` }),
  },
  {
    ...request,
    id: "content-type",
    looksAt: "a delivery with the content type `text/plain`",
    needsProof: true,
    fix: "Answer 415 for another content type than application/json: web pages can send text/plain without being asked.",
    run: (lab) => lab.send({ headers: { "content-type": "text/plain" } }),
  },
  {
    ...request,
    id: "oversized",
    looksAt: `a body of ${oversized / 1024 / 1024} MiB`,
    fix: "Limit the body to 1 MiB, and answer 413. Check content-length first, and count the bytes while you read.",
    async run(lab) {
      const observed = await lab.send({ body: JSON.stringify({ doctor: "x".repeat(oversized) }) });
      const { reply } = observed;
      // Many servers close the connection while the rest is still being sent.
      return reply.kind === "none" && reply.why === "cut" ? { ...observed, status: "ok" } : observed;
    },
  },
];
