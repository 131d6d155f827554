// What happened in a chaos run, as plain data. Times are milliseconds since 1970, of one machine.

/** One request of Kiket, and what came back. */
export interface SentRequest {
  readonly delivery: string;
  /** A chain of attempts, until one is final. A delivery that is sent twice at once, or again later, has one for each. */
  readonly chain: number;
  /** The launch of the program that got it. */
  readonly to: string;
  readonly sentAt: number;
  readonly endedAt: number;
  /** Undefined: no answer came. */
  readonly status: number | undefined;
  readonly body: string;
}

/** One run of a handler, from the lines that the handler wrote. */
export interface Run {
  readonly delivery: string;
  /** Different for every run. */
  readonly run: string;
  /** The launch of the program that it ran in. */
  readonly by: string;
  readonly startedAt: number;
  /** Undefined: it was interrupted. The verdict is the body that Kiket must get; empty for a deferred one. */
  readonly ending: { readonly what: "finished" | "failed"; readonly at: number; readonly verdict: string } | undefined;
}

export type Trouble =
  /** `kill -9` of a program. */
  /** It died between the signal and its end: meanwhile it may still begin a run. */
  | { readonly what: "killed"; readonly launch: string; readonly from: number; readonly to: number }
  /** Redis was killed, or stopped for some time. `to` is when it answered again. */
  | { readonly what: "redis-away"; readonly from: number; readonly to: number };

export interface History {
  /** Every delivery, and whether its handler is deferred. */
  readonly deliveries: ReadonlyMap<string, { readonly isDeferred: boolean }>;
  readonly requests: readonly SentRequest[];
  readonly runs: readonly Run[];
  /** When the store had kept the verdict of a delivery, as the program saw it. */
  readonly stored: readonly { readonly delivery: string; readonly at: number }[];
  readonly troubles: readonly Trouble[];
}

/** A line that a program writes. */
type Line =
  | {
      readonly what: "started";
      readonly delivery: string;
      readonly run: string;
      readonly by: string;
      readonly at: number;
    }
  | {
      readonly what: "finished" | "failed";
      readonly delivery: string;
      readonly run: string;
      readonly at: number;
      readonly verdict?: string;
    }
  | { readonly what: "stored"; readonly delivery: string; readonly at: number };

/** Reads the files of the programs. A last line without its end was not written whole, and counts as not written. */
export function readLines(files: readonly string[]): Pick<History, "runs" | "stored"> {
  const lines = files.flatMap((text) => text.split("\n").slice(0, -1)).map((text): Line => JSON.parse(text));
  const runs = new Map<string, Run>();
  const stored: History["stored"][number][] = [];
  for (const line of lines) {
    if (line.what === "stored") stored.push({ delivery: line.delivery, at: line.at });
    else if (line.what === "started") {
      const { delivery, run, by, at } = line;
      runs.set(run, { delivery, run, by, startedAt: at, ending: undefined });
    } else {
      const { what, run, at, verdict = "" } = line;
      const started = runs.get(run);
      if (started !== undefined) runs.set(run, { ...started, ending: { what, at, verdict } });
    }
  }
  return { runs: [...runs.values()], stored };
}
