import { createHook } from "node:async_hooks";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { defineHandler } from "../../../runtime/index.js";
import { nodeHandlerOf } from "../../../runtime/server/node-handler.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();
const extension = kiket.extension({ handlers: [defineHandler({ event: "issue.created", version: "v1" }, () => ({}))] });
const handle = nodeHandlerOf(extension);

/** Has a delivery answered without a connection, which would have promises and timers of its own. Resolves to the status. */
async function answered(): Promise<number> {
  const sent = await kiket.request();
  const body = Buffer.from(await sent.arrayBuffer());
  const request = new IncomingMessage(new Socket());
  const { pathname } = new URL(sent.url);
  Object.assign(request, { method: "POST", url: pathname, complete: true });
  Object.assign(request.headers, Object.fromEntries(sent.headers), { "content-length": String(body.length) });
  return new Promise((resolve) => {
    const response = new ServerResponse(request);
    response.end = () => {
      resolve(response.statusCode);
      return response;
    };
    counted.isOn = true;
    handle(request, response);
    request.push(body);
    request.push(null);
  });
}

const counted = { isOn: false, PROMISE: 0, Timeout: 0 };

test("a delivery takes few promises and two timers", async () => {
  expect(await answered()).toBe(200);
  const hook = createHook({
    init(_id, type) {
      if (counted.isOn && (type === "PROMISE" || type === "Timeout")) counted[type] += 1;
    },
  });
  Object.assign(counted, { isOn: false, PROMISE: 0, Timeout: 0 });
  hook.enable();
  const status = await answered();
  hook.disable();
  expect(status).toBe(200);
  // The body and the handler have a limit each.
  expect(counted.Timeout).toBe(2);
  // It was 52. Each takes a tenth of a microsecond of the main thread, and memory that must be collected.
  expect(counted.PROMISE).toBeLessThanOrEqual(40);
});
