import { connect } from "node:net";
import { beforeEach, describe, expect, test } from "vitest";
import { defineHandler, type Extension } from "../../runtime/index.js";
import { serve } from "../../runtime/node.js";
import { createTestLogger } from "../support/deliveries.js";
import { openKiket } from "../support/open-kiket.js";
import { withoutIds } from "../support/replies.js";
import { testClaims } from "../support/tokens.js";

// What a path of the option `eventPaths` may be, and how it is spelled: runtime/server/event-paths, contract/event-paths. Signed bodies: runtime/verify/hmac.

const kiket = await openKiket();
const forger = await openKiket();
const runs: string[] = [];

const handlers = ["issue.created", "issue.closed", "issue.moved"].map((event) =>
  defineHandler({ event, version: "v1" }, (_payload, context) => {
    runs.push(context.event);
    return context.event;
  }),
);
const eventPaths = {
  "/hook/created": "issue.created",
  "/hook": ["issue.created", "issue.closed"],
  "/webhooks/issue.moved": "issue.closed",
};

function target(): Extension {
  return kiket.extension({ handlers, eventPaths, basePath: "/app", logger: createTestLogger() });
}

beforeEach(() => {
  runs.length = 0;
});

test.each(["/app/hook/created", "/app/hook", "/app/webhooks/issue.moved", "/app//hook", "/app/%68ook"])(
  "nothing runs at %s without a proof",
  async (path) => {
    const extension = target();
    const forged = await extension.fetch(await forger.request({ path }));
    expect([forged.status, withoutIds(await forged.json())]).toEqual([401, { error: "Invalid token signature" }]);
    const unsigned = new Request(`http://extension.test${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"event":"issue.created"}',
    });
    expect((await extension.fetch(unsigned)).status).toBe(401);
    expect(runs).toEqual([]);
  },
);

test.each([
  ["an event of another path", { event: "issue.moved" }],
  ["an event that has no handler", { event: "issue.deleted" }],
  ["the name of a member that every object has", { event: "constructor" }],
  ["several events", { event: ["issue.created", "issue.closed"] }],
  ["an event and another type", { event: "issue.moved", type: "issue.created" }],
  ["its event in another place", { event: undefined, data: { event: "issue.created" } }],
  ["an event in other letters", { event: "Issue.Created" }],
  ["an event with a space", { event: "issue.created " }],
])("on a path of two events nothing runs for a proved body with %s", async (_what, payload) => {
  const extension = target();
  const headers = { "x-kiket-event": "issue.created", "x-kiket-event-version": "v1" };
  const response = await extension.fetch(
    await kiket.request({ path: "/app/hook?event=issue.created", payload, headers }),
  );
  expect(response.status).toBe(400);
  expect(runs).toEqual([]);
});

test("a delivery runs once, on whichever of its paths it arrives, and its token is not valid for another event", async () => {
  const extension = target();
  const send = async (path: string, event: string, id: string, jti: string) => {
    const headers = { "x-kiket-delivery": id };
    const request = await kiket.request({ path, headers, payload: { event }, claims: { ...testClaims, jti } });
    const { status } = await extension.fetch(request);
    return status;
  };
  expect(await send("/app/hook", "issue.created", "dlv_1", "one")).toBe(200);
  expect(await send("/app/hook/created", "issue.created", "dlv_1", "two")).toBe(200);
  expect(await send("/app/v/v1/webhooks/issue.created", "issue.created", "dlv_1", "three")).toBe(200);
  expect(runs).toEqual(["issue.created"]);
  expect(await send("/app/hook", "issue.closed", "dlv_1", "one")).toBe(401);
  expect(runs).toEqual(["issue.created"]);
});

describe("raw request targets", () => {
  async function statusOf(url: string, line: string): Promise<string> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname);
      let received = "";
      socket.on("data", (chunk) => {
        received += chunk;
        socket.destroy();
      });
      socket.on("error", () => undefined).on("close", () => resolve(received.slice(9, 12)));
      socket.write(`${line} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`);
    });
  }

  test.each([
    ["POST /app/hook", "401"],
    ["POST /app/hook/", "401"],
    ["POST /app/hook?a=/../x#b", "401"],
    ["POST http://other.example/app/hook", "401"],
    ["POST /app/hook%2Fcreated", "404"],
    ["POST /app/hook%00", "404"],
    ["POST /app/hook;a=b", "404"],
    ["POST /app%2Fhook", "404"],
    ["POST /hook", "404"],
    ["POST /app/%zz", "400"],
    ["POST /app/hook/%ff", "400"],
    ["GET /app/hook", "405"],
    ["DELETE /app/hook/created", "405"],
    ["GET /app/health", "200"],
    ["GET /app/ready", "200"],
  ])("%s is answered %s", async (line, expected) => {
    const server = await serve(target(), { port: 0, env: {} });
    expect(await statusOf(server.url, line)).toBe(expected);
    await server.close();
    expect(runs).toEqual([]);
  });

  test.each([
    "POST /app/x/../hook",
    "POST /app/./hook",
    "POST /app/hook/../../ready",
    "POST //app/hook",
    "POST /app\\hook",
  ])("%s runs nothing", async (line) => {
    const server = await serve(target(), { port: 0, env: {} });
    expect(["400", "401", "404", "405"]).toContain(await statusOf(server.url, line));
    await server.close();
  });
});
