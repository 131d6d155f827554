import type { AttemptRecord, CallRecord, LogLine } from "../../../delivery-record.js";

/** One row of the waterfall. Times are in milliseconds; `from` counts from the beginning of the attempt. */
export interface WaterfallRow {
  readonly key: string;
  readonly from: number;
  readonly ms: number;
  /** In words; of a call its operation. */
  readonly name: string;
  readonly call?: CallRecord;
  /** What happened during this stage, in order. */
  readonly parts: readonly WaterfallRow[];
}

/** A line of the log, at its place in time. */
interface WaterfallMark {
  readonly from: number;
  readonly level: LogLine["level"];
  readonly message: string;
}

export interface Waterfall {
  /** Until the reply, or until the last thing that is known to have happened. */
  readonly ms: number;
  readonly isRunning: boolean;
  readonly rows: readonly WaterfallRow[];
  readonly marks: readonly WaterfallMark[];
  /** What the extension's own stages leave of the whole: connection, and what its process did meanwhile. Undefined without stages. */
  readonly elsewhere: number | undefined;
}

const stageNames: Readonly<Record<string, string>> = {
  body: "Body",
  verify: "Proof of origin",
  route: "Version and scopes",
  begin: "Store: begin",
  handler: "Handler",
  settings: "Settings",
  secrets: "Secrets",
  reply: "Making the reply",
  finish: "Store: finish",
  normalize: "Normalizer",
  submit: "Submission",
};

/** These are measured within another stage. */
const inner: ReadonlySet<string> = new Set(["settings", "secrets"]);

/** Times of two processes, one of them in whole milliseconds. */
const slack = 1.5;

function isWithin(row: WaterfallRow, { from, ms }: WaterfallRow): boolean {
  const middle = row.from + row.ms / 2;
  return row.from >= from - slack && middle >= from && middle <= from + ms + slack;
}

function inOrder(rows: readonly WaterfallRow[]): readonly WaterfallRow[] {
  return rows.toSorted((a, b) => a.from - b.from);
}

/** Whether it has not ended. The end of one that was cut off with the command is not known. */
export function isUnderWay({ ms, error }: AttemptRecord): boolean {
  return ms === undefined && error === undefined;
}

/** Where the time of an attempt went. `now` counts for one that is under way. */
export function waterfallOf(attempt: AttemptRecord, now: number): Waterfall {
  const { at, ms, stages = [], calls, logs } = attempt;
  const stageRow = ({ name, at: begin, ms: lasted }: (typeof stages)[number], index: number): WaterfallRow => ({
    key: `stage ${index}`,
    from: Math.max(0, begin - at),
    ms: lasted,
    name: stageNames[name] ?? name,
    parts: [],
  });
  const callRows = calls.map((call, index): WaterfallRow => {
    const { operationId, method, at: begin, ms: lasted } = call;
    return {
      key: `call ${index}`,
      from: Math.max(0, begin - at),
      ms: lasted,
      name: operationId ?? method,
      call,
      parts: [],
    };
  });
  const outer = stages.filter(({ name }) => !inner.has(name)).map(stageRow);
  const details = [
    ...stages.filter(({ name }) => inner.has(name)).map((one, index) => stageRow(one, stages.length + index)),
    ...callRows,
  ];
  // A call that touches two stages belongs to the longer one: a handler's first call seems to begin before it.
  const longestFirst = outer.toSorted((a, b) => b.ms - a.ms);
  const homes = new Map(details.map((row) => [row, longestFirst.find((stage) => isWithin(row, stage))]));
  const rows = inOrder([
    ...outer.map((stage) => ({ ...stage, parts: inOrder(details.filter((row) => homes.get(row) === stage)) })),
    ...details.filter((row) => homes.get(row) === undefined),
  ]);
  const isRunning = isUnderWay(attempt);
  const ends = [...outer, ...details].map((row) => row.from + row.ms);
  const last = isRunning ? now : Math.max(at, ...logs.map((line) => line.at));
  const whole = Math.max(ms ?? last - at, ...ends, 0);
  const own = outer.reduce((sum, row) => sum + row.ms, 0);
  return {
    ms: whole,
    isRunning,
    rows,
    // A line may be written after the reply.
    marks: logs.map(({ at: time, level, message }) => ({
      from: Math.min(whole, Math.max(0, time - at)),
      level,
      message,
    })),
    elsewhere: outer.length === 0 || ms === undefined ? undefined : Math.max(0, ms - own),
  };
}

/** Where a part lies in the whole, in percent. */
export function placeIn(whole: number, { from, ms }: { readonly from: number; readonly ms: number }) {
  const share = (value: number) =>
    `${whole <= 0 ? 0 : Number(Math.min(100, Math.max(0, (value / whole) * 100)).toFixed(2))}%`;
  return { left: share(from), width: share(ms) };
}

/** As `duration`, with a tenth where a stage is short. */
export function fineDuration(milliseconds: number): string {
  if (milliseconds < 0.05) return "<0.1 ms";
  return `${Number(milliseconds.toFixed(milliseconds < 10 ? 1 : 0))} ms`;
}
