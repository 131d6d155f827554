import { H3, type H3Event, HTTPError } from "h3";
import { FastResponse } from "srvx";
import { createVerifier } from "./auth.js";
import { type Config, type ExtensionOptions, resolveConfig } from "./config.js";
import { createDeliveries } from "./deliveries.js";
import type { Handler } from "./handler.js";
import { type Reply, reply } from "./replies.js";
import { createRoutes } from "./route.js";

/** A runnable extension: give `fetch` to any server, or use `serve` of `kiket-gen/runtime/node`. */
export interface Extension {
  /** Answers `POST /webhooks/{event}`, `POST /v/{version}/webhooks/{event}` and `GET /health`; never rejects. */
  fetch(request: Request): Promise<Response>;
  /** Takes no more deliveries, waits for those under way (10 s at most, then aborts their signals), flushes telemetry. */
  close(): Promise<void>;
  /** What is handled, ordered by event, then version. */
  readonly events: readonly { readonly event: string; readonly version: string }[];
}

function listHandlers(handlers: ExtensionOptions["handlers"]): readonly Handler[] {
  return Array.isArray(handlers) ? handlers : Object.values(handlers);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toResponse({ status, body, headers }: Reply): Response {
  return new FastResponse(body, { status, headers: { ...headers } });
}

function refuse(status: number, error: string, headers?: Readonly<Record<string, string>>): Response {
  return toResponse(reply(status, { error }, headers));
}

/** Wire contract §1.2, A11. */
function healthOf(config: Config, events: Extension["events"]): Reply {
  return reply(200, {
    status: "ok",
    extension_id: config.extensionId ?? null,
    extension_version: config.extensionVersion ?? null,
    registered_events: events.map(({ event, version }) => `${event}@${version}`).sort(byName),
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
  const deliveries = createDeliveries(config, routes, createVerifier(config));
  const events = Object.freeze(
    handlers
      .map(({ event, version }) => Object.freeze({ event, version }))
      .sort((a, b) => byName(a.event, b.event) || byName(a.version, b.version)),
  );
  const health = healthOf(config, events);

  const onWebhook = async (event: H3Event): Promise<Response> => {
    const { method } = event.req;
    if (method !== "POST") return refuse(405, `Method ${method} not allowed`, { allow: "POST" });
    const { event: name = "", version } = event.context.params ?? {};
    return toResponse(
      await deliveries.answer({
        event: decodeURIComponent(name),
        pathVersion: version === undefined ? undefined : decodeURIComponent(version),
        search: event.url.search,
        request: event.req,
        node: event.runtime?.node?.req,
      }),
    );
  };
  const onHealth = ({ req: { method } }: H3Event): Response => {
    if (method === "GET" || method === "HEAD") return toResponse(health);
    return refuse(405, `Method ${method} not allowed`, { allow: "GET, HEAD" });
  };
  const onError = (error: unknown): Response => {
    if (HTTPError.isError(error) && error.unhandled !== true && error.status < 500) {
      return refuse(error.status, error.status === 404 ? "Not found" : "Bad request");
    }
    config.logger.error("A request failed in the runtime", { cause: error });
    return refuse(500, "Internal error");
  };

  const app = new H3({ silent: true, onError })
    .all("/webhooks/:event", onWebhook)
    .all("/v/:version/webhooks/:event", onWebhook)
    .all("/health", onHealth);

  return Object.freeze({
    fetch: async (request: Request) => app.fetch(request),
    close: () => deliveries.close(),
    events,
  });
}
