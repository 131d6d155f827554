import { afterAll, onTestFinished, TestRunner } from "vitest";
import {
  createExtension,
  defineHandler,
  type Extension,
  type ExtensionOptions,
  type HandlerContext,
} from "../../runtime/index.js";
import { createPlatform, type Platform, type PlatformOptions } from "../../runtime/testing.js";
import { signedRequest, type TestDelivery, testOptions } from "./deliveries.js";
import { createKiketServer, type KiketServer } from "./kiket-server.js";
import { createSigningKey, type SigningKey, testClaims } from "./tokens.js";

/** What a test opens is closed after the test; what is opened outside of a test, after the last test of the file or `describe`. */
export function closeAfterwards(close: () => Promise<void>): void {
  if (TestRunner.getCurrentTest() === undefined) afterAll(close);
  else onTestFinished(close);
}

/** A server instead of Kiket with its own key, and the extensions that it delivers to. */
export interface OpenKiket extends KiketServer {
  readonly key: SigningKey;
  /** An extension for deliveries of this Kiket, with `testOptions`. It is closed afterwards, without a wait. */
  extension(options: ExtensionOptions): Extension;
  /** A signed delivery, by default of `issue.created` version v1, with its own token. */
  request(delivery?: TestDelivery): Promise<Request>;
  /** Delivers to an extension with one handler, and returns what the handler returned or threw. */
  run<T>(
    use: (context: HandlerContext) => T | Promise<T>,
    options?: Omit<ExtensionOptions, "handlers">,
    delivery?: TestDelivery,
  ): Promise<T>;
}

/** Opens a server instead of Kiket. Not for `beforeAll`: call it in the file or the `describe` itself. */
export async function openKiket(): Promise<OpenKiket> {
  const key = await createSigningKey("key-1");
  const kiket = await createKiketServer([key.publicJwk]);
  closeAfterwards(kiket.close);

  const extensionWith = (options: ExtensionOptions) => createExtension({ ...testOptions(kiket), ...options });
  const request = (delivery?: TestDelivery) => signedRequest(key, delivery);
  return Object.assign(kiket, {
    key,
    request,
    extension(options: ExtensionOptions) {
      const extension = extensionWith(options);
      closeAfterwards(() => extension.close({ within: 0 }));
      return extension;
    },
    async run<T>(
      use: (context: HandlerContext) => T | Promise<T>,
      options: Omit<ExtensionOptions, "handlers"> = {},
      delivery: TestDelivery = {},
    ): Promise<T> {
      const outcomes: Promise<T>[] = [];
      const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => {
        const outcome = (async () => use(context))();
        outcomes.push(outcome);
        await outcome;
      });
      const extension = extensionWith({ ...options, handlers: [handler] });
      const claims = { jti: testClaims.jti, ...delivery.claims };
      const response = await extension.fetch(await request({ ...delivery, claims }));
      await extension.close();
      const [outcome] = outcomes;
      if (outcome === undefined) throw new Error(`Handler not reached: ${response.status} ${await response.text()}`);
      return outcome;
    },
  });
}

/** Opens the local Kiket of the testing kit. Not for `beforeAll`: call it in the file or the `describe` itself. */
export async function openPlatform(options?: PlatformOptions): Promise<Platform> {
  const platform = await createPlatform(options);
  closeAfterwards(platform.close);
  return platform;
}
