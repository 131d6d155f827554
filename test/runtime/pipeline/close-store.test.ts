import { expect, test } from "vitest";
import { createMemoryStore, type DeliveryStore, defineHandler } from "../../../runtime/index.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();

/** A store in memory that writes down what is called. */
function recordingStore(calls: string[], close: () => void = () => undefined): DeliveryStore {
  const store = createMemoryStore();
  return {
    begin(key, claim) {
      calls.push("begin");
      return store.begin(key, claim);
    },
    async finish(key, reply) {
      await Promise.resolve();
      calls.push("finish");
      return store.finish(key, reply);
    },
    fail: (key, owner) => store.fail(key, owner),
    async close() {
      calls.push("close");
      close();
    },
  };
}

test("closing the extension closes its store once", async () => {
  const calls: string[] = [];
  const extension = kiket.extension({ handlers: [], deliveryStore: recordingStore(calls) });
  await Promise.all([extension.close(), extension.close()]);
  await extension.close();
  expect(calls).toEqual(["close"]);
});

test.each([0, 10_000])("a verdict is stored before its store is closed, also after %d ms of grace", async (within) => {
  const calls: string[] = [];
  let finish = (): void => undefined;
  let started = (): void => undefined;
  const isStarted = new Promise<void>((resolve) => {
    started = resolve;
  });
  const held = defineHandler({ event: "issue.created", version: "v1" }, () => {
    started();
    return new Promise<string>((resolve) => {
      finish = () => resolve("done");
    });
  });
  const extension = kiket.extension({ handlers: [held], deliveryStore: recordingStore(calls) });
  const answer = extension.fetch(await kiket.request());
  await isStarted;
  const closed = extension.close({ within });
  if (within === 0) await closed;
  expect(calls).toEqual(["begin"]);
  finish();
  expect((await answer).status).toBe(200);
  await closed;
  await expect.poll(() => calls).toEqual(["begin", "finish", "close"]);
});

test("a store that cannot be closed is an error in the log, and the extension is closed", async () => {
  const logger = createTestLogger();
  const store = recordingStore([], () => {
    throw new Error("the disk is gone");
  });
  await kiket.extension({ handlers: [], deliveryStore: store, logger }).close();
  expect(logger.lines).toMatchObject([{ level: "error", message: "The delivery store could not be closed" }]);
});
