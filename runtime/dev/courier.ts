import { joinSignals } from "../base/deadline.js";
import type { DeliveryInput } from "../platform/deliver.js";
import type { DeliveryRecord, DeliveryState } from "../platform/inspector/delivery-record.js";
import type { Platform } from "../platform/platform.js";
import { repliedAttempt, startedAttempt } from "./attempt.js";
import type { DeliveryContent } from "./content.js";
import type { DeliveryBook } from "./delivery-book.js";
import type { Gate, Passage } from "./gate.js";
import { flawedRequest, flawedSigning, withFlawResult } from "./trouble/flaw.js";
import type { Waits } from "./trouble/waits.js";
import { fetchUnpooled } from "./unpooled-fetch.js";

interface CourierInputs {
  readonly book: DeliveryBook;
  readonly gate: Gate;
  readonly platform: () => Pick<Platform, "deliverWithRetries" | "retrySchedule" | "sign" | "clock">;
  /** What is added to a delivery of this project, such as the path of a receiver. */
  readonly place: (content: DeliveryContent, id: string) => Partial<DeliveryInput>;
  /** Divides the waits before retries. */
  readonly compression: number;
  readonly now: () => number;
  readonly waits: Waits;
  /** An attempt begins. */
  readonly began: (id: string) => void;
  /** Resolves when the lines of the attempt that has ended are here. */
  readonly linesOf: (id: string) => Promise<void>;
  /** An attempt has ended, and the state is set. The next one does not begin before this resolves. */
  readonly ended: (record: DeliveryRecord) => Promise<void>;
}

/** Takes deliveries to the extension, and again when it fails. */
export interface Courier {
  /**
   * Delivers until there is a result. A delivery that has attempts goes on where it was.
   * @throws whatever signing throws for a delivery that cannot be signed.
   */
  carry(id: string, content: DeliveryContent): Promise<void>;
  /** Ends all waits and requests. */
  close(): void;
}

/** The courier is closed. */
class CourierClosed extends Error {}

export function createCourier(inputs: CourierInputs): Courier {
  const { book, gate, platform, place, compression, now, waits, began, linesOf, ended } = inputs;
  const closing = new AbortController();
  const set = (id: string, state: DeliveryState, next?: DeliveryRecord["next"]): void =>
    book.change(id, ({ next: _, ...record }) => ({ ...record, state, ...(next === undefined ? {} : { next }) }));

  async function conclude(id: string, state: DeliveryState, next?: DeliveryRecord["next"]): Promise<void> {
    book.change(id, withFlawResult);
    set(id, state, next);
    const known = book.find(id);
    if (known !== undefined) await ended(known.record);
  }

  async function enter(id: string): Promise<Passage> {
    if (!gate.isOpen()) set(id, "waiting");
    const passage = await gate.enter();
    if (passage === undefined) throw new CourierClosed();
    return passage;
  }

  /** Sends the request to the build that the delivery was given, and records both sides. */
  async function exchange(id: string, request: Request, passage: Passage): Promise<Response> {
    const path = new URL(request.url);
    const url = new URL(passage.target.url + path.pathname + path.search);
    const body = await request.clone().text();
    const { method, headers } = request;
    book.change(id, ({ next: _, ...record }) => ({
      ...record,
      state: "running",
      attempts: [
        ...record.attempts,
        startedAttempt(record.attempts.length + 1, now(), passage.target.build, url.href, { method, headers, body }),
      ],
    }));
    began(id);
    const { signal, release } = joinSignals([request.signal, closing.signal]);
    const start = performance.now();
    const fail = (error: unknown): void => {
      const ms = performance.now() - start;
      // Closing is no failure of the extension: the delivery goes on when the command is started again.
      if (closing.signal.aborted) return;
      book.changeAttempt(id, (attempt) =>
        attempt.error === undefined ? { ...attempt, error: reasonIn(error), ms } : attempt,
      );
    };
    // Who waits for the reply knows of the timeout at once, and looks at the attempt.
    signal.addEventListener("abort", () => fail(signal.reason));
    try {
      const sending = fetchUnpooled(request, url, signal);
      passage.sent();
      const response = await sending;
      const ms = performance.now() - start;
      const text = await response.clone().text();
      book.changeAttempt(id, (attempt) => repliedAttempt(attempt, response, text, ms));
      return response;
    } catch (error) {
      fail(error);
      throw error;
    } finally {
      release();
    }
  }

  async function carry(id: string, content: DeliveryContent): Promise<void> {
    const { retrySchedule, deliverWithRetries, sign, clock } = platform();
    const { flaw, auth } = content;
    const { attempts, next } = book.find(id)?.record ?? { attempts: [] };
    let passage: Passage | undefined;
    try {
      if (attempts.length > 0) {
        const schedule = retrySchedule[attempts.length - 1] ?? 0;
        const latest = now() + schedule / compression;
        // A clock that was set back since must not make the delivery wait for longer.
        const at = Math.min(next?.at ?? latest, latest);
        set(id, "retrying", { at, schedule });
        await waits.until(id, at);
      }
      passage = await enter(id);
      const extension = {
        async fetch(request: Request) {
          const current = passage as Passage;
          const sent = flawedRequest(flaw, request, { sign });
          return sent.then((one) => exchange(id, one, current)).finally(() => current.leave());
        },
      };
      const signing = auth === "hmac" ? flawedSigning(flaw, clock.now()) : {};
      const input = { ...content, ...place(content, id), ...signing, deliveryId: id };
      const { result } = await deliverWithRetries(extension, input, {
        schedule: retrySchedule.slice(attempts.length),
        async wait(schedule) {
          if (closing.signal.aborted) throw new CourierClosed();
          const at = now() + schedule / compression;
          await Promise.all([waits.until(id, at), conclude(id, "retrying", { at, schedule })]);
          passage = await enter(id);
        },
      });
      if (flaw === "duplicate" && result === "delivered" && !closing.signal.aborted) {
        await linesOf(id);
        passage = await enter(id);
        await deliverWithRetries(extension, input, { schedule: [] });
      }
      if (!closing.signal.aborted) await conclude(id, result);
    } catch (error) {
      if (!(error instanceof CourierClosed)) throw error;
    } finally {
      passage?.leave();
    }
  }

  return {
    carry,
    close() {
      closing.abort(new CourierClosed("kiket-gen dev has ended"));
      gate.close();
      waits.close();
    },
  };
}

/** The reason in plain words where the system gives a code only. */
function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED") return "the connection was refused: nothing listens there";
  if (code === "ECONNRESET") return "the connection was closed without a reply";
  return error.message;
}
