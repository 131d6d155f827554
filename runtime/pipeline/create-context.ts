import { outboundBaseUrl } from "../api/base-url.js";
import { createApiClient } from "../api/client.js";
import { createCustomDataEndpoint } from "../api/endpoints/custom-data.js";
import { createEndpoints } from "../api/endpoints/index.js";
import { resolveProject } from "../api/endpoints/project-id.js";
import { createSecretsEndpoint, type SecretsEndpoint } from "../api/endpoints/secrets.js";
import { createTypedTables } from "../api/endpoints/typed-tables.js";
import { createIdempotencyKeys } from "../api/idempotency-key.js";
import { type ActiveDelivery, correlationIdOf, signalOf, timeLeft } from "../base/active-delivery.js";
import { type Id, projectOfPayload } from "../base/envelope.js";
import type { Fetch } from "../base/fetch.js";
import { member, nonEmptyText } from "../base/json.js";
import { type Logger, withFields } from "../base/logger.js";
import type { Config } from "../config/config.js";
import type { Auth, HandlerContext } from "../handler/context.js";
import type { Handler } from "../handler/define-handler.js";
import type { OpenExtension } from "../handler/extension-types.js";
import { atLevel } from "../logging/log-level.js";
import { withoutCredentials } from "../secrecy/credential-names.js";
import { type DeliverySecrets, deliverySecrets } from "../secrecy/delivery-secrets.js";
import { concealing, shownAs } from "../secrecy/inspection.js";
import { redacting } from "../secrecy/redacting-logger.js";
import { outgoingTrace } from "../telemetry/tracing.js";
import { processSecret } from "../values/secrets.js";
import type { SettingsReader } from "../values/settings.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { namesOf } from "./event-names.js";
import { authorise } from "./scopes.js";

/** What all contexts of one extension have in common. */
export interface ContextParts {
  readonly config: Config;
  readonly readSettings: SettingsReader;
  /** Sends the requests of API calls. */
  readonly fetch: Fetch;
}

/** The project in the token is signed. The one in the payload may not be, so it is used only if the token has none. */
function projectOf({ auth, delivery: { payload } }: VerifiedDelivery): Id | undefined {
  return auth.projId ?? projectOfPayload(payload);
}

/** What the calls of a deferred run must know of its token. Undefined in any other run, and where deliveries bring none. */
function deferredToken({ isDeferred, auth: { expiresAt, runtimeToken } }: VerifiedDelivery) {
  if (isDeferred !== true || expiresAt === null) return undefined;
  return { tokenExpires: Date.parse(expiresAt), isLeftOut: runtimeToken === null };
}

const concealToken = concealing<Auth>((key) => key === "runtimeToken");
const concealValues = concealing<Readonly<Record<string, string>>>(() => true);

type Conceal = (secret: string) => void;

/** Without generated code it is not known in advance which variables are secrets, so the value is concealed when it is read. */
function ownSecret(
  { secrets, secretDefinitions, settingDefinitions }: Config,
  key: string,
  conceal: Conceal,
): string | undefined {
  const value = processSecret(secrets, key);
  const isDeclared = Object.hasOwn(secretDefinitions, key) || Object.hasOwn(settingDefinitions, key);
  if (value !== undefined && !isDeclared) conceal(value);
  return value;
}

/** Hides every secret that is read from or written to the remote store, in all later log lines. */
function concealingSecrets(secrets: SecretsEndpoint, conceal: Conceal): SecretsEndpoint {
  return {
    ...secrets,
    async get(key) {
      const value = await secrets.get(key);
      if (value !== null) conceal(value);
      return value;
    },
    set(key, value) {
      conceal(value);
      return secrets.set(key, value);
    },
    rotate(key, value) {
      conceal(value);
      return secrets.rotate(key, value);
    },
  };
}

function secretsOf({ settingDefinitions }: Config, { delivery }: VerifiedDelivery): DeliverySecrets {
  return deliverySecrets(delivery.payload, (key) => Object.hasOwn(settingDefinitions, key));
}

/** A limit, because every credential makes each log line slower, and a third party may have put very many into the payload. */
const mostCredentials = 1_000;

/**
 * The values of a delivery that must not be logged: its token, its secrets, and the first 1,000 credentials of its payload.
 * Credentials inside longer texts, which third parties can write, come last.
 */
export function hiddenIn(config: Config, verified: VerifiedDelivery): readonly string[] {
  const { secrets: _secrets, ...payload } = verified.delivery.payload;
  const credentials = withoutCredentials(payload).credentials.slice(0, mostCredentials);
  return [verified.auth.runtimeToken ?? "", ...secretsOf(config, verified).hidden(), ...credentials];
}

/** All values that must not be told of a delivery, of this process and its own. `verified`: undefined while its origin is not proved. */
export function hiddenFrom(config: Config, verified: VerifiedDelivery | undefined): readonly unknown[] {
  return [...config.concealment.secrets(), ...(verified === undefined ? [] : hiddenIn(config, verified))];
}

/** A logger for one delivery that removes secrets. */
export function createDeliveryLogger(config: Config, verified: VerifiedDelivery, fields: object): Logger {
  let values: readonly string[] | undefined;
  const redacted = redacting(withFields(config.logger, fields), () => {
    values ??= hiddenIn(config, verified);
    return values;
  });
  return atLevel(redacted, config.logLevel);
}

interface ContextState extends ContextParts {
  readonly verified: VerifiedDelivery;
  readonly handler: Handler;
  readonly run: ActiveDelivery;
  /** Members that were read before. Made with the first one. */
  made: Map<string, unknown> | undefined;
}

type Context = HandlerContext<OpenExtension>;

function concealIn({ config, run }: ContextState): Conceal {
  return (secret) => config.concealment.conceal(secret, run);
}

/** Measures as a stage how a member is made that takes time of the extension's own: it reads all settings, or the delivery's secrets. */
function measured<Value>(stage: string, make: (state: ContextState, context: Context) => Value) {
  return (state: ContextState, context: Context): Value => {
    const { stages } = state.run;
    return stages === undefined ? make(state, context) : stages.during(stage, () => make(state, context));
  };
}

/** How to make each member. It is made once, on first use, because most handlers use only a few. */
const members: {
  readonly [Name in keyof Context]: (state: ContextState, context: Context) => Context[Name];
} = {
  event: ({ verified }) => verified.delivery.event,
  eventVersion: ({ handler }) => handler.version,
  deliveryId: ({ verified }) => verified.name,
  headers: ({ verified }) => verified.delivery.headers,
  auth: ({ verified }) => concealToken(verified.auth),
  settings: measured("settings", ({ config, readSettings, verified }, { log }) =>
    readSettings(secretsOf(config, verified).settings(), log),
  ),
  secret: measured("secrets", (state): Context["secret"] => {
    const { config, verified } = state;
    const conceal = concealIn(state);
    const given = secretsOf(config, verified).given;
    return (key) => nonEmptyText(member(given, key)) ?? ownSecret(config, key, conceal);
  }),
  payloadSecrets: measured("secrets", ({ config, verified }) => concealValues(secretsOf(config, verified).given)),
  secrets: (state, context) =>
    concealingSecrets(createSecretsEndpoint(context.api, state.config.extensionId), concealIn(state)),
  endpoints: ({ config, verified, handler }, { api, secrets }) =>
    createEndpoints({
      api,
      secrets,
      project: projectOf(verified),
      extensionId: config.extensionId,
      eventVersion: handler.version,
      logEventTo: config.outbound.logEventTo,
      now: config.now,
    }),
  customData:
    ({ config, verified }, context) =>
    (projectId) => {
      const project = resolveProject(projectId, projectOf(verified));
      const endpoint = createCustomDataEndpoint(context.api, project);
      return createTypedTables(config.customData, endpoint) as Readonly<Record<string, never>>;
    },
  api: ({ config, fetch, verified, handler, run }, { deliveryId }) =>
    createApiClient({
      configuredBaseUrl: config.baseUrl,
      baseUrl: outboundBaseUrl(config.baseUrl, config.outbound.allowedOrigins, verified.delivery.payload),
      runtimeToken: verified.auth.runtimeToken ?? undefined,
      deferred: deferredToken(verified),
      workspaceTokens: config.workspaceTokens,
      eventVersion: handler.version,
      idempotencyKeys: createIdempotencyKeys([
        deliveryId,
        config.extensionId,
        verified.auth.extId,
        verified.auth.orgId,
        verified.delivery.event,
        handler.version,
      ]),
      outbound: config.outbound,
      fetch,
      now: config.now,
      signal: () => signalOf(run),
      timeLeft: () => timeLeft(run),
      traceHeaders: () => outgoingTrace(verified.delivery.headers),
    }),
  requireScopes:
    ({ verified }) =>
    (...scopes) =>
      authorise(scopes, verified.auth.scopes),
  extensionId: ({ config }) => config.extensionId,
  extensionVersion: ({ config }) => config.extensionVersion,
  log: ({ config, verified, handler, run }, context) =>
    createDeliveryLogger(config, verified, {
      ...namesOf(verified, handler),
      deliveryId: context.deliveryId,
      correlationId: correlationIdOf(run),
    }),
  now: ({ config }) => config.now,
  signal: ({ run }) => signalOf(run),
};

const stateKey = Symbol("state");

/** What `console.log` and JSON show of a context. */
function summary(context: object): object {
  const { event, eventVersion, extensionId, extensionVersion } = context as Context;
  return { event, eventVersion, extensionId, extensionVersion };
}

/**
 * Shared by all contexts. Getters on each object would give each object its own hidden class, which would take more time than
 * everything else that the runtime does for a delivery.
 */
const prototype: object = Object.freeze(
  Object.defineProperties(
    Object.create(Object.prototype, shownAs(summary)),
    Object.fromEntries(
      Object.entries(members).map(([name, make]) => [
        name,
        {
          enumerable: true,
          get(this: Context & { readonly [stateKey]: () => ContextState }): unknown {
            const state = this[stateKey]();
            state.made ??= new Map();
            if (!state.made.has(name)) state.made.set(name, make(state, this));
            return state.made.get(name);
          },
        },
      ]),
    ),
  ),
);

export function createContext(
  { config, readSettings, fetch }: ContextParts,
  verified: VerifiedDelivery,
  handler: Handler,
  run: ActiveDelivery,
): Context {
  const state: ContextState = {
    config,
    readSettings,
    fetch,
    verified,
    handler,
    run,
    made: undefined,
  };
  // The state is in a function, so that no inspection of the context shows the token.
  return Object.create(prototype, { [stateKey]: { value: () => state } });
}
