import { reasonOf } from "../base/errors.js";
import { defined } from "../base/json.js";
import { newDeliveryId } from "../platform/deliver.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";
import type { DevChange } from "../platform/inspector/backend.js";
import type { DeliveryOrigin, DeliveryRecord } from "../platform/inspector/delivery-record.js";
import { RequestProblem } from "../platform/inspector/request-problem.js";
import type { Platform } from "../platform/platform.js";
import type { DeliveryContent } from "./content.js";
import { createCourier } from "./courier.js";
import { type DeliveryBook, isFinished, summaryOf } from "./delivery-book.js";
import type { Gate } from "./gate.js";
import type { DevProject, DevTarget } from "./options.js";
import { createRawEventDesk } from "./raw-event-desk.js";
import { placeOf } from "./requested-content.js";
import { createWaits } from "./trouble/waits.js";
import { createWitness } from "./witness.js";

interface DispatchInputs {
  readonly book: DeliveryBook;
  readonly gate: Gate;
  readonly platform: () => Platform;
  readonly project: () => DevProject;
  readonly compression: number;
  readonly now: () => number;
  /** How far the clock of Kiket and the program is ahead, in milliseconds. */
  readonly ahead: () => number;
  readonly tell: (change: DevChange) => void;
  /** The platform has learned something of a delivery. */
  readonly learned: () => void;
  readonly warn: (message: string) => void;
}

/** Delivers to the project, of whatever kind it is. */
export interface Dispatch {
  /**
   * Resolves when the first attempt has ended.
   * @throws {RequestProblem} 503 if too many deliveries wait, or the dispatch is closed; 422 if the delivery cannot be made.
   */
  deliver(content: DeliveryContent, origin: DeliveryOrigin, replayOf?: string): Promise<DeliveryRecord>;
  /** Goes on with the deliveries of an earlier run. */
  resume(): void;
  /** The platform has forgotten the raw events that an adapter has not submitted: they are stored again. */
  ingestAgain(): void;
  called(call: ApiCall): void;
  logged(stream: "stdout" | "stderr", line: string): void;
  /** Returns how many deferred deliveries are lost with it. */
  programEnded(): number;
  /** This build listens from now on, or none. */
  leadTo(target: DevTarget | undefined): void;
  /** That much of Kiket's time has passed at once, in milliseconds. */
  passed(milliseconds: number): void;
  /** A build was started, and does not run. */
  notStarted(): void;
  close(): void;
}

/** Deliveries that wait at most. */
const mostWaiting = 1000;

export function createDispatch(inputs: DispatchInputs): Dispatch {
  const { book, gate, platform, project, compression, now, ahead, tell, learned, warn } = inputs;
  const witness = createWitness(book, now, ahead);
  /** Who waits for the end of a first attempt, by delivery. */
  const waiters = new Map<string, { resolve(record: DeliveryRecord): void; reject(error: unknown): void }>();
  let isClosed = false;

  async function tellEnd({ id, attempts }: DeliveryRecord): Promise<void> {
    const status = attempts.at(-1)?.reply?.status ?? 0;
    await witness.finished(id, status < 200 || status > 299);
    const delivery = book.find(id)?.record;
    if (delivery === undefined) return;
    tell({ kind: "attempt", delivery });
    waiters.get(id)?.resolve(delivery);
  }

  const waits = createWaits({
    compression,
    now,
    moved(id, at) {
      book.change(id, (record) => (record.next === undefined ? record : { ...record, next: { ...record.next, at } }));
      const record = book.find(id)?.record;
      if (record !== undefined) tell({ kind: "delivery", delivery: summaryOf(record) });
    },
  });
  const shared = { book, platform, compression, now, waits, ended: tellEnd };
  const desk = createRawEventDesk({ ...shared, ahead, build: () => gate.target()?.build });
  const courier = createCourier({
    ...shared,
    gate,
    place: (content, id) => placeOf(project(), content, id),
    began: witness.began,
    linesOf: (id) => witness.finished(id, false),
  });
  const isAdapter = (): boolean => project().kind === "adapter";

  function countWaiting(): number {
    if (!isAdapter()) return gate.waiting();
    return book.all().filter(({ record }) => record.state === "waiting").length;
  }

  /** Delivers what the book has, until there is a result. What cannot be made is forgotten. */
  async function carry(id: string, content: DeliveryContent): Promise<void> {
    learned();
    try {
      if (isAdapter()) desk.carry(id, content);
      else await courier.carry(id, content);
    } catch (error) {
      const waiter = waiters.get(id);
      book.remove(id);
      if (waiter === undefined) warn(`The delivery ${id} cannot be made, and is dropped: ${reasonOf(error)}`);
      else waiter.reject(new RequestProblem(422, `The delivery cannot be made: ${reasonOf(error)}`));
    }
    learned();
  }

  function carryUnfinished(): void {
    // The oldest first.
    for (const { record, content } of [...book.all()].reverse()) {
      if (!isFinished(record)) void carry(record.id, content);
    }
  }

  return {
    async deliver(content, origin, replayOf) {
      if (isClosed) throw new RequestProblem(503, "The local Kiket is closed");
      if (countWaiting() >= mostWaiting) {
        const hint = "fix the extension so that it starts, and send this one again";
        throw new RequestProblem(503, `${mostWaiting} deliveries wait for the extension already`, hint);
      }
      const id = isAdapter() ? crypto.randomUUID() : newDeliveryId({ ...content, ...placeOf(project(), content, "") });
      const { event, version, payload, flaw } = content;
      const state = gate.isOpen() && !isAdapter() ? "running" : "waiting";
      const marks = defined({ replayOf, flaw });
      book.add({
        record: { id, event, version, origin, ...marks, state, createdAt: now(), payload, attempts: [] },
        content,
      });
      try {
        return await new Promise<DeliveryRecord>((resolve, reject) => {
          waiters.set(id, { resolve, reject });
          void carry(id, content);
        });
      } finally {
        waiters.delete(id);
      }
    },
    resume: carryUnfinished,
    ingestAgain() {
      if (isAdapter()) carryUnfinished();
    },
    called: (call) => (isAdapter() ? desk : witness).called(call),
    logged: (stream, line) => (isAdapter() ? desk : witness).logged(stream, line),
    programEnded: witness.programEnded,
    leadTo(target) {
      if (target === undefined) desk.notStarted();
      else desk.restarted(target.build);
      gate.leadTo(target);
    },
    passed: waits.pass,
    notStarted: desk.notStarted,
    close() {
      isClosed = true;
      desk.close();
      courier.close();
      for (const { reject } of waiters.values()) reject(new RequestProblem(503, "The local Kiket is closed"));
    },
  };
}
