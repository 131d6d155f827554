import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defineHandler, type Fetch } from "../../runtime/index.js";
import { type SecretSource, secretFiles, secretsFrom } from "../../runtime/secrets.js";
import { hmacRequest } from "../support/hmac.js";
import { closeAfterwards } from "../support/open-kiket.js";
import { openServed } from "./served.js";

const handler = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { secret }) => ({
  key: secret("API_KEY"),
}));

let count = 0;

async function deliver(url: string, secret: string): Promise<unknown> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  count += 1;
  const signed = hmacRequest({ body: `{"event":"issue.created","issue":{"id":${count}}}`, secret, timestamp });
  const response = await fetch(new Request(url + new URL(signed.url).pathname, signed));
  return response.ok ? response.json() : response.status;
}

test("18: secrets come from files, and a rotation needs no restart: both values sign until the old one is gone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kiket-seed-"));
  closeAfterwards(() => rm(folder, { recursive: true, force: true }));
  const write = (name: string, value: string) => writeFile(join(folder, name), value);
  await write("API_KEY", "key-one\n");
  await write("HOOK", "hook-one\n");
  const secrets = secretsFrom(secretFiles({ folder }), { ttl: 1 });
  const { url } = await openServed({
    handlers: [handler],
    auth: "hmac",
    secretKeys: ["API_KEY"],
    secretSource: secrets,
    webhookSecrets: secrets.secret("HOOK"),
  });
  expect(await deliver(url, "hook-one")).toEqual({ key: "key-one" });

  await write("HOOK.previous", "hook-one");
  await write("HOOK", "hook-two");
  await write("API_KEY", "key-two");
  await expect.poll(() => deliver(url, "hook-two")).toEqual({ key: "key-two" });
  expect(await deliver(url, "hook-one")).toEqual({ key: "key-two" });

  await rm(join(folder, "HOOK.previous"));
  await expect.poll(() => deliver(url, "hook-one")).toBe(401);
  expect(await deliver(url, "hook-two")).toEqual({ key: "key-two" });
});

test("18: a workspace token that was rotated in a vault is replaced within the call", async () => {
  const tokens: [string, ...string[]] = ["workspace-old"];
  const vault: SecretSource = { name: "a vault", load: async () => new Map([["token", tokens]]) };
  const sent: (string | null)[] = [];
  const kiket: Fetch = async (input, init) => {
    const { headers } = new Request(input, init);
    sent.push(headers.get("authorization"));
    const isKnown = headers.get("authorization") === "Bearer workspace-new";
    return Response.json(isKnown ? { limit: 1, remaining: 1, reset_in: 1 } : { error: "no" }, {
      status: isKnown ? 200 : 401,
    });
  };
  const calling = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, { api }) => {
    tokens.unshift("workspace-new");
    await api.GET("/api/v1/ext/rate_limit");
    return "called";
  });
  const { url } = await openServed({
    handlers: [calling],
    auth: "hmac",
    webhookSecrets: "hook",
    workspaceToken: secretsFrom(vault).secret("token"),
    fetch: kiket,
  });
  expect(await deliver(url, "hook")).toBe("called");
  expect(sent).toEqual(["Bearer workspace-old", "Bearer workspace-new"]);
});
