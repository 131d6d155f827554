import { H3, type H3Event, HTTPError } from "h3";
import { FastResponse } from "srvx";
import type { Logger } from "../base/logger.js";
import { requireWholeNumber } from "../base/whole-number.js";
import { type Config, type ExtensionOptions, resolveConfig } from "../config/config.js";
import type { Handler } from "../handler/define-handler.js";
import { createDeliveries } from "../pipeline/pipeline.js";
import { createRoutes } from "../pipeline/routes.js";
import { checkGrantable } from "../pipeline/scopes.js";
import { internalError, type Reply, reply } from "../receive/replies.js";
import { createVerifier } from "../verify/verify-origin.js";
import { waitUntilOf } from "./wait-until.js";

interface CloseOptions {
  /** Milliseconds for deliveries under way to finish; then their signals are aborted. Default 10000. */
  readonly within?: number | undefined;
}

/** A runnable extension: give `fetch` to any server, or use `serve` of `kiket-gen/runtime/node`. */
export interface Extension {
  /**
   * Answers `POST /webhooks/{event}`, `POST /v/{version}/webhooks/{event}`, `GET /health` and `GET /ready`; never rejects. A
   * worker's `fetch(request, env, context)` may be passed on whole: telemetry then goes to `context.waitUntil`.
   */
  fetch(request: Request, ...platform: readonly unknown[]): Promise<Response>;
  /**
   * Takes no more deliveries, waits for those under way, then flushes telemetry for 3 s at most. `/ready` answers 503 from now on.
   * Rejects with a `ConfigError` where the time is out of range.
   */
  close(options?: CloseOptions): Promise<void>;
  /** What is handled, ordered by event, then version. */
  readonly events: readonly { readonly event: string; readonly version: string }[];
  /** The logger of its options, behind which secrets are taken out. */
  readonly log: Logger;
}

/** For deliveries under way to finish, once the extension closes. */
export const graceMilliseconds = 10_000;

function listHandlers(handlers: ExtensionOptions["handlers"]): readonly Handler[] {
  return Array.isArray(handlers) ? handlers : Object.values(handlers);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toResponse({ status, body, headers }: Reply): Response {
  return new FastResponse(body, { status, headers: { ...headers } });
}

/** Undefined where the method is one of those allowed. */
function refuseMethod(method: string, ...allowed: readonly string[]): Response | undefined {
  if (allowed.includes(method)) return undefined;
  return toResponse(reply(405, { error: `Method ${method} not allowed` }, { allow: allowed.join(", ") }));
}

/** Wire contract §1.2, A11. */
function healthOf(config: Config, events: Extension["events"]): Reply {
  return reply(200, {
    status: "ok",
    extension_id: config.extensionId ?? null,
    extension_version: config.extensionVersion ?? null,
    registered_events: events.map(({ event, version }) => `${event}@${version}`).sort(),
  });
}

/**
 * Makes an extension of its handlers.
 * @throws {ConfigError} where an option or the environment is unusable, or two handlers share event and version.
 */
export function createExtension(options: ExtensionOptions): Extension {
  const config = resolveConfig(options);
  const handlers = listHandlers(options.handlers);
  const routes = createRoutes(handlers);
  checkGrantable(handlers, config.inbound);
  const deliveries = createDeliveries(config, routes, createVerifier(config));
  const events = Object.freeze(
    handlers
      .map(({ event, version }) => Object.freeze({ event, version }))
      .sort((a, b) => byName(a.event, b.event) || byName(a.version, b.version)),
  );
  const health = healthOf(config, events);
  let isClosing = false;

  const deliver = async (
    h3: H3Event,
    event: string | undefined,
    pathVersion: string | undefined,
  ): Promise<Response> => {
    const refusal = refuseMethod(h3.req.method, "POST");
    if (refusal !== undefined) return refusal;
    const { search } = h3.url;
    return toResponse(
      await deliveries.answer({ event, pathVersion, search, request: h3.req, node: h3.runtime?.node?.req }),
    );
  };
  const onWebhook = (event: H3Event): Promise<Response> => {
    const { event: name = "", version } = event.context.params ?? {};
    return deliver(event, decodeURIComponent(name), version === undefined ? undefined : decodeURIComponent(version));
  };
  const onHealth = ({ req: { method } }: H3Event): Response =>
    refuseMethod(method, "GET", "HEAD") ?? toResponse(health);
  /** Keys are not asked for: they are fetched by the first delivery, which a server that is not ready would never get. */
  const onReady = ({ req: { method } }: H3Event): Response =>
    refuseMethod(method, "GET", "HEAD") ??
    toResponse(isClosing ? reply(503, { status: "stopping" }) : reply(200, { status: "ready" }));
  const onError = (error: unknown): Response => {
    if (HTTPError.isError(error) && error.unhandled !== true && error.status < 500) {
      return toResponse(reply(error.status, { error: error.status === 404 ? "Not found" : "Bad request" }));
    }
    const correlationId = crypto.randomUUID();
    config.logger.error("A request failed in the runtime", { correlationId, cause: error });
    return toResponse(internalError(correlationId));
  };

  const app = new H3({ silent: true, onError })
    .all("/webhooks/:event", onWebhook)
    .all("/v/:version/webhooks/:event", onWebhook)
    .all("/health", onHealth)
    .all("/ready", onReady);
  const { webhookPath } = config.inbound;
  if (webhookPath !== undefined) app.all(webhookPath, (event) => deliver(event, undefined, undefined));

  return Object.freeze({
    fetch: async (request: Request, ...platform: readonly unknown[]) => {
      const response = await app.fetch(request);
      if (platform.length > 0) waitUntilOf(platform)?.(deliveries.reported());
      return response;
    },
    close: async ({ within = graceMilliseconds }: CloseOptions = {}) => {
      const grace = requireWholeNumber("within", within, 0);
      isClosing = true;
      await deliveries.close(grace);
    },
    events,
    log: config.logger,
  });
}
