import type { BuildRecord } from "../../backend.js";
import type { DeliverySummary } from "../../delivery-record.js";
import type { Place } from "./place.js";

/** A line of the list. */
export type TimelineItem =
  | { readonly kind: "delivery"; readonly key: string; readonly at: number; readonly delivery: DeliverySummary }
  | { readonly kind: "build"; readonly key: string; readonly at: number; readonly build: BuildRecord };

/** Deliveries and builds in one list, the newest first. */
export function timelineOf(
  deliveries: readonly DeliverySummary[],
  builds: readonly BuildRecord[],
): readonly TimelineItem[] {
  const items = [
    ...deliveries.map((delivery): TimelineItem => {
      return { kind: "delivery", key: `delivery-${delivery.id}`, at: delivery.createdAt, delivery };
    }),
    ...builds
      .toReversed()
      .map((build): TimelineItem => ({ kind: "build", key: `build-${build.number}`, at: build.at, build })),
  ];
  return items.sort((a, b) => b.at - a.at);
}

export function placeOfItem(item: TimelineItem): Place {
  return item.kind === "delivery"
    ? { kind: "delivery", id: item.delivery.id }
    : { kind: "build", number: item.build.number };
}

/** Undefined for a place that is no line of the list. */
export function keyOfPlace(place: Place, newest: DeliverySummary | undefined): string | undefined {
  if (place.kind === "delivery") return `delivery-${place.id}`;
  if (place.kind === "build") return `build-${place.number}`;
  return place.kind === "newest" && newest !== undefined ? `delivery-${newest.id}` : undefined;
}
