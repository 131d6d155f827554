import { H3Core, type H3Event, HTTPError } from "h3";
import { FastResponse, type ServerRequest } from "srvx";
import { ConfigError } from "../base/errors.js";
import type { Logger } from "../base/logger.js";
import { isWorker, processEnvironment } from "../base/process.js";
import { requireWholeNumber } from "../base/whole-number.js";
import { type Config, type ExtensionOptions, handlersIn, resolveConfig } from "../config/config.js";
import { resolveBasePath } from "../config/inbound.js";
import type { Handler } from "../handler/define-handler.js";
import { consoleLogger } from "../logging/console-logger.js";
import { atLevel } from "../logging/log-level.js";
import { createMetrics, type Metrics } from "../metrics/sinks.js";
import type { DeliveryObserver } from "../pipeline/delivery-observer.js";
import { createDeliveries } from "../pipeline/pipeline.js";
import { createRoutes, type Routes } from "../pipeline/routes.js";
import { checkGrantable } from "../pipeline/scopes.js";
import { discardRest } from "../receive/body.js";
import { Refusal } from "../receive/failure.js";
import { internalError, type Reply, reply, replyToFailure } from "../receive/replies.js";
import { redacting } from "../secrecy/redacting-logger.js";
import { createVerifier } from "../verify/verify-origin.js";
import { createByBindings } from "./bindings.js";
import { observable } from "./delivery-observers.js";
import type { NamedByPath } from "./event-paths.js";
import { checkPlace, type ExtensionFacts, factsIn, noteFacts } from "./extension-facts.js";
import { createPlaces, unnamed } from "./places.js";
import { waitUntilOf } from "./wait-until.js";

/** Options of `close` of an extension. */
export interface CloseOptions {
  /** Milliseconds that running deliveries have to finish before their signals are aborted. Default 10000. */
  readonly within?: number | undefined;
}

/** An extension that can run: pass `fetch` to any server, or use `serve` from `kiket-gen/runtime/node`. */
export interface Extension {
  /**
   * Answers `POST /webhooks/{event}`, `POST /v/{version}/webhooks/{event}`, `POST` at the paths of the options `eventPaths` and
   * `webhookPath`, `GET /health` and `GET /ready`. Never rejects. In a worker, pass all arguments of `fetch(request, env, context)`:
   * settings, secrets and `KIKET_*` are then also read from `env`, unless the option `env` is set, and telemetry is sent within
   * `context.waitUntil`.
   */
  fetch(request: Request, ...platform: readonly unknown[]): Promise<Response>;
  /**
   * Refuses new deliveries, waits for running ones, then sends the remaining telemetry for at most 3 s, and closes the delivery
   * store and the queue. From now on `/ready` answers 503. Rejects with a `ConfigError` if the time is out of range.
   */
  close(options?: CloseOptions): Promise<void>;
  /** The events that have a handler, sorted by event, then by version. */
  readonly events: readonly { readonly event: string; readonly version: string }[];
  /** The logger of the options; secrets are removed from its lines. */
  readonly log: Logger;
  /** The option `basePath`, normalised: empty, or with a slash before and none after. */
  readonly basePath: string;
}

/** How long running deliveries may take to finish when the extension closes. */
export const graceMilliseconds = 10_000;

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toResponse({ status, body, headers }: Reply): Response {
  return new FastResponse(body, { status, headers });
}

/** @throws {Refusal} 405 */
function requireMethod(method: string, ...allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  const headers = { allow: allowed.join(", ") };
  throw new Refusal(405, "method-not-allowed", `Method ${method} not allowed`, { headers });
}

/** Where deliveries arrive, for the log: a wrong path is most often a slip in the manifest, or in the address given to Kiket. */
function arrivalOf({ basePath, webhookPath, eventPaths }: Config["inbound"]): string {
  const declared = [...eventPaths.values()].map(({ path }) => path);
  const shown = [webhookPath ?? "/webhooks/{event}", ...declared.slice(0, 3)].map((path) => basePath + path);
  const rest = declared.length > 3 ? ` and ${declared.length - 3} more` : "";
  return `events arrive at ${shown.join(", ")}${rest}`;
}

function notFound(path: string, inbound: Config["inbound"]): Refusal {
  const detail = `There is nothing at ${path}; ${arrivalOf(inbound)}`;
  return new Refusal(404, "not-found", "Not found", { detail });
}

/** What h3 throws for a path that it cannot read; anything else is returned as it is. */
function refusalOf(error: unknown, path: string): unknown {
  // h3 wraps what the handler has thrown.
  const thrown = HTTPError.isError(error) && error.unhandled === true ? error.cause : error;
  if (!HTTPError.isError(thrown) || thrown.status >= 500) return thrown;
  return new Refusal(thrown.status, "path-malformed", "Bad request", { detail: `The path ${path} cannot be read` });
}

/** The answer while the environment of a worker is invalid. */
function misconfigured(error: unknown, log: Logger): Response {
  const correlationId = crypto.randomUUID();
  if (error instanceof ConfigError) log.error(error.message, { correlationId });
  else log.error("The extension could not be created", { correlationId, cause: error });
  return toResponse(replyToFailure(internalError(error, "request"), { deliveryId: undefined, correlationId }));
}

/** One line for all handlers that nobody has filled. */
function warnOfStubs(handlers: readonly Handler[], logger: Logger): void {
  const stubs = handlers.filter(({ unfilled }) => unfilled === true).map(({ event, version }) => `${event} ${version}`);
  if (stubs.length > 0) logger.warn(`Handlers that are not filled answer 501: ${stubs.sort().join(", ")}`, { stubs });
}

/** The answer to GET /health (facts 105, 106). */
function healthOf(config: Config, events: Extension["events"]): Reply {
  return reply(200, {
    status: "ok",
    extension_id: config.extensionId ?? null,
    extension_version: config.extensionVersion ?? null,
    registered_events: events.map(({ event, version }) => `${event}@${version}`).sort(),
  });
}

/** The handlers of an extension, which are the same in every environment. */
interface Registered {
  readonly handlers: readonly Handler[];
  readonly routes: Routes;
  readonly events: Extension["events"];
}

/** @throws {ConfigError} if two handlers have the same event and version. */
function register(options: ExtensionOptions): Registered {
  const handlers = handlersIn(options);
  const routes = createRoutes(handlers);
  const events = handlers
    .map(({ event, version }) => Object.freeze({ event, version }))
    .sort((a, b) => byName(a.event, b.event) || byName(a.version, b.version));
  return { handlers, routes, events: Object.freeze(events) };
}

/** An extension in one environment. */
interface App {
  /** Never rejects. */
  answer(request: Request): Promise<Response>;
  /** Sends telemetry. */
  reported(): Promise<void>;
  close(grace: number): Promise<void>;
  readonly log: Logger;
  readonly facts: ExtensionFacts;
}

/** @throws {ConfigError} if an option or the environment is invalid. */
function createApp(
  options: ExtensionOptions,
  registered: Registered,
  observer: DeliveryObserver,
  metrics: Metrics,
): App {
  const { handlers, routes, events } = registered;
  const config = resolveConfig(options);
  checkGrantable(handlers, config.inbound);
  checkPlace(config);
  const deliveries = createDeliveries(config, routes, createVerifier(config), observer, metrics);
  const health = healthOf(config, events);
  let isClosing = false;

  const deliver = (h3: H3Event, names: NamedByPath): Response | Promise<Response> => {
    const { event, eventPath, pathVersion } = names;
    const { search } = h3.url;
    const source = { event, eventPath, pathVersion, search, request: h3.req, node: h3.runtime?.node?.req };
    try {
      requireMethod(h3.req.method, "POST");
    } catch (refusal) {
      return toResponse(deliveries.refuse(source, refusal));
    }
    return deliveries.answer(source).then(toResponse);
  };
  const onHealth = ({ req: { method } }: H3Event): Response => {
    requireMethod(method, "GET", "HEAD");
    return toResponse(health);
  };
  /** Does not wait for signing keys: the first delivery loads them, and a server that is not ready would never get one. */
  const onReady = ({ req: { method } }: H3Event): Response => {
    requireMethod(method, "GET", "HEAD");
    if (isClosing) return toResponse(reply(503, { status: "stopping" }));
    return toResponse(deliveries.isReady() ? reply(200, { status: "ready" }) : reply(503, { status: "not ready" }));
  };
  const refuse = (request: Request, error: unknown): Response => {
    return toResponse(deliveries.refuse({ ...unnamed, search: "", request, node: undefined }, error));
  };
  const onError = (error: unknown, h3: H3Event): Response => refuse(h3.req, refusalOf(error, h3.url.pathname));

  const placeOf = createPlaces(config.inbound, routes);
  // Not h3's own router: it is as large as the rest of h3 that is used here, for paths that a comparison finds.
  const app = new H3Core({ silent: true, onError });
  app.handler = (h3: H3Event) => {
    const { pathname } = h3.url;
    const place = placeOf(pathname);
    if (place === undefined) throw notFound(pathname, config.inbound);
    return place === "health" ? onHealth(h3) : place === "ready" ? onReady(h3) : deliver(h3, place);
  };

  return {
    /** Never rejects, even for a request whose members throw. */
    async answer(request: ServerRequest) {
      try {
        const response = await app.fetch(request);
        const node = request.runtime?.node?.req;
        if (node !== undefined) discardRest(node, config.inbound.limits);
        return response;
      } catch (error) {
        // Not this request, of which any member may throw.
        return refuse(new Request("http://localhost/"), error);
      }
    },
    reported: () => deliveries.reported(),
    async close(grace) {
      isClosing = true;
      await deliveries.close(grace);
    },
    log: config.logger,
    facts: factsIn(config, handlers, options, { ...deliveries, metrics }),
  };
}

/**
 * Creates an extension from its handlers. In a worker the environment is known with the first request; what is wrong in it is
 * logged then, and the answer is 500.
 * @throws {ConfigError} if an option or the environment is invalid, or two handlers have the same event and version.
 */
export function createExtension(options: ExtensionOptions): Extension {
  const registered = register(options);
  const basePath = resolveBasePath(options);
  let grace: number | undefined;
  let isFirst = true;
  const create = (changed: ExtensionOptions): App => {
    const app = createApp(changed, registered, observers, metrics);
    if (isFirst) warnOfStubs(registered.handlers, app.log);
    isFirst = false;
    if (grace !== undefined) void app.close(grace);
    return app;
  };
  const inWorker = createByBindings((bindings) =>
    create({ ...options, env: { ...processEnvironment(), ...bindings } }),
  );
  let own: App | undefined;
  const withoutBindings = (): App => {
    own ??= create(options);
    return own;
  };
  // Not async, and the answer is passed on: each promise between costs as much as a lookup of the route.
  const fetch: Extension["fetch"] = (request, ...platform) => {
    let app: App;
    try {
      app = appOf(platform);
    } catch (error) {
      return Promise.resolve(misconfigured(error, log()));
    }
    const answer = app.answer(request);
    if (platform.length === 0) return answer;
    return answer.then((response) => {
      waitUntilOf(platform)?.(app.reported());
      return response;
    });
  };
  const observers = observable(fetch, () => log());
  const metrics = createMetrics(() => log());
  const first = options.env === undefined && isWorker() ? undefined : withoutBindings();
  const appOf = (platform: readonly unknown[]): App =>
    (options.env === undefined ? inWorker.of(platform) : undefined) ?? withoutBindings();
  const given = Object.values(options.secrets ?? {});
  const untilThen = atLevel(
    redacting(options.logger ?? consoleLogger, () => given),
    options.logLevel ?? "info",
  );
  const log = (): Logger => first?.log ?? inWorker.all()[0]?.log ?? own?.log ?? untilThen;

  const close: Extension["close"] = async ({ within = graceMilliseconds } = {}) => {
    const milliseconds = requireWholeNumber("within", within, 0);
    grace = milliseconds;
    const apps = [...inWorker.all(), ...(own === undefined ? [] : [own])];
    await Promise.all(apps.map((app) => app.close(milliseconds)));
    await observers.close();
  };
  noteFacts({ fetch, close }, () => withoutBindings().facts);
  return Object.freeze({
    fetch,
    close,
    events: registered.events,
    log: first?.log ?? {
      info: (message: string, fields?: object) => log().info(message, fields),
      warn: (message: string, fields?: object) => log().warn(message, fields),
      error: (message: string, fields?: object) => log().error(message, fields),
    },
    basePath,
  });
}
