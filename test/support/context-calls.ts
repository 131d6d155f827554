import { beforeEach } from "vitest";
import type { ExtensionOptions, HandlerContext } from "../../runtime/index.js";
import type { TestDelivery } from "./deliveries.js";
import type { CannedAnswer } from "./kiket-server.js";
import { openKiket } from "./open-kiket.js";

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

/** For the tests of one file. */
export async function openCalls(): Promise<ContextCalls> {
  const kiket = await openKiket();
  beforeEach(() => void kiket.calls.splice(0));
  return {
    run(use, answers = [], options = { extensionId }, delivery = {}) {
      kiket.answers.splice(0, kiket.answers.length, ...answers);
      return kiket.run(use, options, delivery);
    },
    sent: () => kiket.calls.splice(0).map(({ method, path, body }) => [method, path, body] as const),
  };
}
