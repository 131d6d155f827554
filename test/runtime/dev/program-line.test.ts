import { expect, it } from "vitest";
import { readProgramLine } from "../../../runtime/dev/program-line.js";

const hour = 3_600_000;
const now = Date.parse("2026-11-26T08:00:00.000Z");

it("has the times of a program whose clock was moved ahead, of the line and of its stages, in real time", () => {
  const text = JSON.stringify({
    ...{ level: "info", time: "2026-11-26T11:00:00.020Z", message: "A delivery was handled" },
    ...{ deliveryId: "dlv_1", status: 200, stages: [{ name: "handler", at: now + 3 * hour + 5.25, ms: 12 }] },
  });
  const { line, stages } = readProgramLine("stdout", text, now, 3 * hour);
  expect([line.at - now, stages]).toEqual([20, [{ name: "handler", at: now + 5.25, ms: 12 }]]);
  expect(readProgramLine("stdout", text, now + 3 * hour).stages?.[0]?.at).toBe(now + 3 * hour + 5.25);
});
