import { outboundBaseUrl } from "../api/base-url.js";
import { createApiClient } from "../api/client.js";
import { createCustomDataEndpoint } from "../api/endpoints/custom-data.js";
import { createEndpoints } from "../api/endpoints/index.js";
import { resolveProject } from "../api/endpoints/project-id.js";
import { createSecretsEndpoint, type SecretsEndpoint } from "../api/endpoints/secrets.js";
import { createTypedTables } from "../api/endpoints/typed-tables.js";
import { createIdempotencyKeys } from "../api/idempotency-key.js";
import { type Run, signalOf, timeLeft } from "../base/active-delivery.js";
import { type Id, projectOfPayload } from "../base/envelope.js";
import { member, nonEmptyText } from "../base/json.js";
import { type Logger, withFields } from "../base/logger.js";
import type { Config } from "../config/config.js";
import type { Auth, HandlerContext } from "../handler/context.js";
import type { Handler } from "../handler/define-handler.js";
import type { OpenExtension } from "../handler/extension-types.js";
import { withoutCredentials } from "../secrecy/credential-names.js";
import { type DeliverySecrets, deliverySecrets } from "../secrecy/delivery-secrets.js";
import { concealing, shownAs } from "../secrecy/inspection.js";
import { redacting } from "../secrecy/redacting-logger.js";
import { processSecret } from "../values/secrets.js";
import type { SettingsReader } from "../values/settings.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { authorise } from "./scopes.js";

/** What all contexts of one extension share. */
export interface ContextParts {
  readonly config: Config;
  readonly readSettings: SettingsReader;
}

/** The token's project is signed, the payload's is not: it only fills the gap. */
function projectOf({ auth, delivery: { payload } }: VerifiedDelivery): Id | undefined {
  return auth.projId ?? projectOfPayload(payload);
}

const concealToken = concealing<Auth>((key) => key === "runtimeToken");
const concealValues = concealing<Readonly<Record<string, string>>>(() => true);

type Conceal = (secret: string) => void;

/** Without generated code nothing says beforehand which variables are secrets. */
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

/** What is read from or written to the remote store stays out of the log from then on. */
function rememberingSecrets(secrets: SecretsEndpoint, conceal: Conceal): SecretsEndpoint {
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

/** Each costs a little at every line, and a third party may have written as many as a body has room for. */
const mostCredentials = 1_000;

/**
 * What a delivery brings that must not be logged: its token, its secrets, and the first 1,000 credentials of its payload, those
 * that third parties wrote into a text last.
 */
function valuesToHide(config: Config, verified: VerifiedDelivery): readonly string[] {
  const { secrets: _secrets, ...payload } = verified.delivery.payload;
  const credentials = withoutCredentials(payload).credentials.slice(0, mostCredentials);
  return [verified.auth.runtimeToken ?? "", ...secretsOf(config, verified).hidden(), ...credentials];
}

/** A logger for one delivery, which keeps secrets out. */
export function createDeliveryLogger(config: Config, verified: VerifiedDelivery, fields: object): Logger {
  let values: readonly string[] | undefined;
  return redacting(withFields(config.logger, fields), () => {
    values ??= valuesToHide(config, verified);
    return values;
  });
}

interface ContextState extends ContextParts {
  readonly verified: VerifiedDelivery;
  readonly handler: Handler;
  readonly run: Run;
  /** Members that were asked for. */
  readonly made: Map<string, unknown>;
}

type Context = HandlerContext<OpenExtension>;

function concealIn({ config, run }: ContextState): Conceal {
  return (secret) => config.concealment.conceal(secret, run);
}

/** How each member is made, once, on first use: most handlers touch few of them. */
const members: {
  readonly [Name in keyof Context]: (state: ContextState, context: Context) => Context[Name];
} = {
  event: ({ handler }) => handler.event,
  eventVersion: ({ handler }) => handler.version,
  deliveryId: ({ verified }) => verified.name,
  headers: ({ verified }) => verified.delivery.headers,
  auth: ({ verified }) => concealToken(verified.auth),
  settings: ({ config, readSettings, verified }) => readSettings(secretsOf(config, verified).given),
  secret: (state) => {
    const { config, verified } = state;
    const conceal = concealIn(state);
    const brought = secretsOf(config, verified).given;
    return (key) => nonEmptyText(member(brought, key)) ?? ownSecret(config, key, conceal);
  },
  payloadSecrets: ({ config, verified }) => concealValues(secretsOf(config, verified).given),
  secrets: (state, context) =>
    rememberingSecrets(createSecretsEndpoint(context.api, state.config.extensionId), concealIn(state)),
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
  api: ({ config, verified, handler, run }, { deliveryId }) =>
    createApiClient({
      configuredBaseUrl: config.baseUrl,
      baseUrl: outboundBaseUrl(config.baseUrl, config.outbound.allowedOrigins, verified.delivery.payload),
      runtimeToken: verified.auth.runtimeToken ?? undefined,
      workspaceToken: config.workspaceToken,
      eventVersion: handler.version,
      idempotencyKeys: createIdempotencyKeys([
        deliveryId,
        config.extensionId,
        verified.auth.extId,
        verified.auth.orgId,
        handler.event,
        handler.version,
      ]),
      outbound: config.outbound,
      fetch: config.fetch,
      now: config.now,
      signal: () => signalOf(run),
      timeLeft: () => timeLeft(run),
    }),
  requireScopes:
    ({ verified }) =>
    (...scopes) =>
      authorise(scopes, verified.auth.scopes),
  extensionId: ({ config }) => config.extensionId,
  extensionVersion: ({ config }) => config.extensionVersion,
  log: ({ config, verified, handler }, context) =>
    createDeliveryLogger(config, verified, {
      event: handler.event,
      version: handler.version,
      deliveryId: context.deliveryId,
    }),
  signal: ({ run }) => signalOf(run),
};

const stateKey = Symbol("state");

/** What inspection and JSON show of a context. */
function summary(context: object): object {
  const { event, eventVersion, extensionId, extensionVersion } = context as Context;
  return { event, eventVersion, extensionId, extensionVersion };
}

/**
 * Shared by all contexts: getters on each object would give each a hidden class of its own, which costs more than all else
 * that the runtime does for a delivery.
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
            if (!state.made.has(name)) state.made.set(name, make(state, this));
            return state.made.get(name);
          },
        },
      ]),
    ),
  ),
);

export function createContext(
  { config, readSettings }: ContextParts,
  verified: VerifiedDelivery,
  handler: Handler,
  run: Run,
): Context {
  const state: ContextState = {
    config,
    readSettings,
    verified,
    handler,
    run,
    made: new Map(),
  };
  // In a function, so that no way of inspection shows a token.
  return Object.create(prototype, { [stateKey]: { value: () => state } });
}
