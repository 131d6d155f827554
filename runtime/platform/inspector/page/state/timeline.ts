import type { BuildRecord, DevState, SearchHit } from "../../backend.js";
import type { AttemptSummary, DeliverySummary } from "../../delivery-record.js";
import { finds, textFinder } from "../../text-finder.js";
import { fitsFilter, type Hits, isFiltering, type ListFilter } from "./list-filter.js";
import type { Place } from "./place.js";

/** An attempt that is still to come. Times in milliseconds. */
interface DueAttempt {
  readonly number: number;
  readonly at: number;
  /** From the attempt before. */
  readonly wait: number;
  /** How long Kiket would wait. */
  readonly schedule: number;
}

interface Line<Kind extends string> {
  readonly kind: Kind;
  /** The id of its element. */
  readonly key: string;
  readonly at: number;
}

export interface DeliveryItem extends Line<"delivery"> {
  readonly delivery: DeliverySummary;
  /** Whether its attempts are lines of the list; undefined if there is only one. */
  readonly isOpen: boolean | undefined;
  /** It is in the list only because it is chosen: the filter leaves it out. */
  readonly isOutside: boolean;
  readonly hit: SearchHit | undefined;
}

export interface AttemptItem extends Line<"attempt"> {
  readonly delivery: DeliverySummary;
  readonly attempt: AttemptSummary;
  /** Milliseconds from the end of the attempt before to this one; undefined for the first. */
  readonly waited: number | undefined;
  /** How long Kiket would have waited. */
  readonly schedule: number | undefined;
}

export interface DueItem extends Line<"due"> {
  readonly delivery: DeliverySummary;
  readonly due: DueAttempt;
}

export interface BuildItem extends Line<"build"> {
  readonly build: BuildRecord;
}

/** A line of the list. */
export type TimelineItem = DeliveryItem | AttemptItem | DueItem | BuildItem;

/** The attempts of Kiket's schedule that are still to come, in order. */
export function dueAttempts(
  { next, attempts }: DeliverySummary,
  { schedule, compression }: DevState["retries"],
): readonly DueAttempt[] {
  if (next === undefined) return [];
  const dues: DueAttempt[] = [];
  let { at } = next;
  for (let index = attempts - 1; index < schedule.length; index += 1) {
    const wait = (schedule[index] ?? 0) / compression;
    if (dues.length > 0) at += wait;
    dues.push({ number: index + 2, at, wait, schedule: schedule[index] ?? 0 });
  }
  return dues;
}

function attemptItems(delivery: DeliverySummary, retries: DevState["retries"]): readonly TimelineItem[] {
  const { id, tries = [] } = delivery;
  return [
    ...tries.map((attempt, index): AttemptItem => {
      const before = tries[index - 1];
      return {
        ...{ kind: "attempt", key: `attempt-${id}-${attempt.number}`, at: attempt.at, delivery, attempt },
        waited: before === undefined ? undefined : attempt.at - before.at - (before.ms ?? 0),
        schedule: index === 0 ? undefined : retries.schedule[index - 1],
      };
    }),
    ...dueAttempts(delivery, retries).map((due): DueItem => {
      return { kind: "due", key: `due-${id}-${due.number}`, at: due.at, delivery, due };
    }),
  ];
}

function buildItem(build: BuildRecord): BuildItem {
  return { kind: "build", key: `build-${build.number}`, at: build.at, build };
}

export interface TimelineInputs {
  /** The newest first. */
  readonly deliveries: readonly DeliverySummary[];
  /** The oldest first. */
  readonly builds: readonly BuildRecord[];
  readonly retries: DevState["retries"];
  readonly filter: ListFilter;
  /** Where the backend found the text of the filter, by delivery. */
  readonly hits: Hits;
  /** The delivery that is chosen: it is in the list in any case. */
  readonly chosen: string | undefined;
  /** The deliveries whose attempts are shown. */
  readonly opened: ReadonlySet<string>;
}

export interface TimelineLines {
  /** Deliveries with their attempts, and builds, the newest first. */
  readonly items: readonly TimelineItem[];
  /** How many deliveries fit the filter. */
  readonly fitting: number;
  /** The newest delivery that fits. */
  readonly newest: DeliverySummary | undefined;
}

/** Builds are part of a list that is not filtered, or where their own words have the text. */
function fittingBuilds({ builds, filter }: TimelineInputs, finder: RegExp | undefined): readonly BuildRecord[] {
  const { state, verdict, event } = filter;
  if ([state, verdict, event].some((one) => one !== undefined)) return [];
  return builds.filter(
    ({ number, reason, error }) =>
      (filter.build === undefined || number === filter.build) &&
      (finder === undefined || finds(finder, `build ${number} ${reason} ${error ?? ""}`)),
  );
}

/** The list as it is shown. */
export function timelineOf(inputs: TimelineInputs): TimelineLines {
  const { deliveries, retries, filter, hits, chosen, opened } = inputs;
  const finder = textFinder(filter.text);
  const fits = isFiltering(filter) ? fitsFilter(filter, finder) : undefined;
  const builds = fittingBuilds(inputs, finder).toReversed();
  const items: TimelineItem[] = [];
  let [fitting, nextBuild] = [0, 0];
  let newest: DeliverySummary | undefined;
  const takeBuilds = (after: number): void => {
    for (let build = builds[nextBuild]; build !== undefined && build.at > after; build = builds[nextBuild]) {
      items.push(buildItem(build));
      nextBuild += 1;
    }
  };
  for (const delivery of deliveries) {
    const { id, createdAt, tries } = delivery;
    const hit = hits.get(id);
    const isFitting = fits === undefined || fits(delivery, hit);
    if (isFitting) fitting += 1;
    if (isFitting) newest ??= delivery;
    else if (id !== chosen) continue;
    takeBuilds(createdAt);
    const isOpen = tries === undefined ? undefined : opened.has(id);
    const isOutside = !isFitting;
    items.push({ kind: "delivery", key: `delivery-${id}`, at: createdAt, delivery, isOpen, isOutside, hit });
    if (isOpen === true) items.push(...attemptItems(delivery, retries));
  }
  takeBuilds(Number.NEGATIVE_INFINITY);
  return { items, fitting, newest };
}

/** Where choosing a line leads. An attempt that is still to come is shown with its delivery. */
export function placeOfItem(item: TimelineItem): Place {
  if (item.kind === "build") return { kind: "build", number: item.build.number };
  const { id } = item.delivery;
  return item.kind === "attempt" ? { kind: "delivery", id, attempt: item.attempt.number } : { kind: "delivery", id };
}

/** The line of a place. Undefined for a place that is no line of the list. */
export function keyOfPlace(
  place: Place,
  newest: DeliverySummary | undefined,
  hasLine: (key: string) => boolean,
): string | undefined {
  if (place.kind === "build") return `build-${place.number}`;
  if (place.kind === "newest") return newest === undefined ? undefined : `delivery-${newest.id}`;
  if (place.kind !== "delivery") return undefined;
  const attempt = `attempt-${place.id}-${place.attempt}`;
  return hasLine(attempt) ? attempt : `delivery-${place.id}`;
}

/** The index of the delivery that an attempt belongs to; its own for every other line. */
export function headIndex(items: readonly TimelineItem[], index: number): number {
  let head = index;
  while (head > 0 && ["attempt", "due"].includes(items[head]?.kind ?? "")) head -= 1;
  return head;
}

/** Deliveries of the list that are newer than this time. */
export function countNewer(items: readonly TimelineItem[], time: number): number {
  let count = 0;
  for (const item of items) {
    if (item.kind === "attempt" || item.kind === "due") continue;
    if (item.at <= time) return count;
    if (item.kind === "delivery" && !item.isOutside) count += 1;
  }
  return count;
}
