import { defined, isJsonObject } from "../base/json.js";
import type { ExtensionOptions } from "../config/config.js";
import { resolveInbound } from "../config/inbound.js";
import { isLiveSecret } from "../config/live-secrets.js";
import type { ExtensionTypes, OpenExtension } from "../handler/extension-types.js";
import { timestamp } from "../platform/clock.js";
import type { DeliveryInput, DeliveryOutcome } from "../platform/deliver.js";
import type { RetriedDelivery, RetryOptions } from "../platform/deliver-with-retries.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";
import { createPlatform, type Platform, type PlatformOptions } from "../platform/platform.js";
import type { Recording } from "../recordings/recording.js";
import { createExtension, type Extension } from "../server/extension.js";
import type { SettingDefinitions } from "../values/settings.js";
import { createDeferredRuns, type DeferredOutcome } from "./deferred-runs.js";
import { createLogRecorder, type LogRecord } from "./log-recorder.js";
import type { EventMembers, Overrides } from "./overrides.js";
import {
  type EventName,
  type EventSamples,
  type PayloadOf,
  payloadOf,
  sampleOf,
  type WithOtherNames,
} from "./payloads.js";
import { type RecordOptions, recordingOf } from "./recording.js";
import { readRecording, writeRecording } from "./recording-file.js";
import { deliveryOf } from "./replay.js";

/** Options of a delivery. */
export interface DeliverOptions<T extends ExtensionTypes = OpenExtension>
  extends Omit<DeliveryInput, "event" | "version" | "payload" | "scopes" | "secrets"> {
  /** Scopes of the runtime token. Default: all scopes in the manifest, or `["*"]` without generated code. */
  readonly scopes?: readonly (T["scope"] | (string & {}))[];
  /** Values of secrets and settings in the delivery. Default: the seed's secrets. */
  readonly secrets?: Readonly<Partial<Record<T["secret"] | (keyof T["settings"] & string), string>>>;
}

/** Delivers any event. The payloads of events that Kiket is known to send are typed. `More` are options beside those of a delivery. */
export type OpenDeliver<More = unknown, Result = DeliveryOutcome> = <Event extends EventName | (string & {})>(
  event: Event,
  version: string,
  overrides?: Overrides<PayloadOf<Event>>,
  options?: DeliverOptions & More,
) => Promise<Result>;

/** Delivers the events of one extension, with their own or their other names. `More` are options beside those of a delivery. */
export type TypedDeliver<P extends object, T extends ExtensionTypes, More = unknown, Result = DeliveryOutcome> = <
  Event extends keyof WithOtherNames<P> & string,
  Version extends keyof WithOtherNames<P>[Event] & string,
>(
  event: Event,
  version: Version,
  overrides?: Overrides<EventMembers<WithOtherNames<P>[Event][Version]>>,
  options?: DeliverOptions<T> & More,
) => Promise<Result>;

/** An extension with its own local Kiket. */
export interface TestExtension<Deliver = OpenDeliver, DeliverWithRetries = OpenDeliver<RetryOptions, RetriedDelivery>> {
  /** Made with `createExtension`; its calls go to `platform`. */
  readonly extension: Extension;
  /** The local Kiket of the extension. */
  readonly platform: Platform;
  /** Signs and sends one delivery: the event's example with the overrides applied. */
  readonly deliver: Deliver;
  /**
   * Delivers as Kiket does: the same delivery, again after 5xx, 429 and timeouts, on `retrySchedule`. The hours pass at once, on the
   * clock that extension and platform share.
   */
  readonly deliverWithRetries: DeliverWithRetries;
  /** Every request to the platform, in order. Each outcome also contains its own requests. */
  readonly calls: readonly ApiCall[];
  /** Every log line of the extension, in order. */
  readonly logs: readonly LogRecord[];
  /**
   * Delivers a recording, with a new token and signature. A file is read with `readRecording`. Secrets that the recording hides are
   * taken from the options, else from the seed; if neither has them, they are absent. With `auth: "hmac"` the rest of the
   * recorded body is sent unchanged.
   */
  replay(recording: string | URL | Recording, options?: DeliverOptions): Promise<DeliveryOutcome>;
  /** Writes a delivery to a file that can be replayed. Tokens and secrets are removed; values of declared settings are kept. */
  record(outcome: DeliveryOutcome, file: string | URL, options?: RecordOptions): Promise<Recording>;
  /**
   * Waits until every delivery of a deferred handler is done or dead, and returns what came of those that ended since the last time. The waits before
   * further runs pass at once, on the clock that extension and platform share; `platform.clock.advance` moves it by less. Throws if the option `queue` has
   * put another queue in the place of the kit's own.
   */
  drained(): Promise<readonly DeferredOutcome[]>;
  /** Clears calls, log lines and faults, and restores the platform's seed. */
  reset(): void;
  /** Closes the extension, then the platform. */
  close(): Promise<void>;
}

/** Options of the local Kiket of a test. */
export interface TestPlatformOptions {
  /** Options of the local Kiket, such as its seed, its rate limit and its clock. */
  readonly platform?: PlatformOptions;
}

type OwnOptions = "baseUrl" | "now";

/** Options of the extension and its platform. The platform determines `baseUrl` and `now`. */
export interface TestExtensionOptions extends Omit<ExtensionOptions, OwnOptions>, TestPlatformOptions {}

/** What generated code knows of the extension. */
export interface TestExtensionDefaults {
  /** The example of each event that the manifest declares. */
  readonly samples: EventSamples;
  /** Those that the manifest declares: the default scopes of a token. */
  readonly scopes: readonly string[];
  readonly settingDefinitions: SettingDefinitions;
  /** Only for a receiver of webhooks: the path where it gets all of them, signed with a shared secret. */
  readonly webhookPath?: string;
}

/**
 * Creates an extension from handlers and starts a local Kiket for it. Both use one clock, so that the extension's waits before
 * retries pass at once. Unless `env` and `logger` are given, the environment of this process is not read, and log lines are stored
 * in `logs`. Deliveries are signed as the option `auth` requires.
 */
export function createTestExtension(options: TestExtensionOptions): Promise<TestExtension> {
  const { platform, handlers, ...rest } = options;
  const create = (own: object): Extension => createExtension({ ...rest, ...own, handlers });
  return assemble(create, rest, platform, {
    samples: {},
    scopes: ["*"],
    settingDefinitions: {},
  }) as Promise<TestExtension>;
}

/** A test extension of generated code. */
export type TypedTestExtension<P extends object, T extends ExtensionTypes> = TestExtension<
  TypedDeliver<P, T>,
  TypedDeliver<P, T, RetryOptions, RetriedDelivery>
>;

/** The type of `createTestExtension` in generated code. */
export type TypedCreateTestExtension<P extends object, T extends ExtensionTypes, Options extends object> = (
  options?: Omit<Options, OwnOptions> & TestPlatformOptions,
) => Promise<TypedTestExtension<P, T>>;

/** Makes the typed `createTestExtension` for generated code. */
export function bindTestExtension<P extends object, T extends ExtensionTypes, Options extends object>(
  create: (options: Options) => Extension,
  defaults: TestExtensionDefaults,
): TypedCreateTestExtension<P, T, Options> {
  return ({ platform, ...rest } = {} as Omit<Options, OwnOptions> & TestPlatformOptions) =>
    assemble((own) => create({ ...rest, ...own } as unknown as Options), rest, platform, defaults) as Promise<
      TypedTestExtension<P, T>
    >;
}

type AnyDeliver<Result> = (event: string, version: string, overrides?: object, options?: object) => Promise<Result>;

/** The secret with which a test signs if it sets none. */
const testSecret = "whsec_of_this_test";

/** The options of a receiver of webhooks, which a test need not set. */
function receiving(
  webhookPath: string | undefined,
  given: Partial<ExtensionOptions>,
  { webhookSecret = testSecret }: PlatformOptions = {},
): Partial<ExtensionOptions> {
  if (webhookPath === undefined) return given;
  const webhookSecrets = given.webhookSecrets ?? given.env?.KIKET_WEBHOOK_SECRET ?? webhookSecret;
  return { ...given, auth: "hmac", webhookPath: given.webhookPath ?? webhookPath, webhookSecrets };
}

/** A test signs with a secret of its own: it does not know those of a source. */
function withKnownSecret(given: Partial<ExtensionOptions>): Partial<ExtensionOptions> {
  return [given.webhookSecrets].flat().some(isLiveSecret) ? { ...given, webhookSecrets: testSecret } : given;
}

async function assemble(
  create: (own: object) => Extension,
  options: Partial<ExtensionOptions>,
  platformOptions: PlatformOptions | undefined,
  { samples, scopes, settingDefinitions, webhookPath }: TestExtensionDefaults,
): Promise<TestExtension<AnyDeliver<DeliveryOutcome>, AnyDeliver<RetriedDelivery>>> {
  const given = withKnownSecret(receiving(webhookPath, options, platformOptions));
  const receives = webhookPath !== undefined;
  const address = receives ? ({ family: "webhook", path: given.webhookPath ?? webhookPath } as const) : {};
  const proof = { ...proofOf(given), ...address };
  const platform = await createPlatform(platformOptions);
  const { logger, records } = createLogRecorder();
  const { now, advance } = platform.clock;
  const outbound = { sleep: async (milliseconds: number) => advance(milliseconds), ...given.outbound };
  const runs = createDeferredRuns(platform.clock, platform.calls);
  const queue = given.queue === undefined || given.queue === "memory" ? runs.queue : given.queue;
  const own = { env: {}, logger, ...defined(given), outbound, queue, baseUrl: platform.baseUrl, now };
  const extension = await closingOnFailure(platform, () => create(own));
  /** All attempts of one webhook have the same time. */
  const ownTime = (): object => (receives ? { received_at: timestamp(now()) } : {});
  const inputOf = (event: string, version: string, overrides?: object, options?: object): DeliveryInput => ({
    ...proof,
    scopes,
    ...options,
    event,
    version,
    payload: payloadOf<string>(event, { ...ownTime(), ...overrides }, sampleOf(samples, event, version)),
  });
  const send = (input: DeliveryInput): Promise<DeliveryOutcome> => platform.deliver(extension, input);
  return {
    extension,
    platform,
    deliver: (...delivery) => send(inputOf(...delivery)),
    deliverWithRetries: (event, version, overrides, options: RetryOptions = {}) =>
      platform.deliverWithRetries(extension, inputOf(event, version, overrides, options), options),
    calls: platform.calls,
    logs: records,
    async replay(recording, options = {}) {
      const read =
        typeof recording === "string" || recording instanceof URL ? await readRecording(recording) : recording;
      const known = { ...platformOptions?.seed?.secrets, ...options.secrets };
      const delivery = deliveryOf(read, known as Readonly<Record<string, string>>);
      const secrets = delivery.secrets ?? {};
      const whole = isJsonObject(read.body.secrets) ? { ...read.body, secrets } : read.body;
      const body = (options.auth ?? proof.auth) === "hmac" ? { body: whole } : {};
      return send({ ...proof, scopes, ...delivery, ...options, ...body, secrets });
    },
    async record(outcome, file, options) {
      const settings = Object.keys(given.settingDefinitions ?? settingDefinitions);
      const recording = recordingOf(outcome, { keep: [...settings, ...(options?.keep ?? [])] });
      await writeRecording(file, recording);
      return recording;
    },
    async drained() {
      if (queue === runs.queue) return runs.drained();
      throw new TypeError(
        `drained() cannot see into the ${queue.name} of the option queue: leave the option out, and the kit's own queue is used.`,
      );
    },
    reset() {
      platform.reset();
      runs.reset();
      records.length = 0;
    },
    async close() {
      await extension.close();
      await platform.close();
    },
  };
}

/** How to sign deliveries so that the extension accepts them, with the first of its secrets. */
function proofOf(given: Partial<ExtensionOptions>): Pick<DeliveryInput, "auth" | "secret"> {
  const { token, hmac } = resolveInbound(given, given.env ?? {});
  if (hmac === undefined) return { auth: "token" };
  const [secret = ""] = hmac.secrets.live();
  return { auth: token ? "both" : "hmac", secret };
}

/** Closes the platform if the extension cannot be created. Otherwise its server would keep the process alive. */
async function closingOnFailure(platform: Platform, create: () => Extension): Promise<Extension> {
  try {
    return create();
  } catch (error) {
    await platform.close();
    throw error;
  }
}
