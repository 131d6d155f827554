import { expect, test } from "vitest";
import { allow, createExtension, defineHandler } from "../../runtime/index.js";
import { run } from "../../runtime/node.js";
import { createTestLogger } from "../support/deliveries.js";
import { freePort } from "../support/free-port.js";
import { closeAfterwards, openPlatform } from "../support/open-kiket.js";

const hello = defineHandler({ event: "issue.created", version: "v1" }, () => allow({ message: "Hello" }));

test("6: run(host, port) serves deliveries, health and readiness, and stops", async () => {
  const platform = await openPlatform();
  const port = await freePort();
  const make = () =>
    createExtension({ handlers: [hello], baseUrl: platform.baseUrl, env: {}, logger: createTestLogger() });
  const server = await run(make, { host: "127.0.0.1", port, signals: false });
  closeAfterwards(async () => server?.close());
  const url = `http://127.0.0.1:${port}`;
  expect(server?.url).toBe(url);

  const { status, body } = await platform.deliver(url, { event: "issue.created" });
  expect([status, body]).toEqual([200, { status: "allow", message: "Hello", metadata: {} }]);
  const unsigned = await fetch(`${url}/webhooks/issue.created?version=v1`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"event":"issue.created"}',
  });
  expect(unsigned.status).toBe(401);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/ready`)).status).toBe(200);

  await server?.close();
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test("6: without host and port it listens where HOST and PORT say", async () => {
  const platform = await openPlatform();
  const port = await freePort();
  const make = () =>
    createExtension({ handlers: [hello], baseUrl: platform.baseUrl, env: {}, logger: createTestLogger() });
  const server = await run(make, { env: { HOST: "127.0.0.1", PORT: String(port) }, signals: false });
  closeAfterwards(async () => server?.close());
  expect((await platform.deliver(`http://127.0.0.1:${port}`, { event: "issue.created" })).verdict).toBe("allow");
});
