import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { closeAfterwards } from "../../support/open-kiket.js";
import { openKiketOf } from "./project.js";

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Any program on a port, which is no extension. */
async function openServer(answer: (response: ServerResponse, count: number) => void) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(response, received.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeAfterwards(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

describe("an exchange with a program", () => {
  it("shows the very bytes that were sent, on a connection that is not used again, and no credentials in headers", async () => {
    const { url, received } = await openServer((response) =>
      response.writeHead(202, { "set-cookie": "session=1", "x-note": "hello" }).end("thanks"),
    );
    const kiket = await openKiketOf();
    kiket.serveAt({ url: `${url}/below`, build: 1 });
    const { state, attempts } = await kiket.send({
      event: "boat.docked",
      hmac: true,
      set: { "boat.name": "Zoë \u2028 🚢" },
    });
    expect([state, attempts.length]).toEqual(["delivered", 1]);
    expect(attempts[0]?.request.body).toBe(received[0]?.body);
    expect(received[0]?.body).toContain("Zoë");
    expect(received[0]?.headers.connection).toBe("close");
    expect(received[0]?.headers["x-kiket-signature"]).toMatch(/^[0-9a-f]{64}$/);
    expect(attempts[0]?.request.headers["x-kiket-signature"]).toBe("[redacted]");
    expect(attempts[0]?.request.url).toBe(`${url}/below/v/v1/webhooks/boat.docked`);
    expect(attempts[0]?.reply).toMatchObject({
      status: 202,
      headers: { "set-cookie": "[redacted]", "x-note": "hello" },
      body: "thanks",
    });
  });

  it("that ends in the middle is a failed attempt, and is repeated", async () => {
    const { url } = await openServer((response, count) =>
      count === 1 ? response.destroy() : response.writeHead(204).end(),
    );
    const kiket = await openKiketOf();
    kiket.serveAt({ url, build: 1 });
    const first = await kiket.send({ event: "boat.docked" });
    expect([first.state, first.attempts[0]?.error]).toEqual(["retrying", "the connection was closed without a reply"]);
    await expect.poll(() => kiket.delivery(first.id)?.state).toBe("delivered");
    expect(kiket.delivery(first.id)?.attempts[1]?.reply).toMatchObject({ status: 204, body: "" });
  });

  it("follows no redirect, which is final", async () => {
    const { url, received } = await openServer((response) => response.writeHead(307, { location: "/other" }).end());
    const kiket = await openKiketOf();
    kiket.serveAt({ url, build: 1 });
    const { state } = await kiket.send({ event: "boat.docked" });
    expect([state, received.length]).toEqual(["refused", 1]);
  });

  it("keeps 1 MiB of a reply, and stands a status that is none", async () => {
    const { url } = await openServer((response, count) => {
      if (count === 1) response.end("x".repeat(3 * 1024 * 1024));
      else response.writeHead(999).end();
    });
    const kiket = await openKiketOf();
    kiket.serveAt({ url, build: 1 });
    const { attempts } = await kiket.send({ event: "boat.docked" });
    expect(attempts[0]?.reply?.body.length).toBe(1024 * 1024);
    const odd = await kiket.send({ event: "boat.docked" });
    expect([odd.state, odd.attempts[0]?.error]).toEqual([
      "retrying",
      "the reply has the status 999, or headers, that HTTP does not allow",
    ]);
  });

  it("has the lines that are plain text or of another logger, and no more than can be shown", async () => {
    const { url } = await openServer((response) => {
      kiket.logged("stdout", "plain text");
      kiket.logged("stderr", '{"level":30,"msg":"of pino"}');
      kiket.logged("stdout", "y".repeat(20_000));
      for (let count = 0; count < 600; count += 1) kiket.logged("stdout", String(count));
      response.end();
    });
    const kiket = await openKiketOf();
    kiket.logged("stdout", "before any delivery");
    kiket.serveAt({ url, build: 1 });
    const { attempts } = await kiket.send({ event: "boat.docked" });
    const logs = attempts[0]?.logs ?? [];
    expect(logs.slice(0, 2).map(({ level, message }) => `${level} ${message}`)).toEqual([
      "info plain text",
      'warn {"level":30,"msg":"of pino"}',
    ]);
    expect(logs[2]?.message.length).toBe(16 * 1024 + 1);
    expect(logs.length).toBe(501);
    expect(logs.at(-1)).toMatchObject({ level: "warn", message: "Further lines of this attempt are not kept" });
  });
});
