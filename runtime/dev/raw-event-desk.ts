import { isJsonObject } from "../base/json.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";
import type { AttemptRecord, DeliveryRecord, DeliveryState } from "../platform/inspector/delivery-record.js";
import type { Platform } from "../platform/platform.js";
import { withCall, withStages } from "./attempt.js";
import type { DeliveryContent } from "./content.js";
import { type DeliveryBook, isFinished } from "./delivery-book.js";
import { readProgramLine, withLine } from "./program-line.js";
import type { Waits } from "./trouble/waits.js";

interface DeskInputs {
  readonly book: DeliveryBook;
  readonly platform: () => Pick<Platform, "ingest" | "release" | "baseUrl">;
  /** The number of the build that runs. */
  readonly build: () => number | undefined;
  /** Divides the rest of a lease when an attempt has failed. */
  readonly compression: number;
  readonly now: () => number;
  /** How far the clock of the adapter is ahead, in milliseconds. */
  readonly ahead: () => number;
  readonly waits: Waits;
  /** An attempt has ended, and the state is set. */
  readonly ended: (record: DeliveryRecord) => unknown;
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
  /** The program of this build runs: what one before has claimed, it will not submit any more. */
  restarted(build: number): void;
  /** A program that was starting will not run. */
  notStarted(): void;
  close(): void;
}

/** Seconds, if a claim does not say it. */
const usualLease = 60;

interface Lease {
  /** In milliseconds. */
  readonly length: number;
  readonly end: ReturnType<typeof setTimeout>;
}

/** The ids of the raw events in the answer to a claim. */
function claimedIn(answer: unknown): readonly string[] {
  const data = isJsonObject(answer) && Array.isArray(answer.data) ? (answer.data as unknown[]) : [];
  return data.flatMap((event) => (isJsonObject(event) && typeof event.id === "string" ? [event.id] : []));
}

function submittedId(path: string): string {
  return decodeURIComponent(path.split("/").at(-2) ?? "");
}

const programEnded = "the program ended before it submitted the event";

export function createRawEventDesk(inputs: DeskInputs): RawEventDesk {
  const { book, platform, build, compression, now, ahead, waits, ended } = inputs;
  /** Of the attempts under way. */
  const leases = new Map<string, Lease>();
  let isClosed = false;

  function isOpen(id: string): boolean {
    const known = book.find(id);
    return known !== undefined && !isFinished(known.record);
  }

  function conclude(
    id: string,
    state: DeliveryState,
    change: (attempt: AttemptRecord) => AttemptRecord,
    next?: DeliveryRecord["next"],
  ): void {
    clearTimeout(leases.get(id)?.end);
    leases.delete(id);
    book.changeAttempt(id, (attempt) => ({ ...change(attempt), ms: now() - attempt.at }));
    book.change(id, ({ next: _, ...record }) => ({ ...record, state, ...(next === undefined ? {} : { next }) }));
    const known = book.find(id);
    if (known !== undefined) ended(known.record);
  }

  /** Kiket offers the event again when the lease ends: here, sooner. */
  function fail(id: string, error: string): void {
    const schedule = leases.get(id)?.length ?? 0;
    const at = now() + schedule / compression;
    void waits.until(id, at).then(() => {
      // Where the clock was moved ahead, it may be claimed again already.
      if (!isClosed && book.find(id)?.record.state === "retrying") platform().release(id);
    });
    conclude(id, "retrying", (attempt) => ({ ...attempt, error }), { at, schedule });
  }

  /** The attempts under way, with the builds that claimed them. Undefined: one that was starting. */
  function claims(): readonly (readonly [id: string, build: number | undefined])[] {
    return [...leases.keys()].map((id) => [id, book.find(id)?.record.attempts.at(-1)?.build]);
  }

  function claimed(id: string, call: ApiCall): void {
    const known = book.find(id);
    if (known === undefined) return;
    const { payload, event } = known.content;
    const length = Number(call.query.leaseSeconds ?? usualLease) * 1000;
    const end = setTimeout(() => fail(id, "the lease ended without a submission"), length);
    end.unref();
    clearTimeout(leases.get(id)?.end);
    leases.set(id, { length, end });
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
    if (!isOpen(id) || call.status > 299 || call.status === 0) return;
    const normalized = isJsonObject(call.body) ? call.body.normalized : undefined;
    const reply = { status: call.status, headers: {}, body: JSON.stringify(normalized) ?? "" };
    conclude(id, "delivered", ({ error: _, ...attempt }) => ({ ...attempt, reply }));
  }

  return {
    carry(id, { event, payload }) {
      try {
        platform().ingest({ id, sourceEventType: event, payload });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        // It is among the data that were kept, and the program that may have claimed it has ended.
        platform().release(id);
      }
    },
    called(call) {
      const { operationId, answer } = call;
      if (operationId === "claimRawEvents") for (const id of claimedIn(answer)) claimed(id, call);
      if (operationId === "submitRawEvent") submitted(submittedId(call.path), call);
    },
    logged(stream, text) {
      const { line, deliveryId, stages } = readProgramLine(stream, text, now(), ahead());
      const [only, ...others] = leases.keys();
      const id = deliveryId ?? (others.length === 0 ? only : undefined);
      if (id === undefined) return;
      book.changeAttempt(id, (attempt) => ({ ...withStages(attempt, stages), logs: withLine(attempt.logs, line) }));
      const { reason } = line.fields;
      if (line.level === "error" && deliveryId !== undefined && leases.has(id)) {
        fail(id, typeof reason === "string" ? reason : line.message);
      }
    },
    restarted(build) {
      for (const [id, of] of claims()) {
        // A program claims as soon as it runs, which is known a moment later.
        if (of === undefined) book.changeAttempt(id, (attempt) => ({ ...attempt, build }));
        else if (of !== build) fail(id, programEnded);
      }
    },
    notStarted() {
      for (const [id, of] of claims()) if (of === undefined) fail(id, programEnded);
    },
    close() {
      for (const { end } of leases.values()) clearTimeout(end);
      isClosed = true;
      leases.clear();
    },
  };
}
