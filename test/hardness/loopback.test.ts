// Attacks with bytes and connections, by a program of this machine, on what `kiket-gen dev` opens: the inspector and the local Kiket.
import { connect, type Socket } from "node:net";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openDevKiket } from "../../runtime/dev.js";
import { token } from "../runtime/platform/inspector/open.js";
import { sendRaw } from "../support/raw-request.js";

const kiket = await openDevKiket({
  project: { kind: "extension", name: "com.example.crm", events: [], scopes: [], secrets: [], seed: {} },
  ports: { inspector: 0, kiket: 0 },
  launchId: "launch-1",
  token,
  check: () => [],
});
afterAll(() => kiket.close());

const servers = [
  ["the inspector", kiket.inspector ?? "", "/api/launch"],
  ["the local Kiket", kiket.kiket, "/.well-known/jwks.json"],
] as const;

describe.each(servers)("%s", (_what, url, path) => {
  const port = Number(new URL(url).port);
  const headers = { "x-kiket-gen-token": token };
  const answers = async () => (await fetch(`${url}${path}`, { headers })).status;

  /** Sends bytes and resets the connection. */
  const reset = (bytes: string | Uint8Array) =>
    new Promise<void>((resolve) => {
      const socket: Socket = connect(port, "127.0.0.1", () => socket.write(bytes, () => socket.resetAndDestroy()));
      socket.on("error", () => undefined).on("close", () => resolve());
    });

  test.each([
    ["CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["GARBAGE\r\n\r\n"],
    ["GET / HTTP/1.1\r\n\r\n"],
    ["GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
    ["POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n"],
    [
      `POST /api/deliveries HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Kiket-Gen-Token: ${token}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    ],
    [`GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Kiket-Gen-Token: ${token}\r\n\r\n`],
  ])("goes on when a connection is reset after %j", async (text) => {
    await Promise.all(Array.from({ length: 20 }, () => reset(text)));
    expect(await answers()).toBe(200);
  });

  test("sees a foreign origin after thousands of other headers", async () => {
    const many = "a:\r\n".repeat(2500);
    const text = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Kiket-Gen-Token: ${token}\r\n${many}`;
    expect((await sendRaw(port, `${text}Connection: close\r\n\r\n`)).status).toBe(200);
    expect((await sendRaw(port, `${text}Origin: http://evil.test\r\nConnection: close\r\n\r\n`)).status).toBe(403);
  });

  test("goes on whatever bytes it gets, and lets no host in that is not its own", async () => {
    const line = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }).map((text) => `X: ${text}`),
      fc.constantFrom(
        "Host: evil.test",
        `Host: 127.0.0.1:${port + 1}`,
        "Origin: null",
        "Transfer-Encoding: chunked",
        "__proto__: 1",
      ),
      fc.string({ maxLength: 40 }),
    );
    const request = fc
      .tuple(
        fc.constantFrom("GET / HTTP/1.1", `GET ${path} HTTP/1.1`, "POST / HTTP/1.1", "", "\0"),
        fc.array(line, { maxLength: 4 }),
      )
      .map(([first, lines]) => `${[first, ...lines].join("\r\n")}\r\nConnection: close\r\n\r\n`);
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(request, async (text) => {
        const answer = await sendRaw(port, text, { end: true });
        // Without an answer, its status is no number.
        expect(answer.status >= 200 && answer.status < 400).toBe(false);
        if (answer.status >= 400) answered += 1;
      }),
      { numRuns: 100 },
    );
    expect(answered).toBeGreaterThan(50);
    expect(await answers()).toBe(200);
    expect(kiket.deliveries()).toEqual([]);
  });

  test("has no room for more connections than it can take, and has it again after them", async () => {
    const sockets = Array.from({ length: 1_300 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
    await Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve).once("close", resolve))),
    );
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => answers().catch(() => 0)).toBe(200);
  });
});
