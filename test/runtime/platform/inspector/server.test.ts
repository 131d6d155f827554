import { get, type IncomingHttpHeaders } from "node:http";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { RequestProblem } from "../../../../runtime/platform/inspector/request-problem.js";
import { openInspector } from "../../../../runtime/platform/inspector/server.js";
import { sendRaw } from "../../../support/raw-request.js";
import { fakeBackend, openTestInspector, record, state, token } from "./open.js";

const json = (value: unknown) => ({ method: "POST", body: JSON.stringify(value) });

async function answerOf(response: Response): Promise<readonly [number, unknown]> {
  return [response.status, await response.json()];
}

describe("the routes", () => {
  it.each([
    ["/api/launch", { launchId: "launch-1" }],
    ["/api/state", state],
    ["/api/deliveries", { deliveries: [{ ...record, attempts: 0 }] }],
    ["/api/deliveries/dlv_1", record],
    ["/api/deliveries/a%2Fb%20%C3%BC", { ...record, id: "a/b ü" }],
    ["/api/deliveries/dlv_1/trigger", { command: "npx kiket-gen trigger issue.created" }],
    ["/api/search?text=on%20fire%2F%3F", { hits: [{ id: "dlv_1", path: "issue.title", text: "on fire/?" }] }],
    ["/api/events/issue.created/v1", { name: "issue.created", version: "v1", sample: {}, confidence: "guessed" }],
  ])("GET %s", async (path, body) => {
    const { call } = await openTestInspector();
    expect(await answerOf(await call(path))).toEqual([200, body]);
  });

  it.each([
    [
      "/api/deliveries",
      { event: "issue.created", set: { "issue.title": "Hi" }, scopes: ["a"], secrets: { A: "" }, hmac: true },
    ],
    ["/api/deliveries", { event: "issue.created", version: "v1", payload: {}, origin: "page" }],
    ["/api/replays", { id: "last", secrets: {} }],
    ["/api/replays", { recording: { any: "thing" } }],
  ])("POST %s %j", async (path, request) => {
    const { call, backend } = await openTestInspector();
    expect(await answerOf(await call(path, json(request)))).toEqual([201, record]);
    expect(backend.done).toEqual([request]);
  });

  it("POST /api/check", async () => {
    const { call } = await openTestInspector();
    const answer = await call("/api/check", json({ event: "issue.created", version: "v1", payload: null }));
    expect(await answerOf(answer)).toEqual([
      200,
      { problems: [{ kind: "wrong", path: "issue.created v1", message: "null" }] },
    ]);
  });

  it("GET /api/deliveries/<id>/problems, of an event that has a schema", async () => {
    const schema = { type: "object" };
    const event = (name: string, version: string) => ({ name, version, sample: {}, schema, confidence: "read" });
    const { call } = await openTestInspector({ event });
    expect(await answerOf(await call("/api/deliveries/dlv_1/problems"))).toEqual([
      200,
      {
        hasSchema: true,
        problems: [
          { kind: "wrong", path: `${record.event} ${record.version}`, message: JSON.stringify(record.payload) },
        ],
      },
    ]);
    const without = await openTestInspector();
    expect(await answerOf(await without.call("/api/deliveries/dlv_1/problems"))).toEqual([
      200,
      { hasSchema: false, problems: [] },
    ]);
  });

  it.each([
    ["/api/deliveries/nothing/problems", "There is no delivery with this id"],
    ["/api/deliveries/nothing", "There is no delivery with this id"],
    ["/api/deliveries/nothing/trigger", "There is no delivery with this id"],
    ["/api/search/on", "There is nothing at this path"],
    ["/api/events/issue.created/v9", "The project does not handle this event"],
    ["/api/deliveries/", "There is nothing at this path"],
    ["/api/deliveries/%", "There is nothing at this path"],
    ["/api/deliveries/%E0%A4%A", "There is nothing at this path"],
    [`/api/deliveries/${"a".repeat(501)}`, "There is nothing at this path"],
    ["/api/deliveries/dlv_1/", "There is nothing at this path"],
    ["/api/state?x", "There is nothing at this path"],
    ["/api//state", "There is nothing at this path"],
    ["/api/%73tate", "There is nothing at this path"],
    ["/API/state", "There is nothing at this path"],
    ["/api/events/issue.created", "There is nothing at this path"],
  ])("GET %s: 404", async (path, error) => {
    const { call } = await openTestInspector();
    expect(await answerOf(await call(path))).toMatchObject([404, { error }]);
  });

  it.each([
    ["GET", "/api/replays", "POST"],
    ["GET", "/api/check", "POST"],
    ["POST", "/api/state", "GET"],
    ["POST", "/api/stream", "GET"],
    ["POST", "/api/deliveries/dlv_1", "GET"],
  ])("%s %s: 405, and nothing is done", async (method, path, allow) => {
    const { call, backend } = await openTestInspector();
    const answer = await call(path, { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, allow]);
    expect(backend.done).toEqual([]);
  });
});

describe("a body", () => {
  it.each([
    ["/api/deliveries", [], "The body is not a JSON object"],
    ["/api/deliveries", {}, "event is missing"],
    ["/api/deliveries", { event: 1 }, "event must be a text"],
    ["/api/deliveries", { event: "a", payload: [] }, "payload must be an object"],
    ["/api/deliveries", { event: "a", set: "x" }, "set must be an object"],
    ["/api/deliveries", { event: "a", scopes: [1] }, "scopes must be a list of texts"],
    ["/api/deliveries", { event: "a", secrets: { A: 1 } }, "secrets must be an object of texts"],
    ["/api/deliveries", { event: "a", hmac: "yes" }, "hmac must be true or false"],
    ["/api/deliveries", { event: "a", origin: "x" }, "origin must be trigger, replay or page"],
    ["/api/deliveries", { event: "a", sets: {} }, 'Unknown member: "sets"'],
    ["/api/replays", {}, "Exactly one of id and recording is needed"],
    ["/api/replays", { id: "last", recording: {} }, "Exactly one of id and recording is needed"],
    ["/api/check", { event: "a", version: "v1" }, "payload is missing"],
  ])("of %s that is %j: 400", async (path, body, error) => {
    const { call, backend } = await openTestInspector();
    expect(await answerOf(await call(path, json(body)))).toMatchObject([400, { error }]);
    expect(backend.done).toEqual([]);
  });

  it.each([
    ["", "The body is not JSON in UTF-8"],
    ["{", "The body is not JSON in UTF-8"],
    [Buffer.from('{"event":"\xff"}', "latin1"), "The body is not JSON in UTF-8"],
    [`{"event":"a","payload":${'{"a":'.repeat(300)}1${"}".repeat(301)}`, "The body is deeper than 200 levels"],
  ])("%# that cannot be read: 400", async (body, error) => {
    const { call, backend } = await openTestInspector();
    const headers = { "content-type": "application/json" };
    expect(await answerOf(await call("/api/deliveries", { method: "POST", body, headers }))).toEqual([400, { error }]);
    expect(backend.done).toEqual([]);
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=a",
    "application/json5",
    "",
  ])("of the type %j: 415, and nothing is done", async (type) => {
    const { call, backend } = await openTestInspector();
    const init = { ...json({ event: "issue.created" }), headers: { "content-type": type } };
    expect((await call("/api/deliveries", init)).status).toBe(415);
    expect(backend.done).toEqual([]);
  });

  it("of 10 MiB is taken, of a byte more is 413", async () => {
    const { call, backend } = await openTestInspector();
    const text = (size: number) => JSON.stringify({ event: "a" }).padEnd(size);
    const send = async (size: number) => (await call("/api/deliveries", { method: "POST", body: text(size) })).status;
    expect([await send(10 * 1024 * 1024), await send(10 * 1024 * 1024 + 1)]).toEqual([201, 413]);
    expect(backend.done).toEqual([{ event: "a" }]);
  });
});

describe("what goes wrong", () => {
  it("is told with its status and hint, if the request was the reason", async () => {
    const { call } = await openTestInspector({
      send: () => Promise.reject(new RequestProblem(422, "No such member: issue.titel", "Did you mean issue.title?")),
    });
    const answer = await call("/api/deliveries", json({ event: "issue.created" }));
    expect(await answerOf(answer)).toEqual([
      422,
      { error: "No such member: issue.titel", hint: "Did you mean issue.title?" },
    ]);
  });

  it("otherwise is 500 without a stack, and the next request is answered", async () => {
    const { call } = await openTestInspector({
      state() {
        throw new TypeError("broken");
      },
    });
    expect(await answerOf(await call("/api/state"))).toEqual([500, { error: "The inspector failed: broken" }]);
    expect((await call("/api/launch")).status).toBe(200);
  });
});

describe("a ticket", () => {
  it("is changed for the token once, and is no token itself", async () => {
    const { url, ticket, close } = await openInspector(fakeBackend(), { port: 0, token });
    onTestFinished(close);
    const change = async (given: string, path = "/api/token", method = "POST") => {
      const response = await fetch(`${url}${path}`, { method, headers: { "x-kiket-gen-token": given } });
      return [response.status, ((await response.json()) as { readonly token?: string }).token];
    };
    const one = ticket();
    expect(await change(one, "/api/state", "GET")).toEqual([401, undefined]);
    expect(await change(one)).toEqual([200, token]);
    expect(await change(one)).toEqual([401, undefined]);
    expect(await change("")).toEqual([401, undefined]);
    expect(await change(token, "/api/token", "GET")).toEqual([405, undefined]);
  });
});

describe("the page", () => {
  it("is given without the token, and does not have it", async () => {
    const { url } = await openTestInspector();
    const answer = await fetch(url);
    const text = await answer.text();
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(text).toContain("<title>kiket-gen dev</title>");
    expect(text).not.toContain(token);
  });

  it.each([
    ["gzip", "gzip"],
    ["br, GZIP;q=0.5", "gzip"],
    ["gzip ; q=1.0, identity", "gzip"],
    [undefined, "identity"],
    ["", "identity"],
    ["identity", "identity"],
    ["gzip;q=0", "identity"],
    ["br, gzip; q=0.000", "identity"],
    ["notgzip, gzip-no", "identity"],
  ])("for a reader that takes %j comes as %s", async (takes, coding) => {
    const { port } = await openTestInspector();
    const read = (headers: Readonly<Record<string, string>>) =>
      new Promise<{ readonly headers: IncomingHttpHeaders; readonly body: Buffer }>((resolve, reject) => {
        get({ host: "127.0.0.1", port, path: "/assets/app.css", headers, agent: false }, async (answer) => {
          const chunks = await answer.toArray();
          resolve({ headers: answer.headers, body: Buffer.concat(chunks) });
        }).on("error", reject);
      });
    const { headers, body } = await read(takes === undefined ? {} : { "accept-encoding": takes });
    expect(headers["content-encoding"] ?? "identity").toBe(coding);
    expect(headers["content-length"]).toBe(String(body.length));
    expect(headers).toMatchObject({ vary: "accept-encoding", "content-type": "text/css; charset=utf-8" });
    expect((coding === "gzip" ? gunzipSync(body) : body).toString()).toContain("color-scheme:light dark");
  });

  it("is found by its exact path alone", async () => {
    const { url } = await openTestInspector();
    const paths = ["/assets/app.js", "/assets/app.js?a", "/assets/../assets/app.js%00", "/assets/", "/toString"];
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(`${url}${path}`)).status));
    expect(statuses).toEqual([200, 401, 401, 401, 401]);
  });
});

const host = (port: number, more = "") => `Host: 127.0.0.1:${port}\r\nConnection: close\r\n${more}\r\n`;
const withToken = `X-Kiket-Gen-Token: ${token}\r\n`;

describe("a raw request", () => {
  const cases: readonly (readonly [string, number, (port: number) => string])[] = [
    ["without Host", 403, () => "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["of HTTP/1.0 without Host", 403, () => "GET / HTTP/1.0\r\n\r\n"],
    ["with a foreign Host", 403, () => "GET / HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n"],
    ["with two of Host", 403, (port) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${host(port)}`],
    ["with a folded Host", 400, (port) => `GET / HTTP/1.1\r\nHost: evil.test\r\n 127.0.0.1:${port}\r\n\r\n`],
    [
      "with a byte in Host that is not ASCII",
      403,
      (port) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}é\r\nConnection: close\r\n\r\n`,
    ],
    ["with another host as target", 400, (port) => `GET http://evil.test/ HTTP/1.1\r\n${host(port)}`],
    ["with the own host as target", 400, (port) => `GET http://127.0.0.1:${port}/ HTTP/1.1\r\n${host(port)}`],
    ["with Origin: null", 403, (port) => `GET / HTTP/1.1\r\n${host(port, "Origin: null\r\n")}`],
    ["with a header __proto__", 200, (port) => `GET / HTTP/1.1\r\n${host(port, "__proto__: 1\r\n")}`],
    ["of TRACE", 405, (port) => `TRACE / HTTP/1.1\r\n${host(port, withToken)}`],
    ["of OPTIONS", 405, (port) => `OPTIONS /api/state HTTP/1.1\r\n${host(port, withToken)}`],
    [
      "of OPTIONS as browsers ask before",
      403,
      (port) =>
        `OPTIONS /api/state HTTP/1.1\r\n${host(port, "Origin: http://evil.test\r\nAccess-Control-Request-Method: POST\r\n")}`,
    ],
    ["of CONNECT", 405, (port) => `CONNECT evil.test:80 HTTP/1.1\r\n${host(port, withToken)}`],
    [
      "for a WebSocket",
      400,
      (port) =>
        `GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${withToken}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    ],
    [
      "for a WebSocket from another page",
      403,
      (port) =>
        `GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://localhost:3000\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    ],
    ["for HTTP/2", 400, () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["with an unknown expectation", 417, (port) => `GET / HTTP/1.1\r\n${host(port, "Expect: x\r\n")}`],
    ["that is none", 400, () => "GARBAGE\r\n\r\n"],
    [
      "with two lengths",
      400,
      (port) => `POST /api/deliveries HTTP/1.1\r\n${host(port, "Content-Length: 1\r\nContent-Length: 2\r\n")}`,
    ],
    [
      "with a length and chunks",
      400,
      (port) => `POST /api/deliveries HTTP/1.1\r\n${host(port, "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")}`,
    ],
    ["with 20 kB of headers", 431, (port) => `GET / HTTP/1.1\r\n${host(port, `X-Long: ${"a".repeat(20_000)}\r\n`)}`],
    ["with 20 kB of target", 431, (port) => `GET /${"a".repeat(20_000)} HTTP/1.1\r\n${host(port)}`],
  ];

  it.each(cases)("%s: %i, with the headers of every answer, and the server goes on", async (_what, status, text) => {
    const { port, call, backend } = await openTestInspector();
    const { head, ...answer } = await sendRaw(port, text(port));
    expect(answer.status).toBe(status);
    expect(head).toContain("cross-origin-resource-policy: same-origin");
    expect(head).toContain("x-content-type-options: nosniff");
    expect(head).toContain("cache-control: no-store");
    expect(head).toContain("frame-ancestors 'none'");
    expect(head).toContain("referrer-policy: no-referrer");
    expect(head).not.toContain("access-control-");
    if (status >= 400) expect(JSON.parse(answer.body)).toEqual({ error: expect.any(String), hint: expect.any(String) });
    expect((await call("/api/launch")).status).toBe(200);
    expect(backend.done).toEqual([]);
  });

  it("that does not end its headers is answered 408", async () => {
    const limits = { headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 20 };
    const { port } = await openTestInspector({}, limits);
    const { status, head } = await sendRaw(port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);
    expect(status).toBe(408);
    expect(head).toContain("cross-origin-resource-policy: same-origin");
  });

  it("that does not end its body is answered 408, and nothing is done", async () => {
    const limits = { headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 20 };
    const { port, backend } = await openTestInspector({}, limits);
    const text = `POST /api/deliveries HTTP/1.1\r\n${host(port, `${withToken}Content-Type: application/json\r\nContent-Length: 100\r\n`)}{`;
    expect((await sendRaw(port, text)).status).toBe(408);
    expect(backend.done).toEqual([]);
  });

  it("on a connection too many is not answered, and the others are", async () => {
    const { port } = await openTestInspector({}, { maxConnections: 2 });
    const [one, two] = [sendRaw(port, ""), sendRaw(port, "")];
    await expect.poll(() => sendRaw(port, "")).toMatchObject({ status: Number.NaN });
    void one;
    void two;
  });
});

describe("openInspector", () => {
  it("refuses a token that could be guessed", async () => {
    await expect(openInspector(fakeBackend(), { port: 0, token: "secret" })).rejects.toThrow(
      "The token needs 32 characters or more.",
    );
  });

  it("tells that its port is taken, and asks nothing of the backend then", async () => {
    const { port } = await openTestInspector();
    const backend = fakeBackend();
    await expect(openInspector(backend, { port, token })).rejects.toMatchObject({ code: "EADDRINUSE" });
    expect(backend.listeners()).toBe(0);
  });

  it("listens on 127.0.0.1 alone", async () => {
    const { url, port } = await openTestInspector();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    await expect(fetch(`http://[::1]:${port}/`)).rejects.toThrow("fetch failed");
  });

  it("stops at close, with its subscription", async () => {
    const { url, backend, close } = await openTestInspector();
    expect(backend.listeners()).toBe(1);
    await close();
    expect(backend.listeners()).toBe(0);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });
});
