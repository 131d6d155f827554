import type { Id } from "../base/envelope.js";
import { headerNames } from "../base/headers.js";
import { type Clock, createTimeline, type PlatformClock } from "./clock.js";
import type { TableSeed } from "./custom-data/table-seed.js";
import { type DeliveryInput, type DeliveryOutcome, type DeliveryTarget, deliver } from "./deliver.js";
import { deliverWithRetries, type RetriedDelivery, type RetryOptions, retrySchedule } from "./deliver-with-retries.js";
import type { DeliveredIssue } from "./delivered-issue.js";
import { createFaults, type Faults } from "./faults.js";
import { forgetOldest } from "./forget-oldest.js";
import { type ApiKeyInput, createApiKeys } from "./http/api-keys.js";
import { type ApiRequest, type Routed, type RouterState, route } from "./http/handle-request.js";
import { createIdempotency } from "./http/idempotency-keys.js";
import { matchRoute } from "./http/match-path.js";
import type { Answer } from "./http/operation.js";
import { createRateLimit, type RateLimitOptions } from "./http/rate-limit.js";
import { type ApiCall, createCallLog, readBody, redactedHeaders, shownBody } from "./http/recorded-calls.js";
import { listen } from "./http/server.js";
import { type IngestedEvent, ingest } from "./ingest.js";
import { countIds } from "./new-id.js";
import { type CommentStore, createCommentStore } from "./operations/comment-store.js";
import { createOperations, type PlatformProgress, type PlatformSeed } from "./operations/index.js";
import type { IssueAnswers } from "./operations/issue-answers.js";
import { createIssueStore, type IssueStore } from "./operations/issue-store.js";
import type { PlatformReports } from "./operations/reports.js";
import { createEventSources, type EventSources } from "./organization/event-sources.js";
import { createRawEventStore, type IngestReceipt, type RawEventStore } from "./organization/raw-event-store.js";
import { createKeys } from "./signing-keys.js";
import { createTokens, type TokenClaims } from "./tokens.js";

/** Options of `createPlatform`. Every member is optional. */
export interface PlatformOptions {
  /** The data at the start, and after `reset()`. Default: none. */
  readonly seed?: PlatformSeed;
  /** Accepted as `Authorization: Bearer`, with every scope. Default: none. */
  readonly workspaceToken?: string;
  /** Accepted as `Authorization: Bearer` and as the deprecated `X-Kiket-API-Key`, with every scope. Default: none. */
  readonly extensionApiKey?: string;
  /** The accepted API keys of the second generation. Default: none. */
  readonly apiKeys?: readonly ApiKeyInput[];
  /** The secret for deliveries that are signed with an HMAC. Default: none. */
  readonly webhookSecret?: string;
  /**
   * Whether issues, comments and lists of comments and members are answered in a member of their name, such as `{issue: {…}}`, or
   * bare. Clients take both, so an extension should too. Lists of issues are always `{issues, pagination}`. Default `wrapped`.
   */
  readonly issueAnswers?: IssueAnswers;
  /** Calls beyond this limit are refused with 429. Default: 600 per minute are reported, and no call is refused. */
  readonly rateLimit?: RateLimitOptions;
  /** Calls with one API key beyond this limit are refused with 429. Default: 1,200 per minute. */
  readonly apiKeyRateLimit?: RateLimitOptions;
  /** The source of the platform's clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: Clock;
  /** Default 0: any free port. If it is taken, `createPlatform` rejects with an error whose `code` is `EADDRINUSE`. */
  readonly port?: number;
  /** Is told of each request when its response is known, in the order of the responses. Default: nobody is. */
  readonly onCall?: (call: ApiCall) => void;
  /** Only so many of the newest calls stay in `calls`, for a platform that runs for days. Default: all. */
  readonly mostCalls?: number;
}

/** A local Kiket in this process. */
export interface Platform {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly baseUrl: string;
  /** Where the signing keys are: `/.well-known/jwks.json`. */
  readonly jwksUrl: string;
  /** Makes an ES256 runtime token of this platform. By default it is valid for five minutes and has no scopes. */
  sign(claims?: TokenClaims): Promise<string>;
  /**
   * Signs and sends one delivery. Every reply is an outcome. Without a reply it throws a `DeliveryError`. The platform knows the issue
   * or case of the delivery from then on, and its comment: calls find it by its id and key, with the members of the delivery over
   * those that it had.
   */
  deliver(target: DeliveryTarget, delivery: DeliveryInput): Promise<DeliveryOutcome>;
  /**
   * Delivers as Kiket does: 5xx, 429 and timeouts are retried on `retrySchedule`, everything else is final. On the platform's clock
   * the hours pass at once, so create the extension with `now: platform.clock.now`.
   */
  deliverWithRetries(target: DeliveryTarget, delivery: DeliveryInput, options?: RetryOptions): Promise<RetriedDelivery>;
  /**
   * Stores a raw event, as when a third party's webhook arrives. Adapters can then claim it. Two events with one `idempotencyKey` are
   * one.
   * @throws {RangeError} if there is no such event source, or another event has the id.
   */
  ingest(event: IngestedEvent): IngestReceipt;
  /** Ends the lease of a raw event now, so that it can be claimed again if it is not submitted. An unknown id is ignored. */
  release(rawEventId: string): void;
  /** Milliseconds between attempts: 30 s, 1 min, 5 min, 30 min, 2 h, 8 h. */
  readonly retrySchedule: readonly number[];
  /** The platform's clock, for tokens, timestamps, rate limits and retries. */
  readonly clock: PlatformClock;
  /** Makes requests to the platform fail. */
  readonly faults: Faults;
  /**
   * Signs with a new key from now on, and returns its id. With `keepOld: false` the older keys are removed from the JWKS, and the
   * platform no longer accepts their tokens. Default true.
   */
  rotateKeys(options?: { readonly keepOld?: boolean }): Promise<string>;
  /** Every request to the platform, in the order of the responses. */
  readonly calls: readonly ApiCall[];
  /** What extensions reported and cannot read back, such as logs and notifications. */
  readonly reports: PlatformReports;
  /**
   * All present data as plain JSON, also secrets. `createPlatform({ seed: platform.snapshot() })` goes on where this platform is: with
   * the same records and ids, answers to the same idempotency keys, and leases. Not in it: recorded calls, faults, used rate limits, the
   * clock and the keys, and so tokens.
   */
  snapshot(): PlatformSeed;
  /** From now on, these are the tables with rules, instead of those before. Records stay as they are. Until the next `reset`. */
  declareTables(tables: readonly TableSeed[]): void;
  /**
   * Restores the seed, forgets delivered issues and ingested events, and clears recorded calls, rate limits and faults. Keys, tokens, clock and address do
   * not change.
   */
  reset(): void;
  /**
   * Replaces all data by these, until the next `reset`. With a snapshot, counters, leases and answers to idempotency keys go on. Rate
   * limits begin anew; recorded calls, faults, keys, tokens, clock and address do not change. A call that is under way finds the new data.
   * @throws what `createPlatform` throws for a seed that cannot be used. The data are then as before.
   */
  restore(seed: PlatformSeed): void;
  /** Stops listening and closes open connections. Responses that a fault delays are not sent. */
  close(): Promise<void>;
}

interface Decision {
  readonly answer: Answer | "dropped";
  readonly fault: ApiCall["fault"];
}

/** State that `reset` makes anew, and `restore` replaces. */
interface PlatformState extends RouterState {
  readonly issues: IssueStore;
  readonly comments: CommentStore;
  readonly rawEvents: RawEventStore;
  readonly eventSources: EventSources;
  /** Ids of deliveries whose issue is known. A repeated delivery brings no news: it must not undo what calls have changed. */
  readonly delivered: Set<string>;
  readonly operations: ReturnType<typeof createOperations>;
  /** The default for `secrets` in deliveries. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Most tokens and deliveries that are remembered, to limit the memory. Calls with an older token are recorded without a delivery. */
const mostRemembered = 10_000;

/**
 * Starts a local Kiket on 127.0.0.1. It signs deliveries with its own key, keeps its data in memory, and implements every operation
 * of schemas/openapi.yaml. It refuses requests that do not match the document.
 */
export async function createPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const { issueAnswers = "wrapped", workspaceToken, extensionApiKey, webhookSecret } = options;
  const source = options.now ?? Date.now;
  const timeline = createTimeline(source);
  const { now, advance, startTimer, skip } = timeline;
  const faults = createFaults();
  const keys = await createKeys();
  const tokens = createTokens(keys, now);
  const log = createCallLog(options.mostCalls);
  const deliveries = new Map<string, string>();

  function freshState(seed: PlatformSeed): PlatformState {
    const progress: PlatformProgress = seed.progress ?? {};
    const rateLimit = createRateLimit(options.rateLimit, now);
    const issues = createIssueStore(seed.issues ?? [], now, progress.lastIds?.issue);
    const comments = createCommentStore(seed.comments ?? [], issues, now, progress.lastIds?.comment);
    const ids = countIds(progress.lastIds?.uuid);
    const apiKeys = createApiKeys(options.apiKeys ?? [], progress.apiKeys ?? [], now, options.apiKeyRateLimit);
    const eventSources = createEventSources(seed.eventSources ?? [], ids.newId);
    const rawEvents = createRawEventStore(seed.rawEvents ?? [], ids.newId, now, progress.ingestion);
    const delivered = new Set(progress.delivered);
    const idempotency = createIdempotency(progress.answers);
    const stores = { issues, comments, rawEvents, eventSources, apiKeys, delivered, idempotency };
    const { baseUrl } = server;
    const operations = createOperations({
      ...stores,
      ids,
      issueAnswers,
      seed,
      progress,
      keys,
      baseUrl,
      rateLimit,
      now,
    });
    return {
      ...stores,
      operations,
      behaviour: operations.behaviour,
      installation: { tokens, workspaceToken, extensionApiKey, rateLimit },
      secrets: seed.secrets ?? {},
    };
  }

  function attribute(token: string, deliveryId: string): void {
    deliveries.set(token, deliveryId);
    forgetOldest(deliveries, mostRemembered);
  }

  function learn({ issue, comment }: DeliveredIssue, project: Id | null, deliveryId: string): void {
    if (state.delivered.has(deliveryId)) return;
    state.delivered.add(deliveryId);
    forgetOldest(state.delivered, mostRemembered);
    const place = state.issues.learn(issue, project);
    if (place !== undefined && comment !== undefined) state.comments.learn(place, comment);
  }

  async function decide(request: ApiRequest): Promise<Pick<Routed, "operationId"> & Decision> {
    const match = matchRoute(request.method, request.path);
    const operationId = match.found === "operation" ? match.operation.operationId : undefined;
    const effect = await faults.apply(operationId, request.path);
    if (effect?.answer === undefined) return { ...(await route(request, state)), fault: effect?.fault };
    if (effect.performed) await route(request, state);
    return { operationId, answer: effect.answer, fault: effect.fault };
  }

  async function answer(request: ApiRequest): Promise<Answer | "dropped"> {
    const at = source();
    const start = performance.now();
    const decided = await decide(request);
    const call: ApiCall = {
      operationId: decided.operationId,
      method: request.method,
      path: request.path,
      query: Object.fromEntries(new URLSearchParams(request.search)),
      headers: redactedHeaders(request.headers),
      body: readBody(request.body),
      status: decided.answer === "dropped" ? 0 : decided.answer.status,
      fault: decided.fault,
      deliveryId: deliveries.get(request.headers.get(headerNames.runtimeToken) ?? ""),
      answer:
        decided.answer === "dropped"
          ? undefined
          : shownBody(decided.answer.body, decided.operationId, state.operations.secretTexts()),
      at,
      ms: performance.now() - start,
    };
    log.add(call);
    options.onCall?.(call);
    return decided.answer;
  }

  const server = await listen(options.port ?? 0, answer);
  // One object: a call that is under way when data are replaced would else change what nobody sees any more.
  let state: PlatformState;
  try {
    state = freshState(options.seed ?? {});
  } catch (error) {
    // A seed that cannot be used. An open server would keep the process from ending.
    await server.close();
    throw error;
  }

  const send = (target: DeliveryTarget, delivery: DeliveryInput): Promise<DeliveryOutcome> =>
    deliver(target, delivery, {
      baseUrl: server.baseUrl,
      tokens,
      secrets: state.secrets,
      webhookSecret,
      now,
      attribute,
      learn,
      log,
    });

  return {
    baseUrl: server.baseUrl,
    jwksUrl: `${server.baseUrl}/.well-known/jwks.json`,
    sign: (claims = {}) => tokens.sign(claims),
    deliver: (target, delivery) => timeline.run(() => send(target, delivery)),
    deliverWithRetries: (target, delivery, retries) =>
      deliverWithRetries((input) => send(target, input), delivery, timeline, retries),
    ingest: (event) => ingest(event, state.rawEvents, state.eventSources),
    release: (rawEventId) => state.rawEvents.release(rawEventId),
    retrySchedule,
    clock: { now, advance, startTimer, skip },
    faults,
    rotateKeys: ({ keepOld = true } = {}) => keys.rotate({ keepOld }),
    calls: log.calls,
    get reports() {
      return state.operations.reports();
    },
    snapshot: () => JSON.parse(JSON.stringify(state.operations.snapshot())) as PlatformSeed,
    declareTables: (tables) => state.operations.declareTables(tables),
    reset() {
      faults.clear();
      Object.assign(state, freshState(options.seed ?? {}));
      log.clear();
      deliveries.clear();
    },
    restore(seed) {
      Object.assign(state, freshState(seed));
    },
    async close() {
      await server.close();
      faults.clear();
    },
  };
}
