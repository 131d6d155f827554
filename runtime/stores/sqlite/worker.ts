// Runs in a thread of its own, so that the event loop never waits for the disk. The build puts it, with what it imports, into
// `worker.gen.ts` as one text: so it needs no file that a bundler would have to find.
import { parentPort, workerData } from "node:worker_threads";
import { reasonOf } from "../../base/errors.js";
import { openDatabase } from "./database.js";
import { loadEngine, needsReopening, type OpenFile, type SqliteDatabase, sqliteReason } from "./engine.js";
import { filesIdentity, prepareFile } from "./file.js";
import {
  atWork,
  type FromThread,
  mustRest,
  type StoreCall,
  type StoreWarning,
  type ThreadData,
  type ThreadStart,
  type ToThread,
} from "./protocol.js";
import { createDeliveryTable, type DeliveryTable } from "./table.js";

interface Opened {
  readonly database: SqliteDatabase;
  readonly table: DeliveryTable;
  /** Of the files that are open. */
  readonly identity: string;
}

/** Milliseconds between attempts to open a file that is damaged or gone. */
const reopenInterval = 1_000;

function open(openFile: OpenFile, data: ThreadData): Opened {
  prepareFile(data.path);
  const database = openDatabase(openFile, data.path);
  return { database, table: createDeliveryTable(database, data), identity: filesIdentity(data.path) };
}

/** Answers each list of calls, and opens the file again after an error and where it was deleted or replaced. */
function createService(
  openFile: OpenFile,
  data: ThreadData,
  warn: (warning: StoreWarning) => void,
): { answer(calls: readonly StoreCall[]): FromThread; close(): void } {
  let opened: Opened | undefined = open(openFile, data);
  let refused = { reason: "", at: Number.NEGATIVE_INFINITY };

  const close = (): void => {
    opened?.database.close();
    opened = undefined;
  };
  const openAgain = (): Opened => {
    if (performance.now() - refused.at < reopenInterval) throw new Error(refused.reason);
    try {
      return open(openFile, data);
    } catch (error) {
      refused = { reason: reasonOf(error), at: performance.now() };
      throw error;
    }
  };
  const run = (calls: readonly StoreCall[]): ReturnType<DeliveryTable["run"]> => {
    opened ??= openAgain();
    const result = opened.table.run(calls);
    // What was written to a file that nobody can open any more is lost: it is written again to the one that has its name now.
    if (filesIdentity(data.path) === opened.identity) return result;
    warn({
      message: "The file of the delivery store was deleted or replaced: deliveries that finished before may run again",
      fields: { path: data.path },
    });
    close();
    opened = openAgain();
    return opened.table.run(calls);
  };

  return {
    answer(calls) {
      try {
        const { results, forgotten } = run(calls);
        if (forgotten > 0) {
          warn({
            message: "The delivery store is full, and forgets deliveries that Kiket may repeat: raise maxEntries",
            fields: { forgotten, maxEntries: data.maxEntries, path: data.path },
          });
        }
        return { is: "done", results };
      } catch (error) {
        if (needsReopening(error)) close();
        return { is: "failed", reason: sqliteReason(error) };
      }
    },
    close,
  };
}

const { state, ...data } = workerData as ThreadStart;

function send(message: FromThread): void {
  parentPort?.postMessage(message);
}

/** Does the work unless the process is about to end, and lets it end after the work. */
function work(task: () => FromThread): void {
  Atomics.store(state, atWork, 1);
  try {
    if (Atomics.load(state, mustRest) === 0) send(task());
  } finally {
    Atomics.store(state, atWork, 0);
    Atomics.notify(state, atWork);
  }
}

work(() => {
  try {
    const service = createService(loadEngine(data), data, (warning) => send({ is: "warning", ...warning }));
    parentPort?.on("message", (message: ToThread) =>
      work(() => {
        if (message !== "close") return service.answer(message);
        service.close();
        return { is: "closed" };
      }),
    );
    return { is: "opened" };
  } catch (error) {
    return { is: "refused", reason: sqliteReason(error) };
  }
});
