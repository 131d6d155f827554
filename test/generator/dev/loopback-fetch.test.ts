import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { fetchOnLoopback } from "../../../generator/dev/loopback-fetch.js";

const asked: unknown[] = [];
const server = createServer((incoming, outgoing) => {
  let body = "";
  incoming.on("data", (chunk: Buffer) => {
    body += chunk;
  });
  incoming.on("end", () => {
    asked.push([incoming.method, incoming.url, incoming.headers["x-kiket-gen-token"], body]);
    const status = Number(incoming.url?.slice(1));
    if (status === 302) outgoing.setHeader("location", "/200");
    outgoing.writeHead(status).end(status === 204 ? undefined : '{"launchId":"a"}');
  });
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const headers = { "x-kiket-gen-token": "t" };

it("sends what it is given, and reads the answer", async () => {
  asked.length = 0;
  const response = await fetchOnLoopback(`${url}/201`, { method: "POST", headers, body: "{}", redirect: "error" });
  expect([response.status, await response.json()]).toEqual([201, { launchId: "a" }]);
  expect(asked).toEqual([["POST", "/201", "t", "{}"]]);
});

it("does not follow a redirect", async () => {
  asked.length = 0;
  const { ok, status } = await fetchOnLoopback(`${url}/302`, { headers, redirect: "error" });
  expect([ok, status, asked]).toEqual([false, 302, [["GET", "/302", "t", ""]]]);
});

it("takes an answer without a body, and no status that is none", async () => {
  expect((await fetchOnLoopback(`${url}/204`, { headers, redirect: "error" })).status).toBe(204);
  await expect(fetchOnLoopback(`${url}/999`, { headers, redirect: "error" })).rejects.toThrow(
    "the status 999 is none of HTTP",
  );
});

it("asks no proxy, by which Node replaces what its fetch works with", async () => {
  // Undici, in Node too, finds there what it sends with.
  const dispatcher = Symbol.for("undici.globalDispatcher.1");
  const before = Reflect.get(globalThis, dispatcher);
  onTestFinished(() => void Reflect.set(globalThis, dispatcher, before));
  const proxy = {
    dispatch() {
      throw new Error("the proxy was asked");
    },
  };
  Reflect.set(globalThis, dispatcher, proxy);
  await expect(fetch(`${url}/200`)).rejects.toThrow();
  expect((await fetchOnLoopback(`${url}/200`, { headers, redirect: "error" })).status).toBe(200);
});

it("ends when it is told to", async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const ending = fetchOnLoopback(address, { headers, redirect: "error", signal: AbortSignal.timeout(1) });
  await expect(ending).rejects.toThrow();
});
