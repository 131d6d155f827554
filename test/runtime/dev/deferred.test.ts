import { expect, test, vi } from "vitest";
import { defineHandler, type HandlerContext } from "../../../runtime/index.js";
import { deferred } from "../../support/deferred.js";
import { openKiketOf, startProgram } from "./project.js";

async function open(handle: (context: HandlerContext) => void | Promise<void>) {
  const kiket = await openKiketOf();
  const handler = defineHandler(
    { event: "boat.docked", version: "v1", defer: { attempts: 2, backoff: 1 } },
    (_: object, context: HandlerContext) => handle(context),
  );
  const program = await startProgram(kiket, () => undefined, { handlers: [handler] });
  kiket.serveAt({ url: program.url, build: 1 });
  const delivery = await kiket.send({ event: "boat.docked" });
  const attempt = () => kiket.delivery(delivery.id)?.attempts.at(-1);
  const messages = () => attempt()?.logs.map(({ message }) => message) ?? [];
  return { kiket, delivery, attempt, messages };
}

test("what a deferred run calls and logs, and its end, belong to the delivery, whose reply is long gone", async () => {
  const gate = deferred();
  let runs = 0;
  const { kiket, delivery, attempt, messages } = await open(async ({ endpoints, log }) => {
    await gate.promise;
    runs += 1;
    await endpoints.logEvent("boat.seen");
    log.info("looking", { run: runs });
    if (runs === 1) throw new Error("fog");
  });
  expect([delivery.state, delivery.attempts.length, attempt()?.calls]).toEqual(["delivered", 1, []]);
  gate.resolve();
  await vi.waitUntil(() => messages().length === 5);
  expect(messages()).toEqual([
    "A delivery was deferred",
    "looking",
    "A deferred delivery failed, and runs again: A handler failed",
    "looking",
    "A deferred delivery was handled",
  ]);
  expect(attempt()?.calls.map(({ operationId }) => operationId)).toEqual(["logMessage", "logMessage"]);
  expect(kiket.programEnded()).toBe(0);
});

test("a program that ends takes with it what has not ended: it is counted once, and the delivery says so", async () => {
  const { kiket, messages } = await open(() => new Promise(() => undefined));
  await vi.waitUntil(() => messages().length === 1);
  expect([kiket.programEnded(), kiket.programEnded()]).toEqual([1, 0]);
  expect(messages()).toEqual([
    "A delivery was deferred",
    "The handler does not run any more: the delivery waited in the memory of a program that has ended",
  ]);
});
