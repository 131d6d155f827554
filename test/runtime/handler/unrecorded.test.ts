import { expect, test } from "vitest";
import { unrecorded } from "../../../runtime/index.js";

test.each([
  [{ weather: "rain" }, "weather", "rain"],
  [{ weather: { wind: 3 } }, "weather", { wind: 3 }],
  [{ weather: null }, "weather", null],
  [{}, "weather", undefined],
  [{}, "constructor", undefined],
  [{}, "__proto__", undefined],
  [[1], "length", undefined],
  ["text", "length", undefined],
  [null, "weather", undefined],
  [undefined, "weather", undefined],
])("of %j, %s is %j", (value, name, expected) => {
  expect(unrecorded(value, name)).toEqual(expected);
});

test("it reads one step after another", () => {
  expect(unrecorded(unrecorded({ weather: { wind: 3 } }, "weather"), "wind")).toBe(3);
});
