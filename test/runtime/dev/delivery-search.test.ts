import { describe, expect, it } from "vitest";
import { searchDeliveries } from "../../../runtime/dev/delivery-search.js";
import { attempt, record } from "../../support/inspector-backend.js";

const line = (level: "info" | "warn" | "error", message: string, fields = {}) => ({ at: 0, level, message, fields });
const deliveries = [
  record("dlv_1", { payload: { issue: { title: "Printer is on FIRE", tags: ["ups", "(urgent)"], floor: 12 } } }),
  record("dlv_2", { payload: { text: `${"x ".repeat(200)}needle\n\n${" y".repeat(200)}`, fire: { alarm: true } } }),
  record("dlv_3", {
    payload: {},
    attempts: [
      attempt({
        error: "the connection was closed",
        logs: [
          line("info", "no secret here"),
          line("warn", "slow", { cause: "a queue" }),
          line("error", "A handler failed", { cause: { name: "TypeError", message: "no berth", stack: "hidden" } }),
        ],
      }),
    ],
  }),
];

describe("searchDeliveries", () => {
  it.each([
    [
      "fire",
      [
        ["dlv_1", "issue.title", "Printer is on FIRE"],
        ["dlv_2", "fire", "1 members"],
      ],
    ],
    ["(URGENT)", [["dlv_1", "issue.tags.1", "(urgent)"]]],
    ["12", [["dlv_1", "issue.floor", "12"]]],
    ["true", [["dlv_2", "fire.alarm", "true"]]],
    ["tags", [["dlv_1", "issue.tags", "2 items"]]],
    ["berth", [["dlv_3", undefined, "no berth"]]],
    ["closed", [["dlv_3", undefined, "the connection was closed"]]],
    ["queue", [["dlv_3", undefined, "a queue"]]],
    // Neither lines that warn of nothing nor what surrounds the payload.
    ["secret", []],
    ["dlv_1", []],
    [" ", []],
  ] as const)("%j", (text, expected) => {
    const found = searchDeliveries(deliveries, text).map(({ id, path, text: part }) => [id, path, part]);
    expect(found).toEqual(expected);
  });

  it("shortens a text, in one line, around what was found", () => {
    const [hit] = searchDeliveries(deliveries, "needle");
    expect(hit?.text).toBe(`…${"x ".repeat(15)}needle ${"y ".repeat(41).trim()}…`);
  });
});
