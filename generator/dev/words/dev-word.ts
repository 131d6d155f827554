import type { DeliveryRecord } from "kiket-gen/dev";

/** Where a mistake was found. */
type ErrorStage = "generate" | "build" | "start" | "program" | "types";

/** Something that `dev` tells. With `--json`, each is one line. Addresses have no slash at the end; times are in milliseconds. */
export type DevWord =
  /** The extension listens for the first time. Said once. */
  | {
      readonly type: "ready";
      readonly inspector: string;
      readonly kiket: string;
      /** Absent for an adapter, which takes no requests. */
      readonly extension?: string;
      /** What the control routes of the inspector ask for, in the header `x-kiket-gen-token`. */
      readonly token: string;
      readonly ms: number;
    }
  /** Files were generated. */
  | {
      readonly type: "generated";
      readonly files: readonly { readonly path: string; readonly change: "created" | "written" | "deleted" }[];
      readonly ms: number;
    }
  /** Another build of the extension has begun to run. */
  | { readonly type: "restarted"; readonly build: number; readonly reason: string; readonly ms: number }
  /** An attempt of a delivery has ended. */
  | ({ readonly type: "delivery" } & DeliveryWord)
  | ErrorWord
  /** A line of the extension, or of `dev` itself. */
  | LogWord;

/** The last attempt of a delivery. */
interface DeliveryWord {
  readonly id: string;
  readonly event: string;
  readonly version: string;
  readonly origin: DeliveryRecord["origin"];
  readonly state: DeliveryRecord["state"];
  readonly attempt: number;
  readonly build?: number;
  readonly status?: number;
  readonly verdict?: string;
  readonly ms?: number;
  /** Why there was no reply. */
  readonly error?: string;
  readonly calls: readonly { readonly operation: string; readonly status: number }[];
  readonly next?: DeliveryRecord["next"];
  /** What was wrong with it on purpose, and whether the extension treated it so. */
  readonly flaw?: DeliveryRecord["flaw"];
  readonly flawResult?: DeliveryRecord["flawResult"];
}

export interface ErrorWord {
  readonly type: "error";
  readonly stage: ErrorStage;
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
  readonly hint?: string;
  /** Such as `KG101` or `TS2322`. */
  readonly code?: string;
  /** Relative to the project, with "/". */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
  /** What Node wrote of the error that ended a program. */
  readonly stack?: string;
}

export interface LogWord {
  readonly type: "log";
  readonly source: "extension" | "dev";
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  /** What else the line of a logger has. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The word for the last attempt of a delivery. */
export function deliveryWord({
  id,
  event,
  version,
  origin,
  state,
  attempts,
  next,
  flaw,
  flawResult,
}: DeliveryRecord): DevWord {
  const { number = 0, build, reply, verdict, ms, error, calls = [] } = attempts.at(-1) ?? {};
  return {
    type: "delivery",
    ...{ id, event, version, origin, state, attempt: number },
    ...(build === undefined ? {} : { build }),
    ...(reply === undefined ? {} : { status: reply.status }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(ms === undefined ? {} : { ms }),
    ...(error === undefined ? {} : { error }),
    calls: calls.map(({ operationId, method, path, status }) => ({
      operation: operationId ?? `${method} ${path}`,
      status,
    })),
    ...(next === undefined ? {} : { next }),
    ...(flaw === undefined ? {} : { flaw }),
    ...(flawResult === undefined ? {} : { flawResult }),
  };
}

/** Tells what happens. */
export type Tell = (word: DevWord) => void;

/** A line of `dev` itself. */
export function note(message: string, level: LogWord["level"] = "info"): LogWord {
  return { type: "log", source: "dev", level, message };
}

/** Deferred deliveries wait in the memory of the extension. Tells how many were lost when it ended. */
export function tellLost(count: number, tell: Tell): void {
  if (count === 0) return;
  const what = count === 1 ? "1 deferred delivery was" : `${count} deferred deliveries were`;
  tell(note(`${what} not handled yet, and lost with the extension; replay what you still need`, "warn"));
}
