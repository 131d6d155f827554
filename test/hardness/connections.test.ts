// Attacks with connections: requests that never end, connections that never send, bodies that others read. Everything here is
// done by a client without a token.
import { connect, type Socket } from "node:net";
import express from "express";
import { describe, expect, onTestFinished, test } from "vitest";
import { defineHandler, type ExtensionOptions } from "../../runtime/index.js";
import { type ServeOptions, serve, toNodeHandler } from "../../runtime/node.js";
import { createTestLogger } from "../support/deliveries.js";
import { openKiket } from "../support/open-kiket.js";
import { withoutIds } from "../support/replies.js";

const kiket = await openKiket();

const head = (length: number, more = "") =>
  `POST /v/v1/webhooks/issue.created HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}Content-Length: ${length}\r\n\r\n`;

interface Client {
  readonly socket: Socket;
  /** All that the server sends until it closes the connection. */
  readonly received: Promise<string>;
}

async function open(limits: ExtensionOptions["limits"] = {}, options: ServeOptions = {}) {
  const handler = defineHandler({ event: "issue.created", version: "v1" }, () => "ran");
  const logger = createTestLogger();
  const extension = kiket.extension({ handlers: [handler], limits, logger });
  const server = await serve(extension, { port: 0, env: {}, ...options });
  const { hostname, port } = new URL(server.url);
  const clients: Client[] = [];
  onTestFinished(async () => {
    for (const { socket } of clients) socket.destroy();
    await server.close();
  });
  const client = async (text: string): Promise<Client> => {
    const socket = connect(Number(port), hostname);
    const received = new Promise<string>((resolve) => {
      let whole = "";
      socket.on("data", (chunk) => {
        whole += chunk;
      });
      socket.on("error", () => undefined).on("close", () => resolve(whole));
    });
    const made = { socket, received };
    clients.push(made);
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    if (text !== "") await new Promise<unknown>((resolve) => socket.write(text, resolve));
    return made;
  };
  const deliver = async () => {
    const signed = await kiket.request();
    const body = await signed.text();
    const url = `${server.url}/v/v1/webhooks/issue.created`;
    return (await fetch(url, { method: "POST", headers: signed.headers, body })).status;
  };
  const connected = () => new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count)));
  return { server, client, clients, deliver, connected, logger };
}

const many = <Item>(count: number, make: (index: number) => Promise<Item>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

describe("a connection", () => {
  test.each([
    ["CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["GARBAGE\r\n\r\n"],
    ["GET / HTTP/1.1\r\n\r\n"],
    ["POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n"],
  ])("that is reset after %j ends nothing", async (text) => {
    const { client, deliver } = await open();
    await many(20, async () => {
      const { socket, received } = await client("");
      socket.write(text, () => socket.resetAndDestroy());
      await received;
    });
    expect(await deliver()).toBe(200);
  });

  test("that never sends anything does not make the end of the server a failure", async () => {
    const { client, clients, server, connected } = await open();
    await many(3, () => client(""));
    await expect.poll(connected).toBe(3);
    const closed = server.close().then(() => "closed");
    const ended = Promise.all(clients.map(({ received }) => received));
    expect([await closed, await ended]).toEqual(["closed", ["", "", ""]]);
  });
});

describe("headers larger than Node's usual limit", () => {
  test("are taken if the extension allows them", async () => {
    const { server } = await open({ headerBytes: 32 * 1024 });
    const signed = await kiket.request();
    signed.headers.set("x-trace", "a".repeat(20_000));
    const url = `${server.url}/v/v1/webhooks/issue.created`;
    const { status } = await fetch(url, { method: "POST", headers: signed.headers, body: await signed.text() });
    expect(status).toBe(200);
  });
});

describe("bodies that never end", () => {
  test("300 of them do not keep out one delivery", async () => {
    const { client, deliver } = await open();
    await many(300, () => client(`${head(500)}{`));
    expect(await many(40, deliver)).toEqual(Array(40).fill(200));
  });

  test("do not take a slot, even when there is only one", async () => {
    const { client, deliver } = await open({ concurrency: 1 });
    await many(50, () => client(`${head(500)}{`));
    for (let index = 0; index < 5; index += 1) expect(await deliver()).toBe(200);
  });

  test("give way to newer requests, the oldest first: it is answered 503 and closed", async () => {
    const { client, clients, deliver } = await open({ arriving: 8 });
    const [oldest] = [await client(`${head(500)}{`), await many(20, () => client(`${head(500)}{`))];
    await expect.poll(() => clients.filter(({ socket }) => socket.closed).length).toBe(13);
    // One at a time: many deliveries at once would be too many themselves.
    for (let index = 0; index < 40; index += 1) expect(await deliver()).toBe(200);
    const text = await oldest.received;
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(text.toLowerCase()).toContain("\r\nretry-after: 5\r\n");
    expect(text).toContain('{"error":"Refused for newer requests: too many arrive at once",');
    expect(clients.filter(({ socket }) => socket.closed).length).toBe(14);
  });

  test("do not keep out a delivery while new ones come all the time", async () => {
    const { client, deliver } = await open({ arriving: 64 });
    let isOver = false;
    const flood = many(4, async () => {
      while (!isOver) await client(`${head(500)}{`);
    });
    const statuses: number[] = [];
    for (let index = 0; index < 40; index += 1) statuses.push(await deliver());
    isOver = true;
    await flood;
    expect(statuses).toEqual(Array(40).fill(200));
  });

  test("hold no more bytes together than the limit", async () => {
    const { client, deliver, connected } = await open({ arrivingBytes: 2_000_000 });
    await many(20, () => client(`${head(1_000_000)}${" ".repeat(900_000)}`));
    expect(await deliver()).toBe(200);
    await expect.poll(connected).toBeLessThan(5);
  });

  test.each(["/nothing", "/health", "/v/v1/webhooks/issue.created"])("are closed, also at %s", async (path) => {
    const { client } = await open({ bodyReadMs: 50 });
    const method = path === "/health" ? "GET" : "POST";
    const text = `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\n{`;
    const { socket, received } = await client(text);
    const dripping = setInterval(() => socket.write(" "), 10);
    expect(await received).toMatch(/^HTTP\/1\.1 (?:404|200|415) /);
    clearInterval(dripping);
  });
});

test("complete bodies that wait for Kiket's keys do not keep out those that come later", async () => {
  const waiting: (() => void)[] = [];
  const handler = defineHandler({ event: "issue.created", version: "v1" }, () => "ran");
  const extension = kiket.extension({
    handlers: [handler],
    limits: { arriving: 4 },
    fetch: async (input, init) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return fetch(input, init);
    },
  });
  const requests = await many(6, () => kiket.request());
  const answers = requests.map(async (request) => (await extension.fetch(request)).status);
  expect(await Promise.all(answers.slice(0, 2))).toEqual([503, 503]);
  await expect.poll(() => waiting.length).toBe(1);
  for (const resolve of waiting) resolve();
  expect(await Promise.all(answers)).toEqual([503, 503, 200, 200, 200, 200]);
});

test("bodies that never end are refused when the extension closes, after its grace", async () => {
  const { server, client } = await open({}, { closeWithin: 30 });
  const { received } = await client(`${head(500)}{`);
  await server.close();
  expect(await received).toContain('{"error":"The extension is closing",');
});

describe("connections that never send a byte", () => {
  test("300 of them are closed, and deliveries pass meanwhile", async () => {
    const { client, clients, deliver, connected } = await open({}, { headersWithin: 300 });
    await many(300, () => client(""));
    expect(await many(10, deliver)).toEqual(Array(10).fill(200));
    for (const { received } of clients) expect(await received).toMatch(/^HTTP\/1\.1 503 /);
    expect(await connected()).toBeLessThanOrEqual(10);
  });
});

test("express.json() before the extension loses no delivery: each is answered 500, so that Kiket tries again", async () => {
  const logger = createTestLogger();
  const handler = defineHandler({ event: "issue.created", version: "v1" }, () => "ran");
  const app = express()
    .use(express.json())
    .use(toNodeHandler(kiket.extension({ handlers: [handler], logger })));
  const listening = app.listen(0, "127.0.0.1");
  onTestFinished(() => void listening.close());
  await new Promise((resolve) => listening.once("listening", resolve));
  const { port } = listening.address() as { readonly port: number };
  const signed = await kiket.request();
  const body = await signed.text();
  const url = `http://127.0.0.1:${port}/v/v1/webhooks/issue.created`;
  expect((await fetch(url, { method: "POST", headers: signed.headers, body })).status).toBe(500);
  expect(logger.lines.map(({ message }) => message).join()).toContain("Mount the extension before express.json()");
});

describe("what Node itself would answer without a body", () => {
  const json = "Content-Type: application/json\r\n";
  const closing = "Connection: close\r\n";
  test.each([
    [
      "2,500 tiny headers",
      431,
      `POST /v/v1/webhooks/x HTTP/1.1\r\nHost: x\r\n${json}${closing}${"a: b\r\n".repeat(2_500)}\r\n`,
    ],
    ["257 headers", 431, `POST /v/v1/webhooks/x HTTP/1.1\r\nHost: x\r\n${json}${closing}${"a: b\r\n".repeat(254)}\r\n`],
    ["256 headers", 400, `POST /v/v1/webhooks/x HTTP/1.1\r\nHost: x\r\n${json}${closing}${"a: b\r\n".repeat(253)}\r\n`],
    ["no Host", 400, "GET /health HTTP/1.1\r\n\r\n"],
    [
      "no Host, with a body to wait for",
      400,
      `POST /v/v1/webhooks/x HTTP/1.1\r\n${json}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`,
    ],
    [
      "another expectation",
      417,
      "POST /v/v1/webhooks/x HTTP/1.1\r\nHost: x\r\nExpect: other\r\nContent-Length: 2\r\n\r\n",
    ],
    ["CONNECT", 405, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"],
    ["a target that is no path", 400, "GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n"],
  ])("%s: %i in JSON, and a line in the log", async (_what, status, text) => {
    const { client, logger } = await open();
    const received = await (await client(text)).received;
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(received).not.toContain("100 Continue");
    expect(withoutIds(JSON.parse(received.split("\r\n\r\n")[1] ?? ""))).toEqual({ error: expect.any(String) });
    const fields = { status, reason: expect.any(String), correlationId: expect.any(String) };
    expect(logger.lines.slice(1)).toMatchObject([{ level: "warn", fields }]);
  });

  test("HTTP/1.0 needs no Host", async () => {
    const { client } = await open();
    expect(await (await client("GET /health HTTP/1.0\r\n\r\n")).received).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("Expect: 100-continue", () => {
  const expecting = (length: number) => head(length, "Expect: 100-continue\r\n");

  test("a body that is too large is answered 413 at once, and nothing else", async () => {
    const { client } = await open();
    const received = await (await client(expecting(104_857_600))).received;
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(received).not.toContain("100 Continue");
  });

  test.each([
    ["/nothing", 404],
    ["/health", 405],
  ])("nobody is told to send a body to %s", async (path, status) => {
    const { client } = await open();
    const text = expecting(2).replace("/v/v1/webhooks/issue.created", path);
    expect(await (await client(text)).received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test("a delivery is told to go on, is answered, and its connection stays open for the next", async () => {
    const { client } = await open();
    const { socket, received } = await client("");
    const signed = [await kiket.request(), await kiket.request()];
    for (const request of signed) {
      const body = await request.text();
      const text = await new Promise<string>((resolve) => {
        let whole = "";
        socket.on("data", function listen(chunk) {
          whole += chunk;
          if (whole === "HTTP/1.1 100 Continue\r\n\r\n") socket.write(body);
          if (!whole.endsWith('"ran"')) return;
          socket.off("data", listen);
          resolve(whole);
        });
        socket.write(expecting(Buffer.byteLength(body)));
      });
      expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    }
    socket.end();
    await received;
  });
});

describe("a compressed body", () => {
  const gzip = "Content-Encoding: gzip\r\n";
  test.each([
    [gzip, 415, "Content-Encoding is not supported: send the body without compression"],
    ["Content-Encoding: identity, br\r\n", 415, "Content-Encoding is not supported: send the body without compression"],
    ["Content-Encoding: Identity\r\n", 400, "Body is not valid JSON"],
    ["Content-Encoding: \r\n", 400, "Body is not valid JSON"],
  ])("%j: %i", async (headers, status, error) => {
    const { client } = await open();
    const text = `${head(2, `Connection: close\r\n${headers}`)}\u001fx`;
    const received = await (await client(text)).received;
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(withoutIds(JSON.parse(received.split("\r\n\r\n")[1] ?? ""))).toEqual({ error });
  });

  test("by its transfer: 415", async () => {
    const { client } = await open();
    const text = head(0, "Connection: close\r\n").replace("Content-Length: 0", "Transfer-Encoding: gzip, chunked");
    const received = await (await client(`${text}1\r\nx\r\n0\r\n\r\n`)).received;
    expect(received).toMatch(/^HTTP\/1\.1 415 /);
    expect(received).toContain('{"error":"Transfer-Encoding is not supported: send the body without compression",');
  });
});
