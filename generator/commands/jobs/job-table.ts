import type { JobState, ListedJob } from "kiket-gen/runtime/bullmq";
import { jsonText, showInvisible } from "../../base/invisible-characters.js";
import type { Style } from "../../terminal/report.js";

/** Texts from Redis may be of any length. In characters: an id of ours has 47. */
const longestText = { table: 60, json: 200 } as const;

/** In milliseconds, the largest first. */
const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

function bounded(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** Text of unknown origin for one line of a terminal: without invisible characters, and not long. */
export function shownName(text: string): string {
  return showInvisible(bounded(text, longestText.table));
}

/** `90 min`, `3 d`: from two of the next unit on, in that one. */
function span(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "?";
  const [name, length] = units.find(([, each]) => milliseconds >= 2 * each) ?? (["s", 1000] as const);
  return `${Math.max(0, Math.floor(milliseconds / length))} ${name}`;
}

const paints: Readonly<Record<JobState, (style: Style) => (text: string) => string>> = {
  running: ({ green }) => green,
  waiting: () => (text) => text,
  delayed: ({ yellow }) => yellow,
  dead: ({ red }) => red,
  done: ({ dim }) => dim,
};

const headings = ["ID", "EVENT", "STATE", "RUNS", "AGE", "NEXT RUN", "REASON"] as const;
const stateColumn = headings.indexOf("STATE");

function cellsOf(job: ListedJob, now: number): readonly string[] {
  const { id, event, version, state, attempts, maxAttempts, addedAt, nextRunAt, reason } = job;
  return [
    shownName(id),
    shownName(`${event}@${version}`),
    state,
    `${attempts}/${maxAttempts ?? "?"}`,
    span(now - addedAt),
    nextRunAt === undefined ? "-" : `in ${span(nextRunAt - now)}`,
    reason === undefined ? "-" : shownName(reason),
  ];
}

/** A table with a line for each job, below its headings. `now` in milliseconds since 1970. */
export function formatJobs(jobs: readonly ListedJob[], now: number, style: Style): string {
  const rows = jobs.map((job) => cellsOf(job, now));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const padded = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)));
  const lines = rows.map((row, index) => {
    const paint = paints[jobs[index]?.state ?? "waiting"](style);
    return padded(row).map((cell, column) => (column === stateColumn ? paint(cell) : cell));
  });
  return [padded(headings).map(style.bold), ...lines].map((cells) => `${cells.join("  ")}\n`).join("");
}

function isoTime(milliseconds: number | undefined): string | undefined {
  const date = new Date(milliseconds ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** One JSON object in one line. Times as ISO 8601; what is unknown is left out. */
export function formatJobJson(job: ListedJob): string {
  const { state, attempts, maxAttempts, addedAt, nextRunAt, startedAt, endedAt } = job;
  const text = (value: string | undefined) => (value === undefined ? undefined : bounded(value, longestText.json));
  return `${jsonText({
    id: text(job.id),
    event: text(job.event),
    version: text(job.version),
    ...{ state, attempts, maxAttempts },
    addedAt: isoTime(addedAt),
    startedAt: isoTime(startedAt),
    nextRunAt: isoTime(nextRunAt),
    endedAt: isoTime(endedAt),
    reason: text(job.reason),
  })}\n`;
}

/** `3 waiting, 2 dead`; empty if there is no job. */
export function formatCounts(counts: Readonly<Record<JobState, number>>): string {
  return Object.entries(counts)
    .filter(([, amount]) => amount > 0)
    .map(([state, amount]) => `${amount} ${state}`)
    .join(", ");
}
