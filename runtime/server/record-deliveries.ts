import { ConfigError } from "../base/errors.js";
import type { Environment } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import type { DeliveryObserver } from "../pipeline/delivery-observer.js";
import { observeOnce } from "./delivery-observers.js";

/**
 * Records the verified deliveries of an extension in a folder, the option's or that of `KIKET_RECORD`; does nothing if there is none. What
 * records is loaded only then, because workers and most servers never need it.
 * @throws {ConfigError} if the extension was not made by `createExtension`, or the folder begins with `~`.
 */
export function recordDeliveries(
  extension: { readonly fetch: object },
  option: string | undefined,
  env: Environment,
): void {
  const folder = trimmedText(option) ?? trimmedText(env.KIKET_RECORD);
  if (folder === undefined) return;
  if (/^~(?:[\\/]|$)/.test(folder)) {
    // It would be a folder of that name in the working directory, which nobody wants, and which is dangerous to delete.
    throw new ConfigError(
      `record (or KIKET_RECORD): only a shell replaces the ~ in ${JSON.stringify(folder)}, and there was none. Write the whole path.`,
    );
  }
  const isObserved = observeOnce(extension, (log): DeliveryObserver => {
    const recorder = import("../recordings/recorder.js")
      .then(({ recordInto }) => recordInto(folder, log))
      .catch((cause: unknown) => {
        log.warn("Deliveries are answered, but cannot be recorded: what records them cannot be loaded", { cause });
        return undefined;
      });
    return {
      verified(...delivery) {
        // Nothing that goes wrong there may end the process.
        recorder.then((found) => found?.verified(...delivery)).catch(() => undefined);
      },
      close: () => recorder.then((found) => found?.close()),
    };
  });
  if (!isObserved) {
    throw new ConfigError(
      "record (or KIKET_RECORD): deliveries of this extension cannot be recorded, because its fetch is not that of createExtension. Pass the extension itself, or unset it.",
    );
  }
}
