import { Agent, request as httpRequest, Server } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { ConfigError, defineHandler } from "../../runtime/index.js";
import { serve } from "../../runtime/node.js";
import { deferred } from "../support/deferred.js";
import { openKiket } from "../support/open-kiket.js";

const kiket = await openKiket();

test("url is the address without a slash, and nothing listens there after close", async () => {
  const server = await serve(kiket.extension({ handlers: [] }), { port: 0, env: {} });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  await server.close();
  await server.close();
  await expect(fetch(`${server.url}/health`)).rejects.toThrow();
});

test("a port in use is an error", async () => {
  const extension = kiket.extension({ handlers: [] });
  const server = await serve(extension, { port: 0, env: {} });
  const port = Number(new URL(server.url).port);
  const refused = serve(extension, { port, env: {} });
  await expect(refused).rejects.toMatchObject({
    code: "EADDRINUSE",
    message: `Cannot listen on 127.0.0.1, port ${port}: the port is in use. Stop the program that uses it, or set PORT (or port) to another port.`,
    cause: { syscall: "listen" },
  });
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(serve(extension, { port: -1, env: {} })).rejects.toThrow(ConfigError);
  await server.close();
});

test("close lets a delivery finish even if its connection is kept alive", async () => {
  const started = deferred();
  const finish = deferred();
  const slow = defineHandler({ event: "issue.created", version: "v1" }, async () => {
    started.resolve();
    await finish.promise;
    return "done";
  });
  const server = await serve(kiket.extension({ handlers: [slow] }), { port: 0, env: {} });
  const signed = await kiket.request();
  const answer = fetch(`${server.url}/v/v1/webhooks/issue.created`, {
    method: "POST",
    headers: signed.headers,
    body: await signed.text(),
  });
  await started.promise;
  const closed = server.close();
  finish.resolve();
  expect(await (await answer).json()).toBe("done");
  await closed;
});

test("the handler's signal is aborted when the client disconnects", async () => {
  const started = deferred();
  const aborted = deferred();
  const waiting = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, { signal }) => {
    signal.addEventListener("abort", aborted.resolve);
    started.resolve();
    await aborted.promise;
  });
  const server = await serve(kiket.extension({ handlers: [waiting] }), { port: 0, env: {} });
  const signed = await kiket.request();
  const request = httpRequest(`${server.url}/v/v1/webhooks/issue.created`, {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  request.on("error", () => undefined);
  request.end(await signed.text());
  await started.promise;
  request.destroy();
  await aborted.promise;
  await server.close();
});

test("an incomplete body does not reach a handler, and the server continues", async () => {
  let runs = 0;
  const counting = defineHandler({ event: "issue.created", version: "v1" }, () => {
    runs += 1;
  });
  const server = await serve(kiket.extension({ handlers: [counting] }), { port: 0, env: {} });
  const { hostname, port } = new URL(server.url);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        "POST /v/v1/webhooks/issue.created HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
        () => socket.destroy(),
      );
    });
    socket.on("close", () => resolve());
  });
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect(runs).toBe(0);
  await server.close();
});

test("a chunked body above the limit is answered 413 while it is still being sent", async () => {
  const server = await serve(kiket.extension({ handlers: [] }), { port: 0, env: {} });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request = httpRequest(`${server.url}/webhooks/issue.created`, {
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
      request.end();
    });
    request.on("error", reject);
    for (let index = 0; index < 40; index += 1) request.write(Buffer.alloc(64 * 1024, 0x20));
  });
  expect(status).toBe(413);
  await server.close();
});

test("a connection is kept for 75 s after a response, or for as long as keepAliveTimeout says, and longer than headersWithin", async () => {
  const extension = kiket.extension({ handlers: [] });
  const server = await serve(extension, { port: 0, env: {}, headersWithin: 40 });
  expect(server.server).toBeInstanceOf(Server);
  expect(server.server.keepAliveTimeout).toBe(75_000);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(`${server.url}/health`, { agent }, (response) => {
        response.resume().on("end", () => resolve(request.socket?.localPort));
      });
      request.on("error", reject).end();
    });
  const first = await ask();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(await ask()).toBe(first);
  agent.destroy();
  await server.close();

  const short = await serve(kiket.extension({ handlers: [] }), { port: 0, env: {}, keepAliveTimeout: 620_000 });
  expect((await fetch(`${short.url}/health`)).headers.get("keep-alive")).toBe("timeout=620");
  await short.close();
  await expect(serve(extension, { port: 0, env: {}, keepAliveTimeout: 0 })).rejects.toThrow(
    new ConfigError("keepAliveTimeout must be a whole number from 1 to 2147483647."),
  );
});

test("the address of an IPv6 server is a URL", async () => {
  const server = await serve(kiket.extension({ handlers: [] }), { port: 0, host: "::1", env: {} });
  expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  await server.close();
});
