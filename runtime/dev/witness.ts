import { within } from "../base/deadline.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";
import { withCall, withStages } from "./attempt.js";
import type { DeliveryBook } from "./delivery-book.js";
import { type ProgramLine, readProgramLine, withLine } from "./program-line.js";

/** Adds what the extension does and says during an attempt to the delivery's record. */
export interface Witness {
  /** An attempt of this delivery begins. */
  began(id: string): void;
  /** A request to the local Kiket. */
  called(call: ApiCall): void;
  /** A line of the extension. */
  logged(stream: "stdout" | "stderr", line: string): void;
  /** The program has ended. Returns how many deferred deliveries have waited in its memory, and are lost. */
  programEnded(): number;
  /** Resolves when the lines of the attempt that has ended are here, as far as can be known. */
  finished(id: string, isFailure: boolean): Promise<void>;
}

/** Follows the deferred deliveries that wait in the memory of a program, by its lines. */
interface DeferredWatch {
  logged(line: ProgramLine): void;
  /** The program has ended. Returns the ids of the deliveries whose handlers will not run any more. */
  ended(): readonly string[];
}

function createDeferredWatch(): DeferredWatch {
  /** The delivery of each job. */
  const open = new Map<string, string>();
  return {
    logged({ line: { fields }, deliveryId, isEnd }) {
      const { jobId, deferred, outcome } = fields;
      if (typeof jobId !== "string" || deliveryId === undefined) return;
      if (isEnd && deferred === "in memory" && fields.status === 200) open.set(jobId, deliveryId);
      if (outcome === "done" || outcome === "dead") open.delete(jobId);
    },
    ended() {
      const lost = [...open.values()];
      open.clear();
      return lost;
    },
  };
}

/** How long lines may take behind the reply, in milliseconds: the runtime gathers them for 10, and they come through a pipe. */
const linesWithin = 150;

const lostText = "The handler does not run any more: the delivery waited in the memory of a program that has ended";

export function createWitness(book: DeliveryBook, now: () => number, ahead: () => number): Witness {
  /** Deliveries of which an attempt is under way, or may still have lines, with who waits for the last line. */
  const open = new Map<string, { readonly end: () => void; readonly lastLine: Promise<void> }>();
  const deferred = createDeferredWatch();
  /** Whether the extension writes no line when a delivery has ended well. */
  let isQuiet = false;

  /** What names no delivery belongs to the only one that is under way. */
  function onlyOpen(): string | undefined {
    const [only, ...others] = open.keys();
    return others.length === 0 ? only : undefined;
  }

  return {
    began(id) {
      let end: () => void = () => undefined;
      const lastLine = new Promise<void>((resolve) => {
        end = resolve;
      });
      open.set(id, { end, lastLine });
    },
    called(call) {
      const id = call.deliveryId ?? (call.operationId === "getJwks" ? undefined : onlyOpen());
      if (id !== undefined) book.changeAttempt(id, (attempt) => withCall(attempt, call));
    },
    logged(stream, text) {
      const read = readProgramLine(stream, text, now(), ahead());
      deferred.logged(read);
      const { line, isDated, deliveryId, isEnd, stages } = read;
      const id = deliveryId ?? onlyOpen();
      if (id === undefined) return;
      const since = book.find(id)?.record.attempts.at(-1)?.at ?? 0;
      // Such as that the program listens, which may have come through the pipe later than the delivery.
      if (deliveryId === undefined && isDated && line.at <= since) return;
      // A handler that ends after its timeout may do so during the next attempt.
      const own = line.fields.late === true ? undefined : stages;
      book.changeAttempt(id, (attempt) => ({ ...withStages(attempt, own), logs: withLine(attempt.logs, line) }));
      if (!isEnd) return;
      isQuiet = false;
      open.get(id)?.end();
    },
    programEnded() {
      const lost = deferred.ended();
      const line = { at: now(), level: "warn", message: lostText, fields: {} } as const;
      for (const id of lost) book.changeAttempt(id, (attempt) => ({ ...attempt, logs: withLine(attempt.logs, line) }));
      return lost.length;
    },
    async finished(id, isFailure) {
      const one = open.get(id);
      if (one === undefined) return;
      if (isFailure || !isQuiet) {
        const isSaid = await within(one.lastLine, linesWithin);
        if (!isSaid && !isFailure) isQuiet = true;
      }
      if (open.get(id) === one) open.delete(id);
    },
  };
}
