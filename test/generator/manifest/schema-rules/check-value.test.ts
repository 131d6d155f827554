import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, test } from "vitest";
import { check } from "../../../../generator/lint/lint.js";
import { extensionSchema, read } from "../../../schemas/manifest-schema.js";
import { parseText, told } from "../support.js";

/** Counts characters as JavaScript does; so do Kiket and the YAML language server. */
const editor = new Ajv2020({ strict: false, strictNumbers: true, unicode: false, logger: false }).compile(
  extensionSchema,
);

const whole = {
  apiVersion: "kiket.dev/v1",
  kind: "Extension",
  "metadata.key": "gate-2",
  "metadata.name": "Gate",
  "metadata.version": '"1.0"',
  "metadata.description": "Reads the gate",
  "spec.sourceSystem": "gate",
  "spec.ingestionScopes": "[raw-events:write]",
  "spec.sourceEventTypes": "[opened]",
  "spec.evidenceTypes": "[gate_log]",
  "spec.retentionHints": "{ rawDays: 30, evidenceDays: 365 }",
};

type Change = Partial<Record<keyof typeof whole | "metadata" | "spec" | "other" | "spec.other", string | undefined>>;

/** An adapter's manifest in flow style, with other values at some keys; `undefined` leaves a key out. */
function manifest(change: Change): string {
  const all = Object.entries({ ...whole, ...change }).filter(([, value]) => value !== undefined);
  const top = all.filter(([key]) => !key.includes("."));
  const inner = ["metadata", "spec"].flatMap((owner) => {
    if (owner in change) return [];
    const own = all.filter(([key]) => key.startsWith(`${owner}.`));
    return [`${owner}: { ${own.map(([key, value]) => `${key.slice(owner.length + 1)}: ${value}`).join(", ")} }`];
  });
  return [...top.map(([key, value]) => `${key}: ${value}`), ...inner, ""].join("\n");
}

const lock = "\u{1f512}";
const a = (length: number): string => "a".repeat(length);
const locks = (length: number): string => lock.repeat(length);

/** What is changed, and what the run says about it: nothing if Kiket accepts it, else code and text. */
const cases: readonly (readonly [what: string, change: Change, told: readonly string[]])[] = [
  ["a whole manifest", {}, []],
  ["only what is required", { "metadata.description": undefined, spec: "{ sourceSystem: a }" }, []],
  [
    "another version of the format",
    { apiVersion: "kiket.dev/v2" },
    ["KG213 `apiVersion` must be `kiket.dev/v1`, found `kiket.dev/v2`"],
  ],
  ["no version of the format", { apiVersion: undefined }, ["KG205 the manifest has no `apiVersion`"]],
  ["an empty version of the format", { apiVersion: "" }, ["KG204 `apiVersion` must be `kiket.dev/v1`, found nothing"]],
  ["a list of versions", { apiVersion: "[kiket.dev/v1]" }, ["KG204 `apiVersion` must be `kiket.dev/v1`, found a list"]],
  [
    "a blank after the version",
    { apiVersion: '"kiket.dev/v1 "' },
    ["KG213 `apiVersion` must be `kiket.dev/v1`, found `kiket.dev/v1 `"],
  ],
  ["no kind", { kind: undefined }, ["KG205 the manifest has no `kind`"]],
  ["a kind in lower case", { kind: "extension" }, ["KG213 `kind` must be `Extension`, found `extension`"]],
  ["no metadata", { metadata: undefined }, ["KG205 the manifest has no `metadata`"]],
  ["metadata without a value", { metadata: "" }, ["KG204 `metadata` must be a map, found nothing"]],
  ["a list as metadata", { metadata: "[]" }, ["KG204 `metadata` must be a map, found a list"]],
  ["no spec", { spec: undefined }, ["KG205 the manifest has no `spec`"]],
  ["a text as spec", { spec: "gate" }, ["KG204 `spec` must be a map, found `gate`"]],
  ["an empty spec", { spec: "{}" }, ["KG205 `spec` has no `sourceSystem`"]],

  ["a key of one digit", { "metadata.key": '"7"' }, []],
  ["a key that is a number", { "metadata.key": "7" }, ["KG204 `metadata.key` must be text, found `7`"]],
  ["a key of 160 characters", { "metadata.key": a(160) }, []],
  [
    "a key of 161 characters",
    { "metadata.key": a(161) },
    ["KG214 `metadata.key` must have at most 160 characters, found 161"],
  ],
  ["an empty key", { "metadata.key": '""' }, ["KG215 `metadata.key` must match `^[a-z0-9][a-z0-9-]*$`, found ``"]],
  [
    "a hyphen before the key",
    { "metadata.key": '"-gate"' },
    ["KG215 `metadata.key` must match `^[a-z0-9][a-z0-9-]*$`, found `-gate`"],
  ],
  ["a hyphen after the key", { "metadata.key": "gate-" }, []],
  [
    "an upper-case key",
    { "metadata.key": "Gate" },
    ["KG215 `metadata.key` must match `^[a-z0-9][a-z0-9-]*$`, found `Gate`"],
  ],
  [
    "a dot in the key",
    { "metadata.key": "com.gate" },
    ["KG215 `metadata.key` must match `^[a-z0-9][a-z0-9-]*$`, found `com.gate`"],
  ],
  [
    "an underscore in the key",
    { "metadata.key": "my_gate" },
    ["KG215 `metadata.key` must match `^[a-z0-9][a-z0-9-]*$`, found `my_gate`"],
  ],
  [
    "a line break after the key",
    { "metadata.key": '"gate\\n"' },
    ["KG215 `metadata.key` must match `^[a-z0-9][a-z0-9-]*$`, found `gate\\u{a}`"],
  ],
  [
    "a letter with an accent in the key",
    { "metadata.key": "g\u00e2te" },
    ["KG215 `metadata.key` must match `^[a-z0-9][a-z0-9-]*$`, found `g\u00e2te`"],
  ],
  ["no key", { "metadata.key": undefined }, ["KG205 `metadata` has no `key`"]],
  ["a key without a value", { "metadata.key": "" }, ["KG204 `metadata.key` must be text, found nothing"]],

  ["a name of one blank", { "metadata.name": '" "' }, []],
  ["an empty name", { "metadata.name": '""' }, ["KG214 `metadata.name` must have at least one character"]],
  ["a name of 255 characters", { "metadata.name": a(255) }, []],
  [
    "a name of 256 characters",
    { "metadata.name": a(256) },
    ["KG214 `metadata.name` must have at most 255 characters, found 256"],
  ],
  ["a name of 127 emoji", { "metadata.name": locks(127) }, []],
  [
    "a name of 128 emoji",
    { "metadata.name": locks(128) },
    ["KG214 `metadata.name` must have at most 255 characters, found 256"],
  ],
  ["a name that is true", { "metadata.name": "true" }, ["KG204 `metadata.name` must be text, found `true`"]],
  ["no name", { "metadata.name": undefined }, ["KG205 `metadata` has no `name`"]],

  ["a version that is a number", { "metadata.version": "1.0" }, ["KG204 `metadata.version` must be text, found `1.0`"]],
  ["a version with two dots", { "metadata.version": "1.0.0" }, []],
  ["a version that is no number", { "metadata.version": "next" }, []],
  ["a version of 80 characters", { "metadata.version": a(80) }, []],
  [
    "a version of 81 characters",
    { "metadata.version": a(81) },
    ["KG214 `metadata.version` must have at most 80 characters, found 81"],
  ],
  ["an empty version", { "metadata.version": '""' }, ["KG214 `metadata.version` must have at least one character"]],
  ["no version", { "metadata.version": undefined }, ["KG205 `metadata` has no `version`"]],

  ["an empty description", { "metadata.description": '""' }, []],
  [
    "a description without a value",
    { "metadata.description": "" },
    ["KG204 `metadata.description` must be text, found nothing"],
  ],
  [
    "a description that is a number",
    { "metadata.description": "5" },
    ["KG204 `metadata.description` must be text, found `5`"],
  ],
  ["a description of 2000 characters", { "metadata.description": a(2000) }, []],
  [
    "a description of 2001 characters",
    { "metadata.description": a(2001) },
    ["KG214 `metadata.description` must have at most 2000 characters, found 2001"],
  ],
  [
    "a description of 1001 emoji",
    { "metadata.description": locks(1001) },
    ["KG214 `metadata.description` must have at most 2000 characters, found 2002"],
  ],

  ["a source system of 100 characters", { "spec.sourceSystem": a(100) }, []],
  [
    "a source system of 101 characters",
    { "spec.sourceSystem": a(101) },
    ["KG214 `spec.sourceSystem` must have at most 100 characters, found 101"],
  ],
  [
    "an empty source system",
    { "spec.sourceSystem": '""' },
    ["KG214 `spec.sourceSystem` must have at least one character"],
  ],
  ["a null source system", { "spec.sourceSystem": "~" }, ["KG204 `spec.sourceSystem` must be text, found nothing"]],
  [
    "a map as source system",
    { "spec.sourceSystem": "{ name: gate }" },
    ["KG204 `spec.sourceSystem` must be text, found a map"],
  ],

  ["both scopes", { "spec.ingestionScopes": "[evidence:write, raw-events:write]" }, []],
  ["a scope twice", { "spec.ingestionScopes": "[evidence:write, evidence:write]" }, []],
  ["no scopes", { "spec.ingestionScopes": undefined }, []],
  [
    "an empty list of scopes",
    { "spec.ingestionScopes": "[]" },
    ["KG216 `spec.ingestionScopes` must have at least one item"],
  ],
  [
    "scopes without a value",
    { "spec.ingestionScopes": "" },
    ["KG204 `spec.ingestionScopes` must be a list, found nothing"],
  ],
  [
    "a text as scopes",
    { "spec.ingestionScopes": "evidence:write" },
    ["KG204 `spec.ingestionScopes` must be a list, found `evidence:write`"],
  ],
  [
    "a scope that only runners have",
    { "spec.ingestionScopes": "[raw-events:claim]" },
    ["KG213 `spec.ingestionScopes[0]` must be `raw-events:write` or `evidence:write`, found `raw-events:claim`"],
  ],
  [
    "a scope in upper case",
    { "spec.ingestionScopes": "[evidence:write, Evidence:write]" },
    ["KG213 `spec.ingestionScopes[1]` must be `raw-events:write` or `evidence:write`, found `Evidence:write`"],
  ],
  [
    "a null scope",
    { "spec.ingestionScopes": "[~]" },
    ["KG204 `spec.ingestionScopes[0]` must be `raw-events:write` or `evidence:write`, found nothing"],
  ],

  ["no event types", { "spec.sourceEventTypes": undefined }, []],
  ["an empty list of event types", { "spec.sourceEventTypes": "[]" }, []],
  [
    "event types without a value",
    { "spec.sourceEventTypes": "" },
    ["KG204 `spec.sourceEventTypes` must be a list, found nothing"],
  ],
  ["an event type twice", { "spec.sourceEventTypes": "[opened, opened]" }, []],
  [
    "an empty event type",
    { "spec.sourceEventTypes": '[""]' },
    ["KG214 `spec.sourceEventTypes[0]` must have at least one character"],
  ],
  ["an event type of one blank", { "spec.sourceEventTypes": '[" "]' }, []],
  ["an event type of 150 characters", { "spec.sourceEventTypes": `[${a(150)}]` }, []],
  [
    "an event type of 151 characters",
    { "spec.sourceEventTypes": `[opened, ${a(151)}]` },
    ["KG214 `spec.sourceEventTypes[1]` must have at most 150 characters, found 151"],
  ],
  [
    "an event type of 76 emoji",
    { "spec.sourceEventTypes": `[${locks(76)}]` },
    ["KG214 `spec.sourceEventTypes[0]` must have at most 150 characters, found 152"],
  ],
  [
    "a number as event type",
    { "spec.sourceEventTypes": "[404]" },
    ["KG204 `spec.sourceEventTypes[0]` must be text, found `404`"],
  ],
  [
    "a list as event type",
    { "spec.sourceEventTypes": "[[opened]]" },
    ["KG204 `spec.sourceEventTypes[0]` must be text, found a list"],
  ],
  [
    "a map as event types",
    { "spec.sourceEventTypes": "{ opened: true }" },
    ["KG204 `spec.sourceEventTypes` must be a list, found a map"],
  ],

  [
    "an empty evidence type",
    { "spec.evidenceTypes": '[""]' },
    ["KG214 `spec.evidenceTypes[0]` must have at least one character"],
  ],
  ["an evidence type of 100 characters", { "spec.evidenceTypes": `[${a(100)}]` }, []],
  [
    "an evidence type of 101 characters",
    { "spec.evidenceTypes": `[${a(101)}]` },
    ["KG214 `spec.evidenceTypes[0]` must have at most 100 characters, found 101"],
  ],
  [
    "an evidence type that is false",
    { "spec.evidenceTypes": "[false]" },
    ["KG204 `spec.evidenceTypes[0]` must be text, found `false`"],
  ],
  [
    "a null evidence type",
    { "spec.evidenceTypes": "[gate_log, null]" },
    ["KG204 `spec.evidenceTypes[1]` must be text, found nothing"],
  ],

  ["empty hints", { "spec.retentionHints": "{}" }, []],
  [
    "hints without a value",
    { "spec.retentionHints": "" },
    ["KG204 `spec.retentionHints` must be a map, found nothing"],
  ],
  ["a list of hints", { "spec.retentionHints": "[30]" }, ["KG204 `spec.retentionHints` must be a map, found a list"]],
  ["one day", { "spec.retentionHints": "{ rawDays: 1 }" }, []],
  [
    "no day",
    { "spec.retentionHints": "{ rawDays: 0 }" },
    ["KG217 `spec.retentionHints.rawDays` must be at least 1, found 0"],
  ],
  [
    "less than no day",
    { "spec.retentionHints": "{ evidenceDays: -1 }" },
    ["KG217 `spec.retentionHints.evidenceDays` must be at least 1, found -1"],
  ],
  [
    "half a day",
    { "spec.retentionHints": "{ rawDays: 0.5 }" },
    ["KG204 `spec.retentionHints.rawDays` must be a whole number, found `0.5`"],
  ],
  ["days with a point", { "spec.retentionHints": "{ rawDays: 30.0 }" }, []],
  [
    "days as text",
    { "spec.retentionHints": '{ rawDays: "30" }' },
    ["KG204 `spec.retentionHints.rawDays` must be a whole number, found `30`"],
  ],
  [
    "days with a unit",
    { "spec.retentionHints": "{ rawDays: 30d }" },
    ["KG204 `spec.retentionHints.rawDays` must be a whole number, found `30d`"],
  ],
  [
    "endless days",
    { "spec.retentionHints": "{ rawDays: .inf }" },
    ["KG204 `spec.retentionHints.rawDays` must be a whole number, found `.inf`"],
  ],
  [
    "days that are no number",
    { "spec.retentionHints": "{ rawDays: .nan }" },
    ["KG204 `spec.retentionHints.rawDays` must be a whole number, found `.nan`"],
  ],
  [
    "days without a value",
    { "spec.retentionHints": "{ rawDays: }" },
    ["KG204 `spec.retentionHints.rawDays` must be a whole number, found nothing"],
  ],
  ["very many days", { "spec.retentionHints": "{ rawDays: 9007199254740993 }" }, []],

  ["N9: keys that nobody knows", { other: "[1]", "spec.other": "{ deep: ~ }" }, []],
];

test("the cases are accepted and refused ones, each with its own text", () => {
  const refused = cases.filter(([, , lines]) => lines.length > 0);
  expect([cases.length >= 40, refused.length >= 31, cases.length - refused.length >= 20]).toEqual([true, true, true]);
  expect(new Set(cases.map(([, change]) => manifest(change))).size).toBe(cases.length);
});

describe.each(cases)("%s", (_what, change, lines) => {
  const text = manifest(change);

  it("gets the same verdict from a run and in the editor", () => {
    const { diagnostics, model } = parseText(text);
    expect(told(diagnostics).map((line) => line.replace(/^\S+ /, ""))).toEqual(lines);
    expect(model?.format).toBe("evidence-adapter");
    expect(editor(read(text))).toBe(lines.length === 0);
  });

  it("gets it from lint too", () => {
    const disk = { tests: true, readme: true, windows: false };
    const found = check({ manifest: { path: "m.yaml", text }, modules: [], diagnostics: [] }, disk);
    // KG3 codes are about names that cannot become files or members.
    const errors = found.filter(({ severity, code }) => severity === "error" && !code.startsWith("KG3"));
    expect(told(errors).map((line) => line.replace(/^\S+ /, ""))).toEqual(lines);
  });
});

test("a mistake stands where its value stands, and its hint says the rule in words", () => {
  const { diagnostics } = parseText(manifest({ "metadata.key": "Gate", "metadata.version": "1.0" }));
  expect(diagnostics.map(({ at, hint }) => [at.line, at.column, hint])).toEqual([
    [3, 18, "Identifier: lower-case letters, digits and hyphens, and no hyphen at the start."],
    [3, 45, 'write it in quotes: "1.0"'],
  ]);
});
