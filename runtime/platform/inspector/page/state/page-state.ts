import type { BuildRecord, DevChange, DevState } from "../../backend.js";
import type { DeliveryRecord, DeliverySummary } from "../../delivery-record.js";
import type { FeedNews } from "./feed/live-feed.js";

export type Connection =
  | { readonly kind: "connecting" | "live" }
  | { readonly kind: "lost" | "refused"; readonly reason: string };

export interface PageState {
  readonly connection: Connection;
  /** Undefined before the first snapshot. */
  readonly dev: DevState | undefined;
  /** The newest first. */
  readonly deliveries: readonly DeliverySummary[];
  /** The delivery whose details were read last. */
  readonly record: DeliveryRecord | undefined;
  /** How often there was more of that delivery. */
  readonly progress: number;
  /** Goes up whenever the data of the local Kiket may be others. */
  readonly dataChanges: number;
}

export const startState: PageState = {
  connection: { kind: "connecting" },
  dev: undefined,
  deliveries: [],
  record: undefined,
  progress: 0,
  dataChanges: 0,
};

/** A bound for a page that stays open for days. The command keeps fewer. */
const mostDeliveries = 5_000;

function withDelivery(deliveries: readonly DeliverySummary[], delivery: DeliverySummary): readonly DeliverySummary[] {
  const known = deliveries.findIndex(({ id }) => id === delivery.id);
  if (known !== -1) return deliveries.with(known, delivery);
  const older = deliveries.findIndex(({ createdAt }) => createdAt <= delivery.createdAt);
  return deliveries.toSpliced(older === -1 ? deliveries.length : older, 0, delivery).slice(0, mostDeliveries);
}

function withBuild(builds: readonly BuildRecord[], build: BuildRecord): readonly BuildRecord[] {
  const known = builds.findIndex(({ number }) => number === build.number);
  return known === -1 ? [...builds, build] : builds.with(known, build);
}

function afterChange(state: PageState, change: DevChange): PageState {
  if (change.kind === "delivery") return { ...state, deliveries: withDelivery(state.deliveries, change.delivery) };
  if (change.kind === "attempt") {
    return change.delivery.id === state.record?.id ? { ...state, record: change.delivery } : state;
  }
  if (change.kind === "progress") {
    return change.id === state.record?.id ? { ...state, progress: state.progress + 1 } : state;
  }
  if (change.kind === "data") return { ...state, dataChanges: state.dataChanges + 1 };
  if (change.kind === "state") return { ...state, dev: change.state };
  if (state.dev === undefined) return state;
  if (change.kind === "faults") return { ...state, dev: { ...state.dev, trouble: change.trouble } };
  if (change.kind !== "build") return state;
  return { ...state, dev: { ...state.dev, builds: withBuild(state.dev.builds, change.build) } };
}

export type PageAction = FeedNews | { readonly kind: "record"; readonly record: DeliveryRecord };

export function nextPageState(state: PageState, action: PageAction): PageState {
  if (action.kind === "change") return afterChange(state, action.change);
  if (action.kind === "record") return { ...state, record: action.record };
  if (action.kind === "snapshot") {
    const { state: dev, deliveries } = action;
    return { ...state, connection: { kind: "live" }, dev, deliveries, dataChanges: state.dataChanges + 1 };
  }
  return { ...state, connection: { kind: action.kind, reason: action.reason } };
}
