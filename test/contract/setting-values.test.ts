import { describe, expect, it } from "vitest";
import { coerce } from "../../generator/manifest/coerce.js";
import { createSettingsReader, type SettingType } from "../../runtime/values/settings.js";

const unlimited = { min: undefined, max: undefined, maxLength: undefined, options: [] };
const at = { file: "m.yaml", line: 1, column: 1 };
const logger = { info() {}, warn() {}, error() {} };

/** What the generator makes of a text that is a manifest's default. */
function asDefault(type: SettingType, text: string): unknown {
  const coerced = coerce({ kind: "scalar", path: "default", at, text, value: text }, type, unlimited);
  return "value" in coerced ? coerced.value : undefined;
}

/** What the runtime makes of the same text in the environment. */
function asVariable(type: SettingType, text: string): unknown {
  return createSettingsReader({ key: { type } }, {}, { key: text }, logger)({}).key;
}

describe("a text is the same value as a manifest's default and in the environment", () => {
  it.each<readonly [SettingType, string, unknown]>([
    ["integer", "587", 587],
    ["integer", "-3", -3],
    ["integer", "0", 0],
    ["integer", " 5 ", 5],
    ["integer", "0x10", undefined],
    ["integer", "007", undefined],
    ["integer", "+1", undefined],
    ["integer", "1.0", undefined],
    ["integer", "1e3", undefined],
    ["integer", "9007199254740993", undefined],
    ["integer", "five", undefined],
    ["number", "1.5", 1.5],
    ["number", "-0.5", -0.5],
    ["number", "2", 2],
    ["number", "1e3", 1000],
    ["number", "1.5E-3", 0.0015],
    ["number", " 2.5 ", 2.5],
    ["number", "0x10", undefined],
    ["number", "0b1", undefined],
    ["number", "0o7", undefined],
    ["number", "01.5", undefined],
    ["number", ".5", undefined],
    ["number", "5.", undefined],
    ["number", "+2", undefined],
    ["number", "1_000", undefined],
    ["number", "Infinity", undefined],
    ["number", "NaN", undefined],
    ["number", "1e999", undefined],
    ["number", "99999999999999999999", undefined],
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["boolean", "True", undefined],
    ["boolean", "yes", undefined],
    ["boolean", "1", undefined],
    ["object", '{"a":[1]}', { a: [1] }],
    ["object", "[1]", undefined],
    ["object", "null", undefined],
    ["object", "{a: 1}", undefined],
    ["string", " 5 ", " 5 "],
    ["string", "true", "true"],
  ])("%s %j", (type, text, value) => {
    expect([asDefault(type, text), asVariable(type, text)]).toEqual([value, value]);
  });
});
