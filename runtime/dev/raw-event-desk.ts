import { isJsonObject } from "../base/json.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";
import type { AttemptRecord, DeliveryRecord } from "../platform/inspector/delivery-record.js";
import type { Platform } from "../platform/platform.js";
import { withCall } from "./attempt.js";
import type { DeliveryContent } from "./content.js";
import type { DeliveryBook } from "./delivery-book.js";
import { readProgramLine, withLine } from "./program-line.js";

interface DeskInputs {
  readonly book: DeliveryBook;
  readonly platform: () => Pick<Platform, "ingest" | "baseUrl">;
  /** The number of the build that runs. */
  readonly build: () => number | undefined;
  readonly now: () => number;
  /** An attempt has ended, and the state is set. */
  readonly ended: (record: DeliveryRecord) => void;
}

/**
 * The deliveries of an adapter: raw events, which it claims and submits. An attempt begins with a claim, whose event is its request, and
 * ends with the submission, whose normalised event is its reply; or with a failure, after which Kiket offers the event again when the lease
 * ends.
 */
export interface RawEventDesk {
  /** Stores the raw event, or finds it stored by an earlier run. */
  carry(id: string, content: DeliveryContent): void;
  called(call: ApiCall): void;
  logged(stream: "stdout" | "stderr", line: string): void;
  close(): void;
}

/** Seconds, if a claim does not say it. */
const usualLease = 60;

interface Lease {
  readonly until: number;
  readonly seconds: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** The ids of the raw events in the answer to a claim. */
function claimedIn(answer: unknown): readonly string[] {
  const data = isJsonObject(answer) && Array.isArray(answer.data) ? (answer.data as unknown[]) : [];
  return data.flatMap((event) => (isJsonObject(event) && typeof event.id === "string" ? [event.id] : []));
}

function submittedId(path: string): string {
  return decodeURIComponent(path.split("/").at(-2) ?? "");
}

export function createRawEventDesk({ book, platform, build, now, ended }: DeskInputs): RawEventDesk {
  /** Of the attempts under way. */
  const leases = new Map<string, Lease>();

  function conclude(
    id: string,
    state: "delivered" | "retrying",
    change: (attempt: AttemptRecord) => AttemptRecord,
  ): void {
    const lease = leases.get(id);
    clearTimeout(lease?.timer);
    leases.delete(id);
    book.changeAttempt(id, change);
    const next =
      state === "retrying" && lease !== undefined ? { next: { at: lease.until, schedule: lease.seconds * 1000 } } : {};
    book.change(id, ({ next: _, ...record }) => ({ ...record, state, ...next }));
    const known = book.find(id);
    if (known !== undefined) ended(known.record);
  }

  function claimed(id: string, call: ApiCall): void {
    const known = book.find(id);
    if (known === undefined) return;
    const { payload, event } = known.content;
    const seconds = Number(call.query.leaseSeconds ?? usualLease);
    const release = (): void =>
      conclude(id, "retrying", (attempt) => ({ ...attempt, error: "the lease ended without a submission" }));
    const timer = setTimeout(release, seconds * 1000);
    timer.unref();
    leases.set(id, { until: now() + seconds * 1000, seconds, timer });
    const number = build();
    const body = JSON.stringify({ id, sourceEventType: event, payload });
    const attempt: AttemptRecord = {
      number: known.record.attempts.length + 1,
      at: now(),
      ...(number === undefined ? {} : { build: number }),
      request: { method: call.method, url: platform().baseUrl + call.path, headers: {}, body },
      calls: [],
      logs: [],
    };
    book.change(id, ({ next: _, ...record }) => ({
      ...record,
      state: "running",
      attempts: [...record.attempts, withCall(attempt, call)],
    }));
  }

  function submitted(id: string, call: ApiCall): void {
    book.changeAttempt(id, (attempt) => withCall(attempt, call));
    if (!leases.has(id) || call.status > 299 || call.status === 0) return;
    const normalized = isJsonObject(call.body) ? call.body.normalized : undefined;
    const reply = { status: call.status, headers: {}, body: JSON.stringify(normalized) ?? "" };
    conclude(id, "delivered", (attempt) => ({ ...attempt, reply, ms: now() - attempt.at }));
  }

  return {
    carry(id, { event, payload }) {
      try {
        platform().ingest({ id, sourceEventType: event, payload });
      } catch (error) {
        // It is among the data that were kept.
        if (!(error instanceof RangeError)) throw error;
      }
    },
    called(call) {
      const { operationId, answer } = call;
      if (operationId === "claimRawEvents") for (const id of claimedIn(answer)) claimed(id, call);
      if (operationId === "submitRawEvent") submitted(submittedId(call.path), call);
    },
    logged(stream, text) {
      const { line, deliveryId } = readProgramLine(stream, text, now());
      const [only, ...others] = leases.keys();
      const id = deliveryId ?? (others.length === 0 ? only : undefined);
      if (id === undefined) return;
      book.changeAttempt(id, (attempt) => ({ ...attempt, logs: withLine(attempt.logs, line) }));
      const { reason } = line.fields;
      if (line.level === "error" && deliveryId !== undefined && leases.has(id)) {
        conclude(id, "retrying", (attempt) => ({
          ...attempt,
          error: typeof reason === "string" ? reason : line.message,
          ms: now() - attempt.at,
        }));
      }
    },
    close() {
      for (const { timer } of leases.values()) clearTimeout(timer);
      leases.clear();
    },
  };
}
