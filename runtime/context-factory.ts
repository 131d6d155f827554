import { createApiClient } from "./api-client.js";
import type { VerifiedDelivery } from "./auth.js";
import { type Config, normalizeBaseUrl } from "./config.js";
import type { HandlerContext } from "./context.js";
import { createCustomDataEndpoint } from "./endpoints/custom-data.js";
import { createEndpoints } from "./endpoints/index.js";
import { resolveProject } from "./endpoints/project.js";
import { createSecretsEndpoint } from "./endpoints/secrets.js";
import { createTypedTables } from "./endpoints/typed-tables.js";
import type { Handler, Id, OpenExtension } from "./handler.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "./json.js";
import { type Logger, withFields } from "./logger.js";
import { redacting } from "./redaction.js";
import { authorise } from "./scopes.js";
import type { SettingsReader } from "./settings.js";

/** What all contexts of one extension share. */
export interface ContextParts {
  readonly config: Config;
  readonly readSettings: SettingsReader;
}

const noSecrets: Readonly<Record<string, string>> = Object.freeze({});

function secretsOf(payload: JsonObject): Readonly<Record<string, string>> {
  const secrets = member(payload, "secrets");
  if (!isJsonObject(secrets)) return noSecrets;
  const texts = Object.entries(secrets).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.freeze(Object.fromEntries(texts));
}

function idIn(object: unknown, key: string): Id | undefined {
  const id = isJsonObject(object) ? member(object, key) : undefined;
  return typeof id === "number" || (typeof id === "string" && id !== "") ? id : undefined;
}

/** The token's project is signed, the payload's is not: it only fills the gap. */
function projectOf({ auth, delivery: { payload } }: VerifiedDelivery): Id | undefined {
  return (
    auth.projId ??
    idIn(payload, "project_id") ??
    idIn(member(payload, "project"), "id") ??
    idIn(member(payload, "issue"), "project_id")
  );
}

/** The payload may move calls to another path of the configured origin, never to another origin (wire contract A3). */
function outboundBaseUrl(configured: string, payload: JsonObject): string {
  const api = member(payload, "api");
  const text = isJsonObject(api) ? nonEmptyText(member(api, "base_url")) : undefined;
  const wanted = text === undefined ? undefined : normalizeBaseUrl(text);
  return wanted !== undefined && new URL(wanted).origin === new URL(configured).origin ? wanted : configured;
}

function deliveryIdOf({ delivery, tokenId }: VerifiedDelivery): string {
  const id = idIn(delivery.payload, "id");
  return nonEmptyText(delivery.headers.get("x-kiket-delivery")) ?? id?.toString() ?? tokenId ?? crypto.randomUUID();
}

/** Every value that must not be logged: tokens, the manifest's secrets, and what the delivery brought beside settings. */
function* secretValues(config: Config, delivery: VerifiedDelivery): Generator<string | undefined> {
  yield delivery.auth.runtimeToken;
  yield config.workspaceToken;
  for (const key of config.secretKeys) yield member(config.env, key) as string | undefined;
  for (const [key, value] of Object.entries(secretsOf(delivery.delivery.payload))) {
    if (!Object.hasOwn(config.settingDefinitions, key)) yield value;
  }
}

/** A logger for one delivery, which keeps secrets out. */
export function createDeliveryLogger(config: Config, verified: VerifiedDelivery, fields: object): Logger {
  return withFields(
    redacting(config.logger, () => secretValues(config, verified)),
    fields,
  );
}

interface ContextState extends ContextParts {
  readonly verified: VerifiedDelivery;
  readonly handler: Handler;
  readonly signal: () => AbortSignal;
  /** Members that were asked for. */
  readonly made: Map<string, unknown>;
}

type Context = HandlerContext<OpenExtension>;

/** How each member is made, once, on first use: most handlers touch few of them. */
const members: {
  readonly [Name in keyof Context]: (state: ContextState, context: Context) => Context[Name];
} = {
  event: ({ handler }) => handler.event,
  eventVersion: ({ handler }) => handler.version,
  deliveryId: ({ verified }) => deliveryIdOf(verified),
  headers: ({ verified }) => verified.delivery.headers,
  auth: ({ verified }) => verified.auth,
  settings: ({ readSettings }, context) => readSettings(context.payloadSecrets),
  secret:
    ({ config }, context) =>
    (key) =>
      nonEmptyText(member(context.payloadSecrets, key)) ?? nonEmptyText(member(config.env, key)),
  payloadSecrets: ({ verified }) => secretsOf(verified.delivery.payload),
  secrets: ({ config }, context) => createSecretsEndpoint(context.api, config.extensionId),
  endpoints: ({ verified }, context) => createEndpoints(context.api, context.secrets, projectOf(verified)),
  customData:
    ({ config, verified }, context) =>
    (projectId) => {
      const project = resolveProject(projectId, projectOf(verified));
      const endpoint = createCustomDataEndpoint(context.api, project);
      return createTypedTables(config.customData, endpoint) as Readonly<Record<string, never>>;
    },
  api: ({ config, verified, handler, signal }) =>
    createApiClient({
      baseUrl: outboundBaseUrl(config.baseUrl, verified.delivery.payload),
      runtimeToken: verified.auth.runtimeToken,
      workspaceToken: config.workspaceToken,
      eventVersion: handler.version,
      fetch: config.fetch,
      now: config.now,
      signal,
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
  signal: ({ signal }) => signal(),
};

const stateKey = Symbol("state");

/**
 * Shared by all contexts: getters on each object would give each a hidden class of its own, which costs more than all else
 * that the runtime does for a delivery.
 */
const prototype: object = Object.freeze(
  Object.defineProperties(
    {},
    Object.fromEntries(
      Object.entries(members).map(([name, make]) => [
        name,
        {
          enumerable: true,
          get(this: Context & { readonly [stateKey]: ContextState }): unknown {
            const state = this[stateKey];
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
  signal: () => AbortSignal,
): Context {
  const state: ContextState = {
    config,
    readSettings,
    verified,
    handler,
    signal,
    made: new Map(),
  };
  // Not enumerable, so that neither inspection nor JSON shows a token.
  return Object.create(prototype, { [stateKey]: { value: state } });
}
