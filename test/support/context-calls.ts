import { afterAll, beforeAll, beforeEach } from "vitest";
import type { ExtensionOptions, HandlerContext } from "../../runtime/index.js";
import { runInContext, type TestDelivery } from "./deliveries.js";
import { type CannedAnswer, createKiketServer, type KiketServer } from "./kiket-server.js";
import { createSigningKey, type SigningKey } from "./tokens.js";

/** A context for calls, and the calls that Kiket received. */
export interface ContextCalls {
  /** Answers the calls of `use` with these responses, in order. */
  run<T>(
    use: (context: HandlerContext) => T | Promise<T>,
    answers?: readonly CannedAnswer[],
    options?: Omit<ExtensionOptions, "handlers">,
    delivery?: TestDelivery,
  ): Promise<T>;
  /** Method, path and body of the calls since the last time. */
  sent(): readonly (readonly [string, string, unknown])[];
}

export const extensionId = "com.example/greeter";

/** For the tests of one file. The server runs from before the first test until after the last. */
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
