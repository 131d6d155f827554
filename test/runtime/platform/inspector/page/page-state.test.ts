import { describe, expect, it } from "vitest";
import {
  nextPageState,
  type PageAction,
  startState,
} from "../../../../../runtime/platform/inspector/page/state/page-state.js";
import { createStandInBackend, record, summary } from "../../../../support/inspector-backend.js";

const dev = createStandInBackend().state();
const at = (id: string, createdAt: number) => summary(record(id, { createdAt }));
const delivery = (id: string, createdAt: number): PageAction => {
  return { kind: "change", change: { kind: "delivery", delivery: at(id, createdAt) } };
};
const stateAfter = (...actions: readonly PageAction[]) => actions.reduce(nextPageState, startState);
const snapshot: PageAction = { kind: "snapshot", state: dev, deliveries: [at("b", 20), at("a", 10)] };

describe("nextPageState", () => {
  it("keeps the newest delivery first, and each one once", () => {
    const state = stateAfter(
      snapshot,
      delivery("c", 30),
      delivery("b", 20),
      delivery("late", 15),
      delivery("oldest", 1),
    );
    expect(state.deliveries.map(({ id }) => id)).toEqual(["c", "b", "late", "a", "oldest"]);
  });

  it("replaces a delivery by its new state", () => {
    const changed = { ...at("a", 10), state: "failed" } as const;
    const state = stateAfter(snapshot, { kind: "change", change: { kind: "delivery", delivery: changed } });
    expect(state.deliveries).toEqual([at("b", 20), changed]);
  });

  it("is live with a snapshot, and keeps what it shows when the connection is lost", () => {
    expect(stateAfter(snapshot).connection).toEqual({ kind: "live" });
    const lost = stateAfter(snapshot, { kind: "lost", reason: "gone" });
    expect(lost.connection).toEqual({ kind: "lost", reason: "gone" });
    expect(lost.deliveries).toHaveLength(2);
  });

  it("forgets what a snapshot no longer has", () => {
    expect(stateAfter(snapshot, { ...snapshot, deliveries: [at("b", 20)] }).deliveries).toEqual([at("b", 20)]);
  });

  it("renews the opened delivery with each of its attempts, and no other", () => {
    const opened = stateAfter({ kind: "record", record: record("a") });
    const retried = record("a", { state: "retrying" });
    const attempted = (one: typeof retried) => {
      return nextPageState(opened, { kind: "change", change: { kind: "attempt", delivery: one } }).record;
    };
    expect(attempted(retried)).toEqual(retried);
    expect(attempted(record("b"))).toEqual(record("a"));
  });

  it("adds a build, and replaces it", () => {
    const build = { number: 2, at: 5, reason: "saved" };
    const failed = { ...build, error: "no" };
    const told = (one: typeof build): PageAction => ({ kind: "change", change: { kind: "build", build: one } });
    expect(stateAfter(snapshot, told(build)).dev?.builds).toEqual([...dev.builds, build]);
    expect(stateAfter(snapshot, told(build), told(failed)).dev?.builds).toEqual([...dev.builds, failed]);
    expect(stateAfter(told(build))).toEqual(startState);
  });

  it("passes over a change of a kind that it does not know", () => {
    const unknown = { kind: "change", change: { kind: "resync" } } as unknown as PageAction;
    expect(stateAfter(snapshot, unknown)).toEqual(stateAfter(snapshot));
  });
});
