// Node loads its cluster module for a worker in any case, and for the first process with this file.
import cluster, { type Worker } from "node:cluster";
import { processVariable } from "../../base/process.js";
import type { MemberEvents, StartedProcess } from "./crew.js";
import { type MemberOrder, type MemberReport, pack, unpack } from "./messages.js";

/** The first process, from one that serves. */
export interface FirstProcess {
  /** Resolves when it is sent. A first process that is gone gets nothing. */
  report(report: MemberReport): Promise<void>;
  onOrder(listener: (order: MemberOrder) => void): void;
  /** Calls back when the first process is gone. Without a listener, this process then ends at once. */
  onGone(listener: () => void): void;
  /** Closes the channel, which keeps this process running. */
  leave(): void;
}

/** Undefined if this process is not a worker of a cluster. */
export function firstProcess(): FirstProcess | undefined {
  const { worker } = cluster;
  if (worker === undefined || !cluster.isWorker) return undefined;
  const { process: self } = worker;
  return {
    report: (report) =>
      new Promise((resolve) => {
        if (worker.isConnected()) worker.send(pack(report), () => resolve());
        else resolve();
      }),
    onOrder(listener) {
      worker.on("message", (message: unknown) => {
        const order = unpack<MemberOrder>(message);
        if (order !== undefined) listener(order);
      });
    },
    onGone(listener) {
      worker.on("disconnect", () => {
        // Else Node ends this process with the deliveries that are running.
        worker.exitedAfterDisconnect = true;
        listener();
      });
    },
    leave() {
      if (worker.isConnected()) self.disconnect();
    },
  };
}

/** What `node:cluster` sends with a connection, and what it gets back when the process has taken it. */
interface Passing {
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

/**
 * Node waits for ever until a process takes a connection that was passed to it, also if that process has ended: the client would wait as long. So
 * here the end counts as taking it, which closes it in this process.
 */
function closeUntaken(child: Worker["process"]): void {
  const untaken = new Set<number>();
  const send = child.send as (message: Passing, ...rest: unknown[]) => boolean;
  child.send = (message: Passing, ...rest: unknown[]) => {
    if (message.act === "newconn" && message.seq !== undefined) untaken.add(message.seq);
    return send.call(child, message, ...rest);
  };
  child
    .on("internalMessage", ({ ack }: Passing) => {
      if (ack !== undefined) untaken.delete(ack);
    })
    // Node does not tell of a disconnection then. This comes after all that the process has sent.
    .once("close", () => {
      for (const ack of untaken) child.emit("internalMessage", { cmd: "NODE_CLUSTER", ack, accepted: true });
    });
}

/** Starts this program once more, as a worker of this process. */
export function startProcess(number: number, { report, ended }: MemberEvents): StartedProcess {
  const worker = cluster.fork({ [processVariable]: String(number) });
  const { process: child } = worker;
  const ignore = (): void => undefined;
  closeUntaken(child);
  worker
    .on("message", (message: unknown) => {
      const told = unpack<MemberReport>(message);
      if (told !== undefined) report(told);
    })
    // A channel that breaks is the end of the process, which is told below.
    .on("error", ignore);
  let hasEnded = false;
  const end = (status: number | null, signal: string | null): void => {
    if (!hasEnded) ended({ status, signal });
    hasEnded = true;
  };
  // Not at its exit: what it has reported may come after that.
  child.once("close", end);
  // It could not be started: there is no exit then.
  child.once("error", ({ message }) => {
    if (child.pid !== undefined) return;
    report({ type: "failed", message: `It cannot be started: ${message}.` });
    end(null, null);
  });
  return {
    tell(order) {
      if (worker.isConnected()) worker.send(pack(order), ignore);
    },
    kill(signal) {
      child.kill(signal);
    },
  };
}
