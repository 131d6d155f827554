import { within } from "../base/deadline.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";
import { withCall, withStages } from "./attempt.js";
import type { DeliveryBook } from "./delivery-book.js";
import { readProgramLine, withLine } from "./program-line.js";

/** Adds what the extension does and says during an attempt to the delivery's record. */
export interface Witness {
  /** An attempt of this delivery begins. */
  began(id: string): void;
  /** A request to the local Kiket. */
  called(call: ApiCall): void;
  /** A line of the extension. */
  logged(stream: "stdout" | "stderr", line: string): void;
  /** Resolves when the lines of the attempt that has ended are here, as far as can be known. */
  finished(id: string, isFailure: boolean): Promise<void>;
}

/** How long lines may take behind the reply, in milliseconds: the runtime gathers them for 10, and they come through a pipe. */
const linesWithin = 150;

export function createWitness(book: DeliveryBook, now: () => number, ahead: () => number): Witness {
  /** Deliveries of which an attempt is under way, or may still have lines, with who waits for the last line. */
  const open = new Map<string, { readonly end: () => void; readonly lastLine: Promise<void> }>();
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
      const { line, deliveryId, isEnd, stages } = readProgramLine(stream, text, now(), ahead());
      const id = deliveryId ?? onlyOpen();
      if (id === undefined) return;
      const since = book.find(id)?.record.attempts.at(-1)?.at ?? 0;
      // Such as that the program listens, which has come through the pipe later than the delivery.
      if (deliveryId === undefined && line.at < since) return;
      // A handler that ends after its timeout may do so during the next attempt.
      const own = line.fields.late === true ? undefined : stages;
      book.changeAttempt(id, (attempt) => ({ ...withStages(attempt, own), logs: withLine(attempt.logs, line) }));
      if (!isEnd) return;
      isQuiet = false;
      open.get(id)?.end();
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
