import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { finished } from "node:stream/promises";
import express from "express";
import Fastify from "fastify";
import { H3, readBody } from "h3";
import { describe, expect, onTestFinished, test } from "vitest";
import { defineHandler, type Extension } from "../../../runtime/index.js";
import { toNodeHandler } from "../../../runtime/node.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";

const kiket = await openKiket();

const message =
  "The body of a request was already read when the extension received it, so its origin cannot be checked. Mount the extension before express.json(), express.raw() and any other middleware that reads bodies, or switch off body parsing for its paths. If that is not possible, pass a new Request with the raw bytes to extension.fetch.";

function createTarget() {
  const logger = createTestLogger();
  let runs = 0;
  const handler = defineHandler({ event: "issue.created", version: "v1" }, () => {
    runs += 1;
    return "ran";
  });
  const extension = kiket.extension({ handlers: [handler], logger });
  return { extension, logger, runs: () => runs };
}

/** Listens until the test ends; returns the base URL. */
async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function deliverTo(url: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const signed = await kiket.request();
  const answer = await fetch(url + new URL(signed.url).pathname, {
    method: "POST",
    headers: signed.headers,
    body: await signed.text(),
  });
  return { status: answer.status, body: await answer.json() };
}

type Middleware = (request: IncomingMessage) => Promise<void>;

const readAll: Middleware = async (request) => {
  for await (const _chunk of request);
};

const readSome: Middleware = (request) =>
  new Promise((resolve) => {
    request.once("data", (chunk: Buffer) => {
      request.pause();
      request.unshift(chunk.subarray(1));
      resolve();
    });
  });

const decode: Middleware = async (request) => void request.setEncoding("utf8");

const withBody: Middleware = async (request) => {
  await readAll(request);
  Object.assign(request, { body: { event: "issue.created" }, complete: true });
};

function behind(middleware: Middleware, extension: Extension): RequestListener {
  const handle = toNodeHandler(extension);
  return (request, response) => void middleware(request).then(() => handle(request, response));
}

const hosts: readonly (readonly [string, (extension: Extension) => RequestListener])[] = [
  ["express.json()", (extension) => express().use(express.json()).use(toNodeHandler(extension))],
  [
    "express.raw()",
    (extension) =>
      express()
        .use(express.raw({ type: "*/*" }))
        .use(toNodeHandler(extension)),
  ],
  [
    "express.text()",
    (extension) =>
      express()
        .use(express.text({ type: "*/*" }))
        .use(toNodeHandler(extension)),
  ],
  ["a middleware that reads the whole body", (extension) => behind(readAll, extension)],
  ["a middleware that reads the first byte and pauses", (extension) => behind(readSome, extension)],
  ["a middleware that decodes the stream", (extension) => behind(decode, extension)],
  ["a middleware that leaves its own body", (extension) => behind(withBody, extension)],
  [
    "the parsers of Fastify",
    (extension) => {
      const handle = toNodeHandler(extension);
      const app = Fastify().all("/*", (request, reply) => {
        reply.hijack();
        handle(request.raw, reply.raw);
      });
      return (request, response) => void Promise.resolve(app.ready()).then(() => app.routing(request, response));
    },
  ],
  [
    "readBody of h3",
    (extension) => {
      const app = new H3().use(async (event) => void (await readBody(event)));
      return toNodeHandler(app.all("/**", (event) => extension.fetch(event.req)) as Pick<Extension, "fetch">);
    },
  ],
];

describe("a body that was read before is 500, which Kiket retries, and the log says how to mount", () => {
  test.each(hosts)("after %s", async (_what, host) => {
    const { extension, logger, runs } = createTarget();
    const answer = await deliverTo(await listen(host(extension)));
    expect(answer).toEqual({ status: 500, body: { error: "Internal error", correlation_id: expect.any(String) } });
    const { correlation_id: correlationId } = answer.body as { readonly correlation_id: string };
    expect(logger.lines.filter(({ level }) => level === "error")).toEqual([
      { level: "error", message, fields: expect.objectContaining({ correlationId, reason: "body-already-read" }) },
    ]);
    expect(runs()).toBe(0);
  });

  const spoil: readonly (readonly [string, (request: Request) => Promise<unknown>])[] = [
    ["text()", (request) => request.text()],
    ["json() of a clone and of itself", async (request) => [await request.clone().json(), await request.json()]],
    [
      "a reader that took one chunk",
      async (request) => {
        const reader = request.body?.getReader();
        await reader?.read();
        reader?.releaseLock();
      },
    ],
    ["a reader that still holds the lock", async (request) => request.body?.getReader()],
  ];

  test.each(spoil)("in a Request, after %s", async (_what, read) => {
    const { extension, logger, runs } = createTarget();
    const request = await kiket.request();
    await read(request);
    const answer = await extension.fetch(request);
    expect([answer.status, await answer.json()]).toMatchObject([500, { error: "Internal error" }]);
    expect(logger.lines.filter(({ level }) => level === "error").map((line) => line.message)).toEqual([message]);
    expect(runs()).toBe(0);
  });

  test("in a new Request that was made without the body, but with its length", async () => {
    const { extension, logger } = createTarget();
    const { url, method, headers } = await kiket.request();
    headers.set("content-length", "900");
    expect((await extension.fetch(new Request(url, { method, headers }))).status).toBe(500);
    expect(logger.lines.filter(({ level }) => level === "error").map((line) => line.message)).toEqual([message]);
  });
});

describe("a body that nobody read arrives", () => {
  const intact: readonly (readonly [string, (extension: Extension) => RequestListener])[] = [
    ["before express.json()", (extension) => express().use(toNodeHandler(extension)).use(express.json())],
    [
      "after a middleware that pauses the stream",
      (extension) => behind(async (request) => void request.pause(), extension),
    ],
    [
      "after a middleware that waits",
      (extension) => behind(() => new Promise((resolve) => setTimeout(resolve, 20)), extension),
    ],
    [
      "from a clone that was read",
      (extension) => {
        const app = new H3().all("/**", async ({ req }) => {
          const copy = new Request(req.url, { method: "POST", headers: req.headers, body: await req.arrayBuffer() });
          await copy.clone().json();
          return extension.fetch(copy);
        });
        return toNodeHandler(app as Pick<Extension, "fetch">);
      },
    ],
  ];

  test.each(intact)("%s", async (_what, host) => {
    const { extension } = createTarget();
    expect(await deliverTo(await listen(host(extension)))).toEqual({ status: 200, body: "ran" });
  });
});

describe("a client that disconnects is refused, and nothing waits for it", () => {
  const head =
    "POST /v/v1/webhooks/issue.created HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{";

  async function answerTo(url: string, answers: Promise<Response>): Promise<unknown> {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(head);
    setTimeout(() => socket.destroy(), 20);
    const answer = await answers;
    return [answer.status, await bodyOf(answer)];
  }

  test.each([
    ["while its body is read", async () => undefined],
    ["before its body is read", (request: IncomingMessage) => finished(request).catch(() => undefined)],
  ])("%s", async (_when, before) => {
    const { extension, logger } = createTarget();
    let seen: (answer: Response) => void = () => undefined;
    const answers = new Promise<Response>((resolve) => {
      seen = resolve;
    });
    const watched = {
      fetch: async (request: Request) => {
        const answer = await extension.fetch(request);
        seen(answer.clone());
        return answer;
      },
    };
    const handle = toNodeHandler(watched);
    const url = await listen((request, response) => void before(request).then(() => handle(request, response)));
    expect(await answerTo(url, answers)).toEqual([503, { error: "Body incomplete" }]);
    expect(logger.lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});

test("an empty body is not called already read", async () => {
  const { extension } = createTarget();
  const url = await listen(toNodeHandler(extension));
  const status = await new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    httpRequest(`${url}/v/v1/webhooks/issue.created`, { method: "POST", headers })
      .on("response", (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
  expect(status).toBe(400);
});

describe("a body that is not the one that was sent", () => {
  test.each<[what: string, headers: Record<string, string>, body: (text: string) => string]>([
    ["is empty although it was sent in chunks", { "transfer-encoding": "chunked" }, () => ""],
    ["is shorter than its length", { "content-length": "100000" }, (text) => text],
    ["was written again", { "content-length": "10" }, (text) => JSON.stringify(JSON.parse(text), null, 2)],
  ])("%s: the answer is 500, and the log says why", async (_what, more, body) => {
    const { extension, logger } = createTarget();
    const signed = await kiket.request();
    const headers = { ...Object.fromEntries(signed.headers), ...more };
    const text = body(await signed.text());
    // A real Request takes neither header.
    const request = new Request(signed.url, { method: "POST", body: text });
    Object.defineProperty(request, "headers", { value: new Headers(headers) });
    expect((await extension.fetch(request)).status).toBe(500);
    expect(logger.lines.map(({ fields }) => (fields as { reason?: string }).reason)).toEqual(["body-already-read"]);
  });
});

test.each(["", "  "])("the length %j says nothing about the body", async (length) => {
  const { extension } = createTarget();
  const signed = await kiket.request();
  const headers = new Headers(signed.headers);
  headers.set("content-length", length);
  const request = new Request(signed.url, { method: "POST", body: await signed.text() });
  Object.defineProperty(request, "headers", { value: headers });
  expect((await extension.fetch(request)).status).toBe(200);
});
