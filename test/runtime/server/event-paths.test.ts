import { describe, expect, test } from "vitest";
import { ConfigError, defineHandler, type ExtensionOptions } from "../../../runtime/index.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";
import { targets } from "../../support/targets.js";

const kiket = await openKiket();

const handlerOf = (event: string, version = "v1") =>
  defineHandler({ event, version }, (_payload, context) => `${context.event}@${context.eventVersion}`);
const handlers = [handlerOf("issue.created"), handlerOf("issue.closed"), handlerOf("issue.moved")];

type EventPaths = NonNullable<ExtensionOptions["eventPaths"]>;

/** Sends deliveries, each with its own token, to an extension with these paths. */
function sender(eventPaths: EventPaths, options: Partial<ExtensionOptions> = {}) {
  const logger = createTestLogger();
  const extension = kiket.extension({ handlers, eventPaths, logger, ...options });
  const send = async (path: string, payload: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const response = await extension.fetch(await kiket.request({ path, payload, headers }));
    return [response.status, await bodyOf(response)];
  };
  return { extension, logger, send };
}

const created = { event: "issue.created" };
const closed = { event: "issue.closed" };
const nameless = { event: undefined };
const notFound = [404, { error: "Not found" }];

describe.each(targets)("a path of one event, through %s", (_name, open) => {
  test("is answered however it is spelled, and the standard paths stay", async () => {
    const { extension } = sender({
      "/hooks/created/": "issue.created",
      "/a b/%c3%a4": "issue.closed",
      "/x:y@z(1)": "issue.moved",
      "/": "issue.moved",
    });
    const target = await open(extension);
    const deliver = async (path: string, event: string) => {
      const response = await target.send(await kiket.request({ path, payload: { event } }));
      return [response.status, await bodyOf(response)];
    };
    for (const path of [
      "/hooks/created",
      "/hooks/created/",
      "//hooks//created",
      "/hooks/cr%65ated",
      "/hooks/created?a=b",
    ]) {
      expect(await deliver(path, "issue.created"), path).toEqual([200, "issue.created@v1"]);
    }
    for (const path of ["/a%20b/%C3%A4", "/a b/ä", "/a%20b/%c3%a4"]) {
      expect(await deliver(path, "issue.closed"), path).toEqual([200, "issue.closed@v1"]);
    }
    for (const path of ["/", "/x:y@z(1)", "/x%3Ay%40z%281%29"]) {
      expect(await deliver(path, "issue.moved"), path).toEqual([200, "issue.moved@v1"]);
    }
    for (const path of ["/Hooks/created", "/hooks", "/hooks/created/x", "/hooks%2Fcreated", "/hooks/creat"]) {
      expect(await deliver(path, "issue.created"), path).toEqual(notFound);
    }
    expect(await deliver("/v/v1/webhooks/issue.created", "issue.created")).toEqual([200, "issue.created@v1"]);
    await target.close();
  });
});

test("only POST is answered there, and what Kiket asks itself stays", async () => {
  const { extension } = sender({ "/hook": "issue.created", "/health/kiket": "issue.closed" }, { basePath: "/app" });
  const ask = async (path: string, method = "GET") => {
    const response = await extension.fetch(new Request(`http://extension.test${path}`, { method }));
    return [response.status, response.headers.get("allow")];
  };
  expect(await ask("/app/hook")).toEqual([405, "POST"]);
  expect(await ask("/app/health/kiket", "PUT")).toEqual([405, "POST"]);
  expect(await ask("/hook")).toEqual([404, null]);
  expect(await ask("/app/health")).toEqual([200, null]);
  expect(await ask("/app/ready")).toEqual([200, null]);
});

describe("the event", () => {
  test("of a path with one is that one, and the log names another one of the body", async () => {
    const { send, logger } = sender({ "/hook": "issue.created" });
    expect(await send("/hook", nameless)).toEqual([200, "issue.created@v1"]);
    expect(await send("/hook", closed)).toEqual([200, "issue.created@v1"]);
    expect(logger.lines.map(({ fields }) => fields)).toMatchObject([
      { event: "issue.created" },
      { event: "issue.created", bodyEvent: "issue.closed" },
    ]);
  });

  test("of a path with several is the one that the body names", async () => {
    const { send } = sender({ "/hook": ["issue.created", "issue.closed"] });
    expect(await send("/hook", created)).toEqual([200, "issue.created@v1"]);
    expect(await send("/hook", closed)).toEqual([200, "issue.closed@v1"]);
    const webhook = {
      event: undefined,
      type: "issue.closed",
      id: "evt_1",
      createdAt: "2026-01-01T00:00:00Z",
      data: {},
    };
    expect(await send("/hook", webhook)).toEqual([200, "issue.closed@v1"]);
  });

  test.each([
    [
      nameless,
      "event-missing",
      "Event name required: several events arrive at this path. Send it as event or type in the body.",
      "The body names no event, and /hook takes several: issue.created, issue.closed",
    ],
    [
      { event: "issue.moved" },
      "event-differs",
      "The event in the body is none of the events of this path",
      "The body names issue.moved, and /hook takes issue.created, issue.closed",
    ],
    [
      { event: "__proto__" },
      "event-differs",
      "The event in the body is none of the events of this path",
      "The body names __proto__, and /hook takes issue.created, issue.closed",
    ],
  ])("of a path with several is refused and logged if the body is %j", async (payload, reason, error, detail) => {
    const { send, logger } = sender({ "/hook": ["issue.created", "issue.closed"] });
    expect(await send("/hook", payload)).toEqual([400, { error }]);
    expect(logger.lines).toMatchObject([
      { level: "warn", message: `A delivery was refused: ${detail}`, fields: { status: 400, reason } },
    ]);
    expect(logger.lines[0]?.fields).not.toHaveProperty("unproved");
  });

  test("of a path that is the standard path of another one is the one that the body names", async () => {
    const { send } = sender({
      "/webhooks/issue.closed": "issue.created",
      "/v/v1/webhooks/issue%2Emoved": "issue.created",
    });
    for (const path of ["/webhooks/issue.closed", "/v/v1/webhooks/issue.moved"]) {
      expect(await send(path, created)).toEqual([200, "issue.created@v1"]);
      expect(await send(path, nameless)).toMatchObject([400, {}]);
    }
    expect(await send("/webhooks/issue.closed", closed)).toEqual([200, "issue.closed@v1"]);
    expect(await send("/v/v1/webhooks/issue.closed", closed)).toEqual([200, "issue.closed@v1"]);
    expect(await send("/v/v1/webhooks/issue.moved", { event: "issue.moved" })).toEqual([200, "issue.moved@v1"]);
  });
});

describe("the version", () => {
  const versions = [handlerOf("a", "v1"), handlerOf("a", "v2"), handlerOf("b@c", "v1"), handlerOf("b", "v1")];
  const eventPaths = {
    "/one": "a@v1",
    "/two": ["a@v2", "b"],
    "/both": ["a@v1", "a@v2"],
    "/any": "a",
    "/odd": "b@c",
    "/v/v2/webhooks/other": "a",
    "/v/v2/webhooks/another": "b",
    "/v/v9/webhooks/a": "a@v2",
    "/webhooks/b": "b",
  };
  const header = "x-kiket-event-version";

  test.each<readonly [string, Record<string, unknown>, Record<string, string>, string]>([
    ["/one", { event: "a" }, {}, "a@v1"],
    ["/one", nameless, {}, "a@v1"],
    ["/one", { event: "a" }, { [header]: "v2" }, "a@v2"],
    ["/one?version=2", { event: "a" }, {}, "a@v2"],
    ["/one", { event: "a", event_version: "v2" }, {}, "a@v2"],
    ["/two", { event: "a" }, {}, "a@v2"],
    ["/two", { event: "b" }, {}, "b@v1"],
    ["/both", nameless, { [header]: "v2" }, "a@v2"],
    ["/odd", nameless, {}, "b@c@v1"],
    ["/v/v2/webhooks/other", { event: "a" }, { [header]: "v1" }, "a@v2"],
    ["/v/v2/webhooks/another", { event: "b" }, {}, "b@v1"],
    ["/v/v9/webhooks/a", { event: "a" }, {}, "a@v2"],
    ["/webhooks/b", { event: "b" }, {}, "b@v1"],
  ])("at %s with %j and %j is that of %s", async (path, payload, headers, expected) => {
    const { send } = sender(eventPaths, { handlers: versions });
    expect(await send(path, payload, headers)).toEqual([200, expected]);
  });

  test.each(["/both", "/any"])("is missing at %s, which several versions share", async (path) => {
    const { send } = sender(eventPaths, { handlers: versions });
    expect(await send(path, { event: "a" })).toMatchObject([400, {}]);
  });
});

test.each<readonly [EventPaths, string]>([
  [{ "/health": "a" }, '"/health" must be a plain path'],
  [{ "/health/": "a" }, '"/health/" must be a plain path'],
  [{ "//ready": "a" }, '"//ready" must be a plain path'],
  [{ "/%72eady": "a" }, '"/%72eady" must be a plain path'],
  [{ "/kiket/": "a" }, "It is the webhookPath: remove that option, or set eventPaths to {}."],
  [{ "/a/../b": "a" }, '"/a/../b" must be a plain path'],
  [{ "/a/%2e%2E": "a" }, '"/a/%2e%2E" must be a plain path'],
  [{ "/%zz": "a" }, '"/%zz" must be a plain path'],
  [{ "/%ff": "a" }, '"/%ff" must be a plain path'],
  [{ "/a?b": "a" }, '"/a?b" must be a plain path'],
  [{ "/a\\b": "a" }, "must be a plain path"],
  [{ "/*": "a" }, '"/*" must be a plain path'],
  [{ "/a/:id": "a" }, '"/a/:id" must be a plain path'],
  [{ "/{a}": "a" }, '"/{a}" must be a plain path'],
  [{ "": "a" }, '"" must be a plain path'],
  [{ "https://example.com/a": "a" }, '"https://example.com/a" must be a plain path'],
  [{ "/a": [] }, '"/a" has no event'],
  [{ "/a": ["b", " "] }, '"/a" has no event'],
  [{ "/a": 7 as unknown as string }, '"/a" has no event'],
  [{ "/a": { length: 1 } as unknown as string }, '"/a" has no event'],
])("%j cannot be used", (eventPaths, problem) => {
  expect(() => sender(eventPaths, { webhookPath: "/kiket" })).toThrow(ConfigError);
  expect(() => sender(eventPaths, { webhookPath: "/kiket" })).toThrow(problem);
});

test("a path that cannot be used is not called the webhookPath where there is none", () => {
  const problem =
    'eventPaths: "/a?b" must be a plain path such as "/kiket/created", and not one that the extension already uses.';
  expect(() => sender({ "/a?b": "a" })).toThrow(new ConfigError(problem));
});
