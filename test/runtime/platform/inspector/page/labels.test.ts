import { describe, expect, it } from "vitest";
import {
  buildEnd,
  byteSize,
  counted,
  dayOf,
  duration,
  endWords,
  listeningLine,
} from "../../../../../runtime/platform/inspector/page/state/labels.js";
import { attempt, createStandInBackend, record } from "../../../../support/inspector-backend.js";

describe("labels", () => {
  it("writes durations and sizes in the largest unit that fits", () => {
    expect([0.4, 12.3, 999, 1_000, 1_540, 90_000, 28_800_000].map(duration)).toEqual([
      "0 ms",
      "12 ms",
      "999 ms",
      "1 s",
      "1.5 s",
      "1.5 min",
      "8 h",
    ]);
    expect([0, 999, 1_000, 1_540_000].map(byteSize)).toEqual(["0 B", "999 B", "1 kB", "1.5 MB"]);
    expect([counted(1, "line"), counted(2, "line"), counted(0, "delivery", "deliveries")]).toEqual([
      "1 line",
      "2 lines",
      "0 deliveries",
    ]);
  });

  it("says what became of a build", () => {
    const build = { number: 3, at: 1, reason: "saved" };
    expect(
      [build, { ...build, ms: 20 }, { ...build, error: "no" }, { ...build, ms: 20, error: "Error: no" }].map(buildEnd),
    ).toEqual([
      { tone: "plain", word: "stopped" },
      { tone: "good", word: "listened" },
      { tone: "bad", word: "failed" },
      { tone: "bad", word: "ended" },
    ]);
  });

  it("says what became of a delivery that is not sent again", () => {
    const refused = { ...attempt(), reply: { status: 422, headers: {}, body: "" } };
    expect([
      endWords(record("a", { state: "refused", attempts: [refused] })),
      endWords(record("a", { state: "failed", attempts: [attempt(), attempt(), attempt()] })),
      endWords(record("a")),
    ]).toEqual([
      "Kiket does not repeat a delivery that is answered 422: it is lost.",
      "Kiket gives up after 3 attempts: the delivery is lost.",
      undefined,
    ]);
  });

  it("names the day of a time, unless it is today", () => {
    const noon = new Date(2026, 10, 26, 12).getTime();
    expect([dayOf(noon, noon + 3_600_000), dayOf(noon - 86_400_000, noon)]).toEqual(["", "25 Nov 2026"]);
  });

  it("says whether the extension listens, or why not", () => {
    const state = createStandInBackend().state();
    const { extension, running: _, ...stopped } = state;
    const failed = { number: 2, at: 1, reason: "saved", error: "Expected ;" };
    const cases: readonly (readonly [Partial<typeof state>, string, string])[] = [
      [{}, "good", "Extension listens at http://127.0.0.1:8000, build 1"],
      [{ builds: [...state.builds, failed] }, "bad", `Build 2 failed. Build 1 still listens at ${extension}`],
    ];
    expect(cases.map(([members]) => listeningLine({ ...state, ...members }))).toEqual(
      cases.map(([, tone, text]) => ({ tone, text })),
    );
    expect(
      [
        { kind: "receiver", builds: [] } as const,
        { kind: "adapter" } as const,
        { kind: "adapter", running: 1 } as const,
        { kind: "adapter", running: 1, builds: [...state.builds, failed] } as const,
        {},
        { builds: [...state.builds, failed] },
        { builds: [{ number: 1, at: 1, reason: "started", ms: 212, error: "Error: no" }] },
      ].map((members) => listeningLine({ ...stopped, ...members }).text),
    ).toEqual([
      "Receiver does not listen yet; deliveries wait",
      "Adapter does not run; deliveries wait",
      "Adapter runs, build 1",
      "Build 2 failed. Build 1 still runs",
      "Extension does not listen; deliveries wait",
      "Build 2 failed; deliveries wait",
      "Extension has ended; deliveries wait",
    ]);
  });
});
