import type { SearchHit } from "../../backend.js";
import type { DeliveryState, DeliverySummary } from "../../delivery-record.js";
import { finds, textFinder } from "../../text-finder.js";
import { countIn, type Place } from "./place.js";

/** What the list is reduced to. */
export interface ListFilter {
  /** Empty: any. */
  readonly text: string;
  readonly state?: DeliveryState;
  readonly verdict?: string;
  readonly event?: string;
  /** The number of a build that answered an attempt. */
  readonly build?: number;
}

/** Characters of a text that is searched for. */
export const longestSearch = 200;

export const noFilter: ListFilter = { text: "" };

export const deliveryStates: readonly DeliveryState[] = [
  ...(["waiting", "running", "retrying", "delivered", "refused", "failed"] as const),
];

export function isFiltering(filter: ListFilter): boolean {
  const { text, state, verdict, event, build } = filter;
  return textFinder(text) !== undefined || [state, verdict, event, build].some((one) => one !== undefined);
}

/** The filter in the fragment of an address. Members that it cannot have are passed over. */
export function filterInFragment(fragment: string): ListFilter {
  const members = new URLSearchParams(fragment.replace(/^#/, ""));
  const [verdict, event] = [members.get("verdict"), members.get("event")];
  const state = deliveryStates.find((each) => each === members.get("state"));
  const build = countIn(members.get("in-build"));
  return {
    text: (members.get("search") ?? "").slice(0, longestSearch),
    ...(state === undefined ? {} : { state }),
    ...(verdict === null || verdict === "" ? {} : { verdict }),
    ...(event === null || event === "" ? {} : { event }),
    ...(build === undefined ? {} : { build }),
  };
}

/** The members of the filter, as a fragment has them; empty without a filter. */
function membersOf({ text, state, verdict, event, build }: ListFilter): string {
  const members = { search: text === "" ? undefined : text, state, verdict, event, "in-build": build };
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  // Unlike `encodeURIComponent`, this throws for no text.
  return String(new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])));
}

/** The fragment of a place, with the filter if the list is part of the place. */
export function fragmentWithFilter(fragment: string, place: Place, filter: ListFilter): string {
  const members = place.kind === "view" ? "" : membersOf(filter);
  if (members === "") return fragment;
  return fragment === "" ? `#${members}` : `${fragment}&${members}`;
}

/** The texts of a line of the list that are searched. */
function textsOf({ id, event, version, verdict, state, status, replayOf }: DeliverySummary): readonly string[] {
  return [id, `${event} ${version}`, verdict ?? "", state, String(status ?? ""), replayOf ?? ""];
}

export type Hits = ReadonlyMap<string, SearchHit>;

const noHits: Hits = new Map();

/** Hits, by delivery, and the text that they are of. */
export interface Found {
  readonly text: string;
  readonly hits: Hits;
}

/** Of the hits for another text, such as a shorter one, those that surely are hits for this one too. */
export function hitsFor(text: string, found: Found): Hits {
  if (text === found.text) return found.hits;
  const finder = textFinder(text);
  if (finder === undefined) return noHits;
  return new Map([...found.hits].filter(([, hit]) => finds(finder, hit.text) || finds(finder, hit.path ?? "")));
}

/** Whether a delivery fits. `hit`: where the backend found the text in it, if it did. */
export function fitsFilter(filter: ListFilter, finder: RegExp | undefined) {
  const { state, verdict, event, build } = filter;
  return (delivery: DeliverySummary, hit: SearchHit | undefined): boolean =>
    (state === undefined || delivery.state === state) &&
    (verdict === undefined || delivery.verdict === verdict) &&
    (event === undefined || delivery.event === event) &&
    (build === undefined ||
      delivery.build === build ||
      delivery.tries?.some((each) => each.build === build) === true) &&
    (finder === undefined || textsOf(delivery).some((text) => finds(finder, text)) || hit !== undefined);
}
