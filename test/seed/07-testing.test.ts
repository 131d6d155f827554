import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allow, createExtension, defineHandler, deny } from "../../runtime/index.js";
import { createTestExtension, payloadOf, readRecording, signDelivery } from "../../runtime/testing.js";
import { createTestLogger } from "../support/deliveries.js";
import { closeAfterwards, openPlatform } from "../support/open-kiket.js";

const event = "issue.created";
const handler = defineHandler({ event, version: "v1" }, (payload, { secret }) => {
  const { title } = payload.issue as { title: string };
  return secret("API_KEY") === "k-1" ? allow({ message: title }) : deny({ message: "no key" });
});

test("7: fixtures: the payload of an event, with the members that a test cares for", () => {
  const payload = payloadOf(event, { issue: { title: "Own title" } });
  expect(payload).toMatchObject({ issue: { title: "Own title", id: expect.any(Number) } });
  expect(payloadOf(event).issue.title).not.toBe("Own title");
});

test("7: signed-payload factories: a request with a token, and one with an HMAC, that an extension accepts", async () => {
  const platform = await openPlatform();
  const base = { handlers: [handler], baseUrl: platform.baseUrl, env: {}, logger: createTestLogger() };
  const delivery = { event, payload: payloadOf(event, { issue: { title: "By hand" } }), secrets: { API_KEY: "k-1" } };
  const allowed = { status: "allow", message: "By hand", metadata: {} };

  const byToken = signDelivery(delivery, { auth: "token", token: await platform.sign() });
  const first = await createExtension(base).fetch(new Request(byToken.url, byToken));
  expect([first.status, await first.json()]).toEqual([200, allowed]);

  const timestamp = Math.floor(Date.now() / 1000);
  const byHmac = signDelivery(delivery, { auth: "hmac", secret: "whsec_1", timestamp });
  const own = createExtension({ ...base, auth: "hmac", webhookSecrets: "whsec_1" });
  const second = await own.fetch(new Request(byHmac.url, byHmac));
  expect([second.status, await second.json()]).toEqual([200, allowed]);
  expect((await createExtension(base).fetch(new Request(byHmac.url, byHmac))).status).toBe(401);
});

test("7: replay helpers: a recorded delivery is delivered again, from a file without its secrets", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kiket-seed-"));
  const kiket = await createTestExtension({ handlers: [handler] });
  closeAfterwards(async () => {
    await kiket.close();
    await rm(folder, { recursive: true });
  });
  const file = join(folder, "created.json");
  const secrets = { API_KEY: "k-1" };
  const original = await kiket.deliver(event, "v1", { issue: { title: "Recorded" } }, { secrets });
  await kiket.record(original, file);
  expect(await readFile(file, "utf8")).not.toContain("k-1");

  expect(await readRecording(file)).toMatchObject({ body: { issue: { title: "Recorded" } } });
  const again = await kiket.replay(file, { secrets });
  expect(again.body).toEqual({ status: "allow", message: "Recorded", metadata: {} });
  expect((await kiket.replay(file)).body).toMatchObject({ status: "deny", message: "no key" });
});
