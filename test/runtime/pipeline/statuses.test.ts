import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  ApiError,
  allow,
  defineHandler,
  type Extension,
  type Handler,
  notImplemented,
} from "../../../runtime/index.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { withoutIds } from "../../support/replies.js";
import { type Target, targets } from "../../support/targets.js";

const v1 = { version: "v1" } as const;
const circular: Record<string, unknown> = {};
circular.self = circular;

const handlers: readonly Handler[] = [
  defineHandler({ event: "issue.created", ...v1 }, () => allow({ message: "Welcome" })),
  defineHandler({ event: "issue.closed", version: "2026-01" }, (_payload, { event, eventVersion }) => ({
    event,
    eventVersion,
  })),
  defineHandler(
    { event: "issue.guarded", ...v1, requiredScopes: ["issues:read", "issues:write", "admin"] },
    () => "in",
  ),
  defineHandler({ event: "issue.late-guard", ...v1 }, (_payload, context) => {
    context.requireScopes("issues:read", "issues:write");
  }),
  defineHandler({ event: "issue.stub", ...v1 }, (payload, context) => notImplemented(payload, context)),
  defineHandler({ event: "issue.failing", ...v1 }, () => {
    throw new Error("password=hunter2");
  }),
  defineHandler({ event: "issue.throwing-text", ...v1 }, () => {
    throw "not an error";
  }),
  defineHandler({ event: "issue.limited", ...v1 }, () => {
    throw new ApiError("Too many", { status: 429, code: undefined, requestId: undefined, retryAfter: 17 });
  }),
  defineHandler({ event: "issue.upstream", ...v1 }, () => {
    throw new ApiError("Upstream", { status: 404, code: undefined, requestId: undefined, retryAfter: undefined });
  }),
  defineHandler({ event: "reply.nothing", ...v1 }, () => undefined),
  defineHandler({ event: "reply.null", ...v1 }, async () => null),
  defineHandler({ event: "reply.false", ...v1 }, () => false),
  defineHandler({ event: "reply.zero", ...v1 }, () => 0),
  defineHandler({ event: "reply.empty-text", ...v1 }, () => ""),
  defineHandler({ event: "reply.empty-list", ...v1 }, () => []),
  defineHandler({ event: "reply.empty-object", ...v1 }, () => ({})),
  defineHandler({ event: "reply.circular", ...v1 }, () => circular),
  defineHandler({ event: "reply.function", ...v1 }, (): unknown => () => 1),
  defineHandler({ event: "reply.bigint", ...v1 }, (): unknown => ({ amount: 1n })),
  defineHandler({ event: "prüfung/ü", ...v1 }, () => "unicode"),
];

const kiket = await openKiket();

describe.each(targets)("every status, through %s", (_name, open) => {
  const logger = createTestLogger();
  let extension: Extension;
  let target: Target;

  beforeAll(async () => {
    extension = kiket.extension({
      logger,
      handlers,
      extensionId: "com.example.greeter",
      extensionVersion: "1.2.3",
    });
    target = await open(extension);
  });
  afterAll(() => target.close());

  const answerTo = async (request: Request | Promise<Request>) => {
    const response = await target.send(await request);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  };
  const post = (body: string | Uint8Array, headers: Record<string, string> = { "content-type": "application/json" }) =>
    answerTo(new Request("http://extension.test/v/v1/webhooks/issue.created", { method: "POST", headers, body }));
  const deliver = (event: string, version = "v1") =>
    answerTo(kiket.request({ path: `/v/${version}/webhooks/${encodeURIComponent(event)}` }));

  test("200 with the verdict", async () => {
    const { status, headers, body } = await deliver("issue.created");
    expect({ status, body }).toEqual({ status: 200, body: { status: "allow", message: "Welcome", metadata: {} } });
    expect(headers.get("content-type")).toBe("application/json");
  });

  test.each([
    ["reply.nothing", { ok: true }],
    ["reply.null", { ok: true }],
    ["reply.false", false],
    ["reply.zero", 0],
    ["reply.empty-text", ""],
    ["reply.empty-list", []],
    ["reply.empty-object", {}],
  ])("200 for %s: only a missing result becomes the default", async (event, expected) => {
    expect(await deliver(event)).toMatchObject({ status: 200, body: expected });
  });

  test.each([["reply.circular"], ["reply.function"], ["reply.bigint"]])(
    "500 for %s, which is not JSON",
    async (event) => {
      const { status, body } = await deliver(event);
      expect({ status, error: body.error }).toEqual({ status: 500, error: "The handler failed" });
    },
  );

  test("415 for another content type, and without one", async () => {
    const expected = { status: 415, body: { error: "Content-Type must be application/json" } };
    expect(await post("{}", { "content-type": "text/plain" })).toMatchObject(expected);
    expect(await post(new Uint8Array([123, 125]), {})).toMatchObject(expected);
    expect(await post("{}", { "content-type": "application/jsonp" })).toMatchObject(expected);
  });

  test("a content type with parameters, in capitals or with a +json suffix is JSON", async () => {
    for (const type of ["application/json; charset=utf-8", "Application/JSON", "application/cloudevents+json"]) {
      expect(await post("{}", { "content-type": type })).toMatchObject({ status: 401 });
    }
  });

  test.each([["{"], [""], ["\u0000"], ['{"a":}']])("400 for %j, which is not JSON", async (text) => {
    expect(await post(text)).toMatchObject({ status: 400, body: { error: "Body is not valid JSON" } });
  });

  test("400 for bytes that are not UTF-8", async () => {
    const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    expect(await post(bytes)).toMatchObject({ status: 400, body: { error: "Body is not valid JSON" } });
  });

  test.each([["null"], ["[]"], ['"text"'], ["1"], ["false"]])("400 for %s, which is not an object", async (text) => {
    expect(await post(text)).toMatchObject({ status: 400, body: { error: "Body must be a JSON object" } });
  });

  test("413 above 1 MiB, but not for exactly 1 MiB", async () => {
    const expected = { status: 413, body: { error: "Body larger than 1048576 bytes" } };
    const padded = (size: number) => `{"a":"${"x".repeat(size - 8)}"}`;
    expect(await post(padded(1_048_577))).toMatchObject(expected);
    expect(await post(padded(5_000_000))).toMatchObject(expected);
    expect(await post(padded(1_048_576))).toMatchObject({ status: 401 });
  });

  test.each([
    ["{}"],
    ['{"authentication":null}'],
    ['{"authentication":[]}'],
    ['{"authentication":{"runtime_token":""}}'],
  ])("401 for %s, which has no token", async (text) => {
    expect(await post(text)).toMatchObject({ status: 401, body: { error: "Missing runtime_token in payload" } });
  });

  test("401 comes before the caller learns which events exist", async () => {
    const unknown = new Request("http://extension.test/webhooks/no.such.event", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"authentication":{"runtime_token":"a.b.c"}}',
    });
    expect(await answerTo(unknown)).toMatchObject({ status: 401 });
  });

  test("400 without a version", async () => {
    const request = kiket.request({
      path: "/webhooks/issue.created?version=&version=%20",
      headers: { "x-kiket-event-version": " " },
    });
    expect(await answerTo(request)).toMatchObject({
      status: 400,
      body: {
        error:
          "Event version required. Provide X-Kiket-Event-Version header, version query param, or /v/{version} path.",
      },
    });
  });

  test("404 for an event or version without a handler", async () => {
    expect(await deliver("issue.deleted", "v7")).toMatchObject({
      status: 404,
      body: { error: "No handler registered for event 'issue.deleted' with version 'v7'" },
    });
    expect(await deliver("issue.created", "2")).toMatchObject({
      status: 404,
      body: { error: "No handler registered for event 'issue.created' with version '2'" },
    });
    expect(await deliver("__proto__")).toMatchObject({ status: 404 });
  });

  test("403 with the scopes that the handler requires", async () => {
    expect(await deliver("issue.guarded")).toMatchObject({
      status: 403,
      body: {
        error: "Insufficient scopes",
        required_scopes: ["issues:read", "issues:write", "admin"],
        missing_scopes: ["issues:write", "admin"],
      },
    });
  });

  test("403 with the scopes that the running handler asks for", async () => {
    expect(await deliver("issue.late-guard")).toMatchObject({
      status: 403,
      body: {
        error: "Insufficient scopes",
        required_scopes: ["issues:read", "issues:write"],
        missing_scopes: ["issues:write"],
      },
    });
  });

  test("200 with the scope that grants all", async () => {
    const request = kiket.request({ path: "/v/v1/webhooks/issue.guarded", claims: { scopes: ["*"] } });
    expect(await answerTo(request)).toMatchObject({ status: 200, body: "in" });
  });

  test("501 from a stub names its event", async () => {
    expect(await deliver("issue.stub")).toMatchObject({
      status: 501,
      body: { error: "Handler not implemented: issue.stub.v1" },
    });
  });

  test.each([["issue.failing"], ["issue.throwing-text"], ["issue.upstream"]])(
    "500 for %s: a correlation id, and the detail only in the log",
    async (event) => {
      const { status, body } = await deliver(event);
      expect({ status, body }).toEqual({
        status: 500,
        body: {
          error: "The handler failed",
          delivery_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      });
      const line = logger.lines.find(({ fields }) => JSON.stringify(fields)?.includes(body.correlation_id));
      expect(line).toMatchObject({ level: "error", message: "A handler failed", fields: { event, version: "v1" } });
    },
  );

  test("429 with Retry-After if Kiket's own limit is reached", async () => {
    const { status, headers, body } = await deliver("issue.limited");
    expect({ status, body: withoutIds(body) }).toEqual({
      status: 429,
      body: { error: "Rate limit exceeded", retry_after: 17 },
    });
    expect(headers.get("retry-after")).toBe("17");
  });

  test("404 for an unknown path", async () => {
    for (const path of ["/", "/webhooks", "/webhooks/a/b", "/v/v1/webhooks", "/healthz", "/webhooks/"]) {
      const request = new Request(`http://extension.test${path}`, { method: "POST" });
      expect(await answerTo(request)).toMatchObject({ status: 404, body: { error: "Not found" } });
    }
  });

  test("405 for another method", async () => {
    for (const [method, path, allow] of [
      ["GET", "/webhooks/issue.created", "POST"],
      ["PUT", "/v/v1/webhooks/issue.created", "POST"],
      ["POST", "/health", "GET, HEAD"],
    ] as const) {
      const { status, headers, body } = await answerTo(new Request(`http://extension.test${path}`, { method }));
      expect({ status, body: withoutIds(body) }).toEqual({
        status: 405,
        body: { error: `Method ${method} not allowed` },
      });
      expect(headers.get("allow")).toBe(allow);
    }
  });

  test("400 for a path that cannot be decoded", async () => {
    const request = new Request("http://extension.test/webhooks/%ff", { method: "POST" });
    expect(await answerTo(request)).toMatchObject({ status: 400, body: { error: "Bad request" } });
  });

  test("an event name is one decoded path segment", async () => {
    expect(await deliver("prüfung/ü")).toMatchObject({ status: 200, body: "unicode" });
  });

  test("a handler sees the version that it was registered under", async () => {
    expect(await deliver("issue.closed", "v2026-01")).toMatchObject({
      status: 200,
      body: { event: "issue.closed", eventVersion: "2026-01" },
    });
  });

  test("health", async () => {
    const { status, body } = await answerTo(new Request("http://extension.test/health"));
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ok", extension_id: "com.example.greeter", extension_version: "1.2.3" });
    expect(body.registered_events).toHaveLength(handlers.length);
    expect(body.registered_events.slice(0, 3)).toEqual([
      "issue.closed@2026-01",
      "issue.created@v1",
      "issue.failing@v1",
    ]);
  });
});

test("503 with Retry-After after the extension has closed", async () => {
  const extension = kiket.extension({ handlers });
  await extension.close();
  const response = await extension.fetch(await kiket.request());
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
});

test("close waits for a running delivery", async () => {
  let finish = (): void => undefined;
  const wait = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let started = (): void => undefined;
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const slow = defineHandler({ event: "issue.created", version: "v1" }, async () => {
    started();
    await wait;
    return "done";
  });
  const extension = kiket.extension({ handlers: { slow } });
  const answer = extension.fetch(await kiket.request());
  await running;
  const order: string[] = [];
  const closed = extension.close().then(() => order.push("closed"));
  const answered = answer.then(async (response) => order.push(await response.text()));
  await new Promise((resolve) => setImmediate(resolve));
  order.push("finishing");
  finish();
  await Promise.all([closed, answered]);
  expect(order[0]).toBe("finishing");
  expect(order.toSorted()).toEqual(['"done"', "closed", "finishing"]);
});

test("close aborts the signal of a delivery that takes longer than 10 seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let started = (): void => undefined;
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const endless = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { signal }) => {
      const aborted = new Promise<string>((resolve) => {
        signal.addEventListener("abort", () => resolve(String(signal.reason)));
      });
      started();
      return aborted;
    });
    const extension = kiket.extension({ handlers: [endless] });
    const answer = extension.fetch(await kiket.request());
    await running;
    const closed = extension.close();
    vi.advanceTimersByTime(10_000);
    await closed;
    expect(await (await answer).json()).toBe("KiketError: The extension is closing");
  } finally {
    vi.useRealTimers();
  }
});

test("health has all members, also without values", async () => {
  const extension = kiket.extension({ handlers: [] });
  const response = await extension.fetch(new Request("http://extension.test/health"));
  expect(await response.json()).toEqual({
    status: "ok",
    extension_id: null,
    extension_version: null,
    registered_events: [],
  });
});
