// Decides what a chaos run has shown. README.md beside this file says in words what counts as what.
import type { History, Run, SentRequest, Trouble } from "./history.js";

/** Why an interrupted delivery ran again. */
export type Reason = "handler-failed" | "process-killed" | "redis-away";

export interface Findings {
  /** Deliveries without a final answer, or deferred ones that never finished. */
  readonly lost: readonly string[];
  /** Deliveries that ran again after they had finished. */
  readonly ranAgain: readonly string[];
  /** Deliveries with two different answers, or with an answer that no finished run has given. */
  readonly changed: readonly string[];
  /** Deliveries that ran again although nothing had interrupted the run before. */
  readonly unexplained: readonly string[];
  /** How many runs followed an interrupted one, by what interrupted it. */
  readonly interrupted: Readonly<Record<Reason, number>>;
}

/** A deferred run that has ended is stored in the queue after this time, unless its worker or Redis failed within it. */
export const settlesWithin = 3_000;

const isFinal = ({ status }: SentRequest): boolean => status !== undefined && status >= 200 && status < 300;

function byDelivery<T extends { readonly delivery: string }>(all: readonly T[]): (delivery: string) => readonly T[] {
  const lists = new Map<string, T[]>();
  for (const one of all) {
    const list = lists.get(one.delivery);
    if (list === undefined) lists.set(one.delivery, [one]);
    else list.push(one);
  }
  return (delivery) => lists.get(delivery) ?? [];
}

/** What interrupted a run of this launch, or kept its result from being stored, between the two times. */
function troubleOf(by: string, from: number, to: number, troubles: readonly Trouble[]): Reason | undefined {
  const then = troubles.filter((one) => one.from <= to && one.to >= from);
  if (then.some((one) => one.what === "killed" && one.launch === by)) return "process-killed";
  return then.some(({ what }) => what === "redis-away") ? "redis-away" : undefined;
}

/** Each chain of attempts must end with a final answer. */
function endsWell(requests: readonly SentRequest[]): boolean {
  const last = new Map<number, SentRequest>();
  for (const request of requests) {
    if ((last.get(request.chain)?.sentAt ?? 0) <= request.sentAt) last.set(request.chain, request);
  }
  return last.size > 0 && [...last.values()].every(isFinal);
}

/** From when on a delivery must not run again. */
function finishedAt(
  isDeferred: boolean,
  runs: readonly Run[],
  requests: readonly SentRequest[],
  stored: History["stored"],
  troubles: readonly Trouble[],
): number {
  if (!isDeferred) {
    return Math.min(...requests.filter(isFinal).map(({ endedAt }) => endedAt), ...stored.map(({ at }) => at));
  }
  const settled = runs.flatMap(({ by, ending }) => {
    if (ending?.what !== "finished") return [];
    const at = ending.at + settlesWithin;
    return troubleOf(by, ending.at, at, troubles) === undefined ? [at] : [];
  });
  return Math.min(...settled);
}

/** What explains that `run` came after `before`. */
function reasonFor(before: Run, run: Run, troubles: readonly Trouble[]): Reason | undefined {
  if (before.ending?.what === "failed" && before.ending.at <= run.startedAt) return "handler-failed";
  return troubleOf(before.by, before.startedAt, run.startedAt, troubles);
}

export function check({ deliveries, requests, runs, stored, troubles }: History): Findings {
  const lost: string[] = [];
  const ranAgain: string[] = [];
  const changed: string[] = [];
  const unexplained: string[] = [];
  const interrupted = { "handler-failed": 0, "process-killed": 0, "redis-away": 0 };
  const requestsOf = byDelivery(requests);
  const runsOf = byDelivery(runs);
  const storedOf = byDelivery(stored);
  for (const [delivery, { isDeferred }] of deliveries) {
    const sent = requestsOf(delivery);
    const ran = [...runsOf(delivery)].sort((a, b) => a.startedAt - b.startedAt);
    const finished = ran.filter(({ ending }) => ending?.what === "finished");
    if (!endsWell(sent) || finished.length === 0) lost.push(delivery);

    const answers = new Set(sent.filter(isFinal).map(({ body }) => body));
    const isGiven = (body: string): boolean => finished.some(({ ending }) => ending?.verdict === body);
    if (answers.size > 1 || (!isDeferred && ![...answers].every(isGiven))) changed.push(delivery);

    const end = finishedAt(isDeferred, ran, sent, storedOf(delivery), troubles);
    if (ran.some(({ startedAt }) => startedAt > end)) ranAgain.push(delivery);
    const reasons = ran.slice(1).flatMap((run, index) => {
      const all = ran.slice(0, index + 1).map((before) => reasonFor(before, run, troubles));
      // Each run before must have been interrupted; the last one says why this run was needed.
      return [all.includes(undefined) ? undefined : all.at(-1)];
    });
    for (const reason of reasons) if (reason !== undefined) interrupted[reason] += 1;
    if (reasons.includes(undefined)) unexplained.push(delivery);
  }
  return { lost, ranAgain, changed, unexplained, interrupted };
}

/** The history of one delivery, a line for each thing that happened, for a failure. */
export function historyOf(delivery: string, { requests, runs, stored, troubles }: History): string {
  const lines: (readonly [at: number, text: string])[] = [];
  for (const one of requests.filter((request) => request.delivery === delivery)) {
    lines.push([one.sentAt, `chain ${one.chain} sent to ${one.to}`]);
    lines.push([one.endedAt, `chain ${one.chain} got ${one.status ?? "no answer"} ${one.body}`]);
  }
  for (const { run, by, startedAt, ending } of runs.filter((one) => one.delivery === delivery)) {
    lines.push([startedAt, `run ${run} started in ${by}`]);
    if (ending !== undefined) lines.push([ending.at, `run ${run} ${ending.what} ${ending.verdict}`]);
  }
  for (const { at } of stored.filter((one) => one.delivery === delivery)) lines.push([at, "verdict stored"]);
  const launches = new Set(
    [...requests, ...runs].map((one) => (one.delivery === delivery ? ("to" in one ? one.to : one.by) : "")),
  );
  for (const one of troubles) {
    if (one.what === "redis-away") lines.push([one.from, "Redis is away"], [one.to, "Redis is back"]);
    else if (launches.has(one.launch)) lines.push([one.from, `${one.launch} killed`]);
  }
  const sorted = lines.sort(([a], [b]) => a - b);
  return sorted.map(([at, text]) => `${new Date(at).toISOString().slice(11, 23)} ${text}`).join("\n");
}
