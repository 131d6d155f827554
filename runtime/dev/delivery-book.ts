import { defined } from "../base/json.js";
import type { DevChange } from "../platform/inspector/backend.js";
import type {
  AttemptRecord,
  AttemptSummary,
  DeliveryRecord,
  DeliverySummary,
} from "../platform/inspector/delivery-record.js";
import type { DeliveryContent } from "./content.js";
import { createProgress } from "./progress.js";

/** A delivery, and what is needed to send it again. */
export interface KeptDelivery {
  readonly record: DeliveryRecord;
  readonly content: DeliveryContent;
}

/** All deliveries that are remembered. */
export interface DeliveryBook {
  add(delivery: KeptDelivery): void;
  find(id: string): KeptDelivery | undefined;
  /** The newest first. */
  all(): readonly KeptDelivery[];
  /** Changes a delivery, if it is still remembered. A new state is told. */
  change(id: string, change: (record: DeliveryRecord) => DeliveryRecord): void;
  /** Changes its last attempt, which is told as progress. */
  changeAttempt(id: string, change: (attempt: AttemptRecord) => AttemptRecord): void;
  /** Forgets a delivery that could not be made. */
  remove(id: string): void;
}

/** Deliveries that are remembered at most, beside those that are not finished. */
const mostDeliveries = 5_000;

/** Whether nothing more happens to it. */
export function isFinished({ state }: DeliveryRecord): boolean {
  return state === "delivered" || state === "refused" || state === "failed";
}

function tryOf({ number, at, build, verdict, ms, reply, error }: AttemptRecord): AttemptSummary {
  const noReply = (reply === undefined && error !== undefined) || undefined;
  return { number, at, ...defined({ build, verdict, ms, status: reply?.status, noReply }) };
}

export function summaryOf(record: DeliveryRecord): DeliverySummary {
  const { attempts, payload: _, ...rest } = record;
  const last = attempts.at(-1);
  return {
    ...rest,
    attempts: attempts.length,
    ...(attempts.length > 1 || rest.state === "retrying" ? { tries: attempts.map(tryOf) } : {}),
    ...defined({ status: last?.reply?.status, verdict: last?.verdict, ms: last?.ms, build: last?.build }),
  };
}

/** A book with these deliveries, the oldest first. Every change is told. */
export function createDeliveryBook(
  kept: readonly KeptDelivery[],
  tell: (change: DevChange) => void,
  changed: () => void,
): DeliveryBook {
  const progressed = createProgress(tell);
  const deliveries = new Map(kept.map((delivery) => [delivery.record.id, delivery]));

  function forgetOldest(): void {
    if (deliveries.size <= mostDeliveries) return;
    for (const [id, { record }] of deliveries) {
      if (deliveries.size <= mostDeliveries) return;
      if (isFinished(record)) deliveries.delete(id);
    }
  }

  function change(id: string, make: (record: DeliveryRecord) => DeliveryRecord): void {
    const known = deliveries.get(id);
    if (known === undefined) return;
    const record = make(known.record);
    deliveries.set(id, { ...known, record });
    changed();
    if (record.state !== known.record.state) tell({ kind: "delivery", delivery: summaryOf(record) });
  }

  return {
    add(delivery) {
      deliveries.set(delivery.record.id, delivery);
      forgetOldest();
      changed();
      tell({ kind: "delivery", delivery: summaryOf(delivery.record) });
    },
    find: (id) => deliveries.get(id),
    all: () => [...deliveries.values()].reverse(),
    change,
    changeAttempt(id, make) {
      change(id, (record) => {
        const last = record.attempts.at(-1);
        if (last !== undefined) progressed(id);
        return last === undefined ? record : { ...record, attempts: [...record.attempts.slice(0, -1), make(last)] };
      });
    },
    remove(id) {
      deliveries.delete(id);
      changed();
    },
  };
}
