import { requireBaseUrl } from "../api/base-url.js";
import { platformBaseUrl } from "../api/platform/api-key-client.js";
import { ConfigError } from "../base/errors.js";
import { requireHeaderText } from "../base/headers.js";
import { type Environment, exitNow, onStopSignal, requireVariables } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import { requireWholeNumber } from "../base/whole-number.js";
import { consoleLogger } from "../logging/console-logger.js";
import { atLevel, resolveLogLevel } from "../logging/log-level.js";
import { stageClocksOf } from "../telemetry/stage-clock.js";
import { runNormalizer } from "./claim-loop.js";
import { createIngestionClient } from "./client.js";
import type { NormalizedEvent, RawEvent } from "./types.js";

/** Runs an adapter until it is stopped. */
type Transport = (normalize: (rawEvent: RawEvent) => NormalizedEvent, env: Environment) => Promise<void>;

/**
 * Milliseconds between two claims if there was nothing to submit; undefined for the default.
 * @throws {ConfigError} if it is no whole number from 100.
 */
function pauseOf(env: Environment): number | undefined {
  const text = trimmedText(env.KIKET_CLAIM_PAUSE);
  return text === undefined ? undefined : requireWholeNumber("KIKET_CLAIM_PAUSE", Number(text), 100);
}

/** @throws {ConfigError} that names all missing variables, or the invalid one. */
const pull: Transport = async (normalize, env) => {
  // Kiket's runners use the same names for key and URL (fact 306).
  const [keyName, organizationName, urlName] = [
    "KIKET_EXTENSION_RUNNER_API_KEY",
    "KIKET_ORGANIZATION_ID",
    "KIKET_PLATFORM_BASE_URL",
  ] as const;
  const given = requireVariables(env, [keyName, organizationName]);
  // Who runs the adapter has set variables, and knows no options of the client.
  const baseUrl = requireBaseUrl(urlName, trimmedText(env[urlName]) ?? platformBaseUrl);
  const client = createIngestionClient({
    apiKey: requireHeaderText(keyName, given[keyName]),
    organizationId: requireHeaderText(organizationName, given[organizationName]),
    baseUrl,
  });
  const pause = pauseOf(env);
  const logger = atLevel(consoleLogger, resolveLogLevel(undefined, env));
  const ending = new AbortController();
  const undo = onStopSignal((exitCode) => (ending.signal.aborted ? exitNow(exitCode) : ending.abort()));
  try {
    logger.info("claiming raw events", { url: baseUrl });
    await runNormalizer({ client, normalize, logger, pause, signal: ending.signal, stageClock: stageClocksOf(env) });
  } finally {
    undo();
  }
};

/**
 * Kiket sends each raw event to the adapter. What such a request contains is not public (fact 938), so nothing is guessed: this is the one
 * place where it would be read, verified and normalised.
 */
const push: Transport = async () => {
  throw new ConfigError(
    "KIKET_EXTENSION_TRANSPORT is push, which kiket-gen cannot run: what Kiket sends in a push is not public. " +
      "Install the extension with --transport pull, and remove the variable or set it to pull",
  );
};

const transports: ReadonlyMap<string, Transport> = new Map([
  ["pull", pull],
  ["push", push],
]);

/**
 * The transport that `KIKET_EXTENSION_TRANSPORT` names. Default: pull.
 * @throws {ConfigError} if it names another one.
 */
export function transportOf(env: Environment): Transport {
  const name = trimmedText(env.KIKET_EXTENSION_TRANSPORT) ?? "pull";
  const transport = transports.get(name);
  if (transport === undefined)
    throw new ConfigError(`KIKET_EXTENSION_TRANSPORT must be pull, found ${JSON.stringify(name.slice(0, 60))}`);
  return transport;
}
