import { afterAll, beforeAll, beforeEach } from "vitest";
import type { ExtensionOptions, HandlerContext } from "../../runtime/index.js";
import { runInContext, type TestDelivery } from "./deliveries.js";
import { type CannedAnswer, createKiketServer, type KiketServer } from "./kiket-server.js";
import { createSigningKey, type SigningKey } from "./tokens.js";

/** A context to make calls with, and what Kiket saw of them. */
export interface ContextCalls {
  /** Gives the answers to the calls that `use` makes, in order. */
  run<T>(
    use: (context: HandlerContext) => T | Promise<T>,
    answers?: readonly CannedAnswer[],
    options?: Omit<ExtensionOptions, "handlers">,
    delivery?: TestDelivery,
  ): Promise<T>;
  /** Method, path and body of the calls made since the last time. */
  sent(): readonly (readonly [string, string, unknown])[];
}

export const extensionId = "com.example/greeter";

/** For the tests of one file: Kiket stands from before the first until after the last. */
export function contextCalls(): ContextCalls {
  let key: SigningKey;
  let kiket: KiketServer;
  beforeAll(async () => {
    key = await createSigningKey("key-1");
    kiket = await createKiketServer([key.publicJwk]);
  });
  afterAll(() => kiket.close());
  beforeEach(() => void kiket.calls.splice(0));
  return {
    run(use, answers = [], options = { extensionId }, delivery = {}) {
      kiket.answers.splice(0, kiket.answers.length, ...answers);
      return runInContext(kiket, key, use, options, delivery);
    },
    sent: () => kiket.calls.splice(0).map(({ method, path, body }) => [method, path, body] as const),
  };
}
