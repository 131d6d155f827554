import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as doctor from "../../../../generator/commands/doctor.js";
import type { ProbeFinding } from "../../../../generator/doctor/receiver/probe-finding.js";
import { freePort } from "../../../support/free-port.js";
import { openProjectFolder, openReceiver } from "../../../support/receiver.js";
import { runCommand } from "../../../support/run-command.js";
import { listening, nodeSdk, plainExpress, signedExpress } from "./receivers.js";

const secret = "whsec_of_this_test";

interface Graded {
  readonly code: number;
  readonly findings: readonly ProbeFinding[];
  readonly text: string;
  /** The ids with this status, in order. */
  ids(status: ProbeFinding["status"]): readonly string[];
  finding(id: string): ProbeFinding | undefined;
}

async function grade(
  url: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Graded> {
  const more = { now: () => new Date(), environment };
  const { code, stdout, stderr } = await runCommand(
    doctor,
    ["--url", url, "--json", "--wait", "0", ...args],
    undefined,
    more,
  );
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly ProbeFinding[] };
  return {
    ...{ code, findings, text: stdout + stderr },
    ids: (status) => findings.filter((finding) => finding.status === status).map(({ id }) => id),
    finding: (id) => findings.find((finding) => finding.id === id),
  };
}

async function openAll() {
  const port = await freePort();
  const folder = await openProjectFolder();
  return { port, folder, args: [folder, "--port", String(port)], kiket: `http://127.0.0.1:${port}` };
}

const ofTokens = [
  ...["token-malformed", "token-unsigned", "token-hs256", "token-tampered", "token-wrong-key", "token-key-inside"],
  ...["token-key-address", "token-key-issuer", "forged-key-set", "forged-address", "token-expired", "token-endless"],
  ...["token-future", "token-issuer"],
];
const ofSignatures = [
  ...["signature-missing", "signature-wrong", "body-tampered", "timestamp-missing", "timestamp-changed"],
  ...["timestamp-old", "timestamp-future", "signature-spelling"],
];
const start = ["reachable", "proof", "good-delivery", "no-proof", "malformed-json", "empty-body", "not-an-object"];
const requests = [...start, "deep-nesting", "content-type", "oversized"];
const repeats = ["redelivery", "same-id-other-body"];
const rest = ["slow-senders", "still-serving"];
const ofRuntime = [...repeats, "replayed", "large-delivery", "unknown-event", "unknown-version", ...rest];
const ofKeys = ["keys-down", "keys-rotated"];

describe("kiket-gen doctor --url", () => {
  it("finds nothing wrong in a receiver of ours that takes tokens", async () => {
    const { port, args } = await openAll();
    const { url } = await openReceiver(port);
    const { code, ids, finding } = await grade(url, args);
    expect(ids("ok")).toEqual([...requests, ...ofTokens, ...ofRuntime, ...ofKeys]);
    expect([code, ids("wrong"), ids("warning"), ids("not-testable")]).toEqual([0, [], [], []]);
    expect(finding("good-delivery")).toMatchObject({ reply: "200", kiket: "delivered" });
    expect(finding("keys-down")).toMatchObject({ reply: "503", kiket: "repeated" });
    expect(finding("unknown-event")).toMatchObject({ reply: "404", kiket: "lost" });
  });

  it.each([
    ["signatures", { auth: "hmac", webhookSecrets: secret }],
    ["both", { auth: "both", webhookSecrets: secret }],
  ] as const)("finds nothing wrong in a receiver of ours that takes %s", async (what, options) => {
    const { port, args } = await openAll();
    const { url } = await openReceiver(port, options);
    const { code, ids, text } = await grade(url, args, { KIKET_WEBHOOK_SECRET: secret });
    const both = what === "both";
    expect(ids("ok")).toEqual([
      ...requests,
      ...(both ? ofTokens : []),
      ...ofSignatures,
      ...ofRuntime,
      ...(both ? ofKeys : []),
    ]);
    expect([code, ids("wrong"), ids("warning"), ids("not-testable")]).toEqual([0, [], [], []]);
    expect(text).not.toContain(secret);
  });

  it("finds all that is wrong in a plain Express receiver, which verifies nothing", async () => {
    const { args } = await openAll();
    const { code, ids, finding } = await grade(await listening(plainExpress()), args);
    expect([code, ids("wrong")]).toEqual([
      1,
      [
        ...["proof", "no-proof", "token-malformed", "token-unsigned", "token-hs256", "token-tampered"],
        ...["token-wrong-key", "token-key-inside", "token-key-address", "token-key-issuer", "forged-key-set"],
        ...["token-expired", "token-issuer", "keys-down"],
      ],
    ]);
    expect(ids("warning")).toEqual([
      ...["empty-body", "deep-nesting", "content-type", "token-endless", "token-future"],
      ...["replayed", "large-delivery", "unknown-event", "unknown-version"],
    ]);
    expect(ids("not-testable")).toEqual([]);
    expect(finding("proof")).toMatchObject({
      what: "no proof at all: it takes every request",
      fix: expect.stringContaining("Verify each delivery before anything else"),
    });
    expect(finding("large-delivery")).toMatchObject({ reply: "413", kiket: "lost" });
  });

  it("finds what the official Node SDK lacks, and nothing else", async () => {
    const { args, kiket } = await openAll();
    const { code, ids, finding } = await grade(await listening(nodeSdk(kiket)), args);
    expect([code, ids("wrong")]).toEqual([1, ["forged-key-set", "forged-address", "keys-down", "keys-rotated"]]);
    expect(ids("warning")).toEqual([
      ...["malformed-json", "not-an-object", "content-type", "oversized"],
      ...["token-endless", "replayed", "large-delivery"],
    ]);
    expect(ids("not-testable")).toEqual([]);
    expect(finding("forged-key-set")).toMatchObject({
      reply: "200",
      why: expect.stringContaining("It fetched keys from an address that the sender chose."),
      fix: expect.stringContaining("from your own configuration"),
    });
    expect(finding("keys-rotated")).toMatchObject({ reply: "401", kiket: "lost" });
    expect(finding("malformed-json")).toMatchObject({ reply: "500", kiket: "repeated" });
  });

  it("grades webhooks at the path of a receiver, with the secret of a file", async () => {
    const { args, folder } = await openAll();
    await writeFile(join(folder, "secret.txt"), `${secret}\n`);
    const url = await listening(signedExpress(secret));
    const all = await grade(url, [...args, "--path", "/kiket", "--secret-file", join(folder, "secret.txt")]);
    expect([all.code, all.ids("wrong"), all.ids("warning"), all.ids("not-testable")]).toEqual([
      ...[0, [], ["deep-nesting", "content-type", "unknown-event"]],
      [],
    ]);
    expect(all.ids("ok")).toEqual([
      ...requests.filter((id) => !["deep-nesting", "content-type"].includes(id)),
      ...[...ofSignatures, ...repeats, "large-delivery", ...rest],
    ]);
    expect(all.text).not.toContain(secret);
  });

  it("grades only what is refused without a secret, and says how to grade more", async () => {
    const { args } = await openAll();
    const url = await listening(signedExpress(secret));
    const { code, ids, finding } = await grade(url, [...args, "--path", "/kiket"]);
    expect([code, ids("wrong"), ids("warning")]).toEqual([0, [], []]);
    expect(ids("ok")).toEqual([
      ...["reachable", "no-proof", "malformed-json", "empty-body", "not-an-object", "deep-nesting", "oversized"],
      ...["signature-missing", "signature-wrong"],
    ]);
    expect(ids("not-testable")).toEqual([
      ...["proof", "good-delivery", "content-type"],
      ...[...ofSignatures.slice(2), ...repeats, "large-delivery", "unknown-event", ...rest],
    ]);
    expect(finding("proof")).toMatchObject({
      fix: "Give doctor the receiver's webhook secret: KIKET_WEBHOOK_SECRET in the environment, or --secret-file <file>.",
    });
  });

  it("says which KIKET_BASE_URL a receiver needs that trusts another Kiket", async () => {
    const { args, kiket } = await openAll();
    const { url } = await openReceiver(await freePort());
    const { code, ids, finding } = await grade(url, args);
    expect([code, ids("wrong")]).toEqual([0, []]);
    expect(ids("not-testable")).toContain("good-delivery");
    expect(finding("proof")?.fix).toContain(`Start the receiver with KIKET_BASE_URL=${kiket} and run doctor again, or`);
  });

  it("sees that a delivery was handled twice by what it changes in Kiket", async () => {
    const { args, kiket } = await openAll();
    const app = nodeSdk(kiket);
    const url = await listening((request, response) => {
      const { end } = response;
      response.end = ((...given: Parameters<typeof end>) => {
        const token = tokens.shift() ?? "";
        const body = JSON.stringify({ comment: { body: "seen" } });
        const headers = { "content-type": "application/json", "x-kiket-runtime-token": token };
        const comments = `${kiket}/api/v1/ext/issues/1/comments`;
        fetch(comments, { method: "POST", headers, body }).finally(() => end.apply(response, given));
        return response;
      }) as typeof end;
      const tokens: string[] = [];
      request.on("data", (chunk: Buffer) => {
        const [, token = ""] = /"runtime_token":"([^"]+)"/.exec(chunk.toString()) ?? [];
        if (token !== "") tokens.push(token);
      });
      app(request, response);
    });
    const { finding } = await grade(url, args);
    expect(finding("redelivery")).toMatchObject({
      status: "wrong",
      why: expect.stringContaining("It was handled twice: both made changes in Kiket."),
    });
  });
});
