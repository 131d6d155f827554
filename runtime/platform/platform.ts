import { headerNames } from "../base/headers.js";
import { type Clock, createTimeline, type PlatformClock } from "./clock.js";
import { type DeliveryInput, type DeliveryOutcome, type DeliveryTarget, deliver } from "./deliver.js";
import { deliverWithRetries, type RetriedDelivery, type RetryOptions, retrySchedule } from "./deliver-with-retries.js";
import { createFaults, type Faults } from "./faults.js";
import { type ApiRequest, type Routed, type RouterState, route } from "./http/handle-request.js";
import { createIdempotency } from "./http/idempotency-keys.js";
import { matchRoute } from "./http/match-path.js";
import type { Answer } from "./http/operation.js";
import { createRateLimit, type RateLimitOptions } from "./http/rate-limit.js";
import { type ApiCall, readBody, redactedHeaders } from "./http/recorded-calls.js";
import { listen } from "./http/server.js";
import { createBehaviour, type PlatformSeed } from "./operations/index.js";
import { createKeys } from "./signing-keys.js";
import { createTokens, type TokenClaims } from "./tokens.js";

export interface PlatformOptions {
  readonly seed?: PlatformSeed;
  /** Accepted as `Authorization: Bearer`, with every scope. Default none. */
  readonly workspaceToken?: string;
  /** Accepted as the deprecated `X-Kiket-API-Key`, with every scope. Default none. */
  readonly extensionApiKey?: string;
  /** The secret of deliveries that are signed with an HMAC. Default none. */
  readonly webhookSecret?: string;
  /** When given, calls past it are refused with 429. Default: 600 a minute are reported and none refused. */
  readonly rateLimit?: RateLimitOptions;
  /** What the clock follows, in milliseconds since 1970; default `Date.now`. */
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
  /**
   * Delivers until it is done with, as Kiket does: 5xx, 429 and timeouts are tried again on `retrySchedule`, everything else
   * is final. Hours pass at once on the platform's clock: make the extension with `now: platform.clock.now`.
   */
  deliverWithRetries(target: DeliveryTarget, delivery: DeliveryInput, options?: RetryOptions): Promise<RetriedDelivery>;
  /** Milliseconds before each further attempt: 30 s, 1 min, 5 min, 30 min, 2 h, 8 h. */
  readonly retrySchedule: readonly number[];
  /** The platform's time: tokens, time stamps, rate windows and retries follow it. */
  readonly clock: PlatformClock;
  /** What goes wrong on the platform's side. */
  readonly faults: Faults;
  /**
   * Signs with a fresh key from now on, and answers its id. `keepOld: false` takes the older keys out of the JWKS, and the
   * platform then no longer accepts their tokens either. Default true.
   */
  rotateKeys(options?: { readonly keepOld?: boolean }): Promise<string>;
  /** Every request that the platform was sent, in the order of the answers. */
  readonly calls: readonly ApiCall[];
  /** Back to the seed: stores, recorded calls, rate window, no faults. Keys, tokens, clock and address stay. */
  reset(): void;
  /** Stops listening and cuts open connections; answers that a fault holds back are never sent. */
  close(): Promise<void>;
}

interface Decision {
  readonly answer: Answer | "dropped";
  readonly fault: ApiCall["fault"];
}

/** Calls made with an older delivery's token are recorded without their delivery, so that long runs stay small. */
const rememberedTokens = 10_000;

/**
 * Starts a local Kiket on 127.0.0.1: it signs deliveries with a key of its own and answers every operation of
 * schemas/openapi.yaml from memory, refusing what the document does not allow.
 */
export async function createPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const { seed = {}, workspaceToken, extensionApiKey, webhookSecret } = options;
  const timeline = createTimeline(options.now ?? Date.now);
  const { now, advance } = timeline;
  const faults = createFaults();
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

  async function decide(request: ApiRequest): Promise<Pick<Routed, "operationId"> & Decision> {
    const match = matchRoute(request.method, request.path);
    const operationId = match.found === "operation" ? match.operation.operationId : undefined;
    const effect = await faults.strike(operationId);
    if (effect === undefined) return { ...(await route(request, state)), fault: undefined };
    if (effect.performed) await route(request, state);
    return { operationId, answer: effect.answer, fault: effect.fault };
  }

  async function answer(request: ApiRequest): Promise<Answer | "dropped"> {
    const decided = await decide(request);
    calls.push({
      operationId: decided.operationId,
      method: request.method,
      path: request.path,
      query: Object.fromEntries(new URLSearchParams(request.search)),
      headers: redactedHeaders(request.headers),
      body: readBody(request.body),
      status: decided.answer === "dropped" ? 0 : decided.answer.status,
      fault: decided.fault,
      deliveryId: deliveries.get(request.headers.get(headerNames.runtimeToken) ?? ""),
    });
    return decided.answer;
  }

  const server = await listen(options.port ?? 0, answer);
  let state = freshState();

  const send = (target: DeliveryTarget, delivery: DeliveryInput): Promise<DeliveryOutcome> =>
    deliver(target, delivery, {
      baseUrl: server.baseUrl,
      tokens,
      secrets: seed.secrets ?? {},
      webhookSecret,
      now,
      attribute,
      calls,
    });

  return {
    baseUrl: server.baseUrl,
    jwksUrl: `${server.baseUrl}/.well-known/jwks.json`,
    sign: (claims = {}) => tokens.sign(claims),
    deliver: (target, delivery) => timeline.run(() => send(target, delivery)),
    deliverWithRetries: (target, delivery, retries) =>
      deliverWithRetries((input) => send(target, input), delivery, timeline, retries),
    retrySchedule,
    clock: { now, advance },
    faults,
    rotateKeys: ({ keepOld = true } = {}) => keys.rotate({ keepOld }),
    calls,
    reset() {
      faults.clear();
      state = freshState();
      calls.length = 0;
      deliveries.clear();
    },
    async close() {
      await server.close();
      faults.clear();
    },
  };
}
