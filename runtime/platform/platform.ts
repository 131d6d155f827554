import { createBehaviour, type PlatformSeed } from "./behaviour.js";
import { type ApiCall, readBody, redactedHeaders } from "./calls.js";
import type { Clock } from "./clock.js";
import { type DeliveryInput, type DeliveryOutcome, type DeliveryTarget, deliver } from "./deliver.js";
import { createIdempotency } from "./idempotency.js";
import { createKeys } from "./keys.js";
import type { Answer } from "./operation.js";
import { createRateLimit, type RateLimitOptions } from "./rate-limit.js";
import { type ApiRequest, type RouterState, route } from "./router.js";
import { listen } from "./server.js";
import { createTokens, type TokenClaims } from "./tokens.js";

export interface PlatformOptions {
  readonly seed?: PlatformSeed;
  /** Accepted as `Authorization: Bearer`, with every scope. Default none. */
  readonly workspaceToken?: string;
  /** Accepted as the deprecated `X-Kiket-API-Key`, with every scope. Default none. */
  readonly extensionApiKey?: string;
  /** When given, calls past it are refused with 429. Default: 600 a minute are reported and none refused. */
  readonly rateLimit?: RateLimitOptions;
  /** Milliseconds since 1970; default `Date.now`. Tokens, time stamps and rate windows follow it. */
  readonly now?: Clock;
  /** Default 0: a free one. */
  readonly port?: number;
}

/** A local Kiket in this process. */
export interface Platform {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly baseUrl: string;
  readonly jwksUrl: string;
  /** An ES256 runtime token of this platform; without other claims valid for five minutes and without scopes. */
  sign(claims?: TokenClaims): Promise<string>;
  /** Signs and sends one delivery; any reply is an outcome, no reply is an error. */
  deliver(target: DeliveryTarget, delivery: DeliveryInput): Promise<DeliveryOutcome>;
  /** Every request that the platform was sent, in the order of the answers. */
  readonly calls: readonly ApiCall[];
  /** Back to the seed: stores, recorded calls, rate window. Keys, tokens and address stay. */
  reset(): void;
  /** Stops listening and cuts open connections. */
  close(): Promise<void>;
}

/** Calls made with an older delivery's token are recorded without their delivery, so that long runs stay small. */
const rememberedTokens = 10_000;

/**
 * Starts a local Kiket on 127.0.0.1: it signs deliveries with a key of its own and answers every operation of
 * schemas/openapi.yaml from memory, refusing what the document does not allow.
 */
export async function createPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const { seed = {}, now = Date.now, workspaceToken, extensionApiKey } = options;
  const keys = await createKeys();
  const tokens = createTokens(keys, now);
  const calls: ApiCall[] = [];
  const deliveries = new Map<string, string>();

  function freshState(): RouterState {
    const rateLimit = createRateLimit(options.rateLimit, now);
    return {
      behaviour: createBehaviour({ seed, keys, baseUrl: server.baseUrl, rateLimit, now }),
      idempotency: createIdempotency(),
      rateLimit,
      tokens,
      accepted: { workspaceToken, extensionApiKey },
    };
  }

  function attribute(token: string, deliveryId: string): void {
    deliveries.set(token, deliveryId);
    const [oldest] = deliveries.keys();
    if (deliveries.size > rememberedTokens && oldest !== undefined) deliveries.delete(oldest);
  }

  async function answer(request: ApiRequest): Promise<Answer> {
    const routed = await route(request, state);
    calls.push({
      operationId: routed.operationId,
      method: request.method,
      path: request.path,
      query: Object.fromEntries(new URLSearchParams(request.search)),
      headers: redactedHeaders(request.headers),
      body: readBody(request.body),
      status: routed.answer.status,
      deliveryId: deliveries.get(request.headers.get("x-kiket-runtime-token") ?? ""),
    });
    return routed.answer;
  }

  const server = await listen(options.port ?? 0, answer);
  let state = freshState();

  return {
    baseUrl: server.baseUrl,
    jwksUrl: `${server.baseUrl}/.well-known/jwks.json`,
    sign: (claims = {}) => tokens.sign(claims),
    deliver: (target, delivery) =>
      deliver(target, delivery, {
        baseUrl: server.baseUrl,
        tokens,
        secrets: seed.secrets ?? {},
        now,
        attribute,
        calls,
      }),
    calls,
    reset() {
      state = freshState();
      calls.length = 0;
      deliveries.clear();
    },
    close: () => server.close(),
  };
}
