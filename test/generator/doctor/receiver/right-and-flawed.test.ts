import { spawn } from "node:child_process";
import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../generator/doctor/finding.js";
import { gradeReceiver } from "../../../../generator/doctor/receiver/grade-receiver.js";
import { generate } from "../../../../generator/index.js";
import { createHost } from "../../../../generator/project/host.js";
import { compile } from "../../../support/compile.js";
import { createTemplateProject, until } from "../../../support/dev-session.js";
import { freePort } from "../../../support/free-port.js";
import { closeAfterwards } from "../../../support/open-kiket.js";
import { removeProject } from "../../../support/project.js";
import { openProjectFolder } from "../../../support/receiver.js";
import { runCli } from "../../../support/run-node.js";
import { flawedSignatures, flawedTokens, type SignatureFlaw, type TokenFlaw } from "./flawed-receivers.js";
import { listening } from "./receivers.js";

const secret = "whsec_of_this_test";

/** What is not right, as `id: status`, in order. */
async function faultsOf(url: string, port: number, path?: string): Promise<readonly string[]> {
  const graded = await gradeReceiver(
    {
      ...{ url, secretFile: undefined, yes: false, port, dir: await openProjectFolder() },
      ...{ event: path === undefined ? undefined : "case.created", version: undefined, path, wait: 0 },
    },
    {
      ...{ host: createHost, say: () => undefined, interrupted: () => new Promise(() => {}), now: Date.now },
      environment: path === undefined ? {} : { KIKET_WEBHOOK_SECRET: secret },
      loadKit: async () => ({ ...(await import("kiket-gen/testing")), ...(await import("kiket-gen/dev")) }),
      times: { answer: 8000, look: 3000, all: 120_000 },
    },
  );
  if ("refusal" in graded) throw new Error(graded.refusal);
  return graded.filter(({ status }) => status !== "ok").map(({ id, status }) => `${id}: ${status}`);
}

/** The faults of each receiver. They are graded at the same time, since grading waits most of its time. */
async function allFaults<Flaw>(
  flaws: readonly Flaw[],
  open: (flaw: Flaw, port: number) => RequestListener,
  path?: string,
): Promise<unknown> {
  const graded = await Promise.all(
    flaws.map(async (flaw) => {
      const port = await freePort();
      return [flaw, await faultsOf(await listening(open(flaw, port)), port, path)] as const;
    }),
  );
  return Object.fromEntries(graded);
}

it("a receiver of tokens with one flaw is wrong there, and nowhere else", async () => {
  const expected: Readonly<Record<TokenFlaw | "none", readonly string[]>> = {
    none: [],
    "accepts none": ["token-unsigned: wrong"],
    "accepts HS256": ["token-hs256: wrong"],
    "ignores the signature": [
      ...["token-tampered: wrong", "token-wrong-key: wrong", "token-key-inside: wrong", "token-key-address: wrong"],
      "forged-key-set: wrong",
    ],
    "takes the key inside": ["token-key-inside: wrong"],
    "takes the key's address": ["token-key-address: wrong"],
    "takes the issuer's keys": ["token-key-issuer: wrong", "token-issuer: warning"],
    "takes the body's keys": ["forged-key-set: wrong", "forged-address: wrong"],
    "calls the body's address": ["forged-address: wrong"],
    "ignores exp": ["token-expired: wrong"],
    "requires no exp": ["token-endless: warning"],
    "ignores iat": ["token-future: warning"],
    "ignores the issuer": ["token-issuer: wrong"],
    "fails on bad tokens": ["token-malformed: warning"],
    "answers 401 while keys are down": ["keys-down: wrong"],
    "never fetches keys again": ["keys-down: wrong", "keys-rotated: wrong"],
    "lets anybody in": ["proof: wrong", "no-proof: wrong"],
    "parses anything": ["malformed-json: warning", "empty-body: warning"],
    "hangs on large bodies": ["oversized: wrong"],
    "takes one body at a time": ["slow-senders: wrong"],
  };
  const flaws = Object.keys(expected) as (keyof typeof expected)[];
  const open = (flaw: keyof typeof expected, port: number) => flawedTokens(`http://127.0.0.1:${port}`, flaw);
  expect(await allFaults(flaws, open)).toEqual(expected);
});

it("a receiver of signatures with one flaw is wrong there, and nowhere else", async () => {
  const expected: Readonly<Record<SignatureFlaw | "none", readonly string[]>> = {
    none: [],
    "ignores the signature": ["signature-wrong: wrong", "body-tampered: wrong", "timestamp-changed: wrong"],
    "ignores the timestamp": [...["timestamp-old: wrong", "timestamp-future: warning"]],
    "signs parsed JSON": ["body-tampered: wrong"],
    "takes old timestamps": ["timestamp-old: wrong"],
    "takes future timestamps": ["timestamp-future: warning"],
    "requires the prefix": ["signature-spelling: warning"],
  };
  const flaws = Object.keys(expected) as (keyof typeof expected)[];
  const open = (flaw: keyof typeof expected) => flawedSignatures(secret, flaw);
  expect(await allFaults(flaws, open, "/hook")).toEqual(expected);
});

describe("a new project of init", () => {
  it.each([
    ["extension", "KIKET_BASE_URL"],
    ["webhook", "KIKET_WEBHOOK_SECRET"],
  ] as const)("of the template %s is all right", async (template, needed) => {
    const folder = await createTemplateProject(template);
    closeAfterwards(() => removeProject(folder));
    expect((await generate({ dir: folder })).diagnostics).toEqual([]);
    expect(await compile(folder, undefined, true)).toBe("");
    const [port, own] = [await freePort(), await freePort()];
    const known = { KIKET_BASE_URL: `http://127.0.0.1:${port}`, KIKET_WEBHOOK_SECRET: secret };
    const environment = { ...process.env, PORT: String(own), [needed]: known[needed] };
    const program = spawn(process.execPath, ["dist/main.js"], { cwd: folder, env: environment, stdio: "ignore" });
    closeAfterwards(async () => void program.kill("SIGKILL"));
    const url = `http://127.0.0.1:${own}`;
    await until(() =>
      fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const args = ["doctor", "--url", url, "--port", String(port), "--json"];
    const env = { ...process.env, ...(template === "webhook" ? { KIKET_WEBHOOK_SECRET: secret } : {}) };
    const { code, stdout } = await runCli(args, folder, env);
    const { findings, ...counts } = JSON.parse(stdout);
    expect(findings.filter(({ status }: Finding) => status !== "ok")).toEqual([]);
    expect([code, counts]).toEqual([
      0,
      { ok: template === "webhook" ? 24 : 34, wrong: 0, warnings: 0, notTestable: 0 },
    ]);
    expect(stdout).not.toContain(secret);
  });
});
