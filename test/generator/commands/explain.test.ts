import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as explain from "../../../generator/commands/explain.js";
import { type ReferencePart, readReference, topics } from "../../../generator/contracts/manifest-reference.js";
import { runCommand } from "../../support/run-command.js";

async function text(...names: readonly string[]): Promise<string> {
  const { code, stdout } = await runCommand(explain, names);
  expect(code).toBe(0);
  return stdout;
}

async function partsOf(topic: (typeof topics)[number]): Promise<ReadonlyMap<string, ReferencePart>> {
  return new Map((await readReference(topic)).map((part) => [`${part.format} ${part.path}`, part]));
}

describe("kiket-gen explain with a topic", () => {
  it("begins with the canonical form, and shows keys, types, what is required, defaults and examples", async () => {
    const hooks = await text("hooks");
    expect(
      hooks.startsWith("extension.hooks  list of map, format canonical\nEvents that the extension subscribes to.\n"),
    ).toBe(true);
    expect(hooks).toContain("\n  [].event  string, required\n      Event to subscribe to. Any text is allowed");
    expect(hooks).toContain("\n  [].timeout  integer\n");
    expect(hooks).toContain("\nSample:\n\n    extension:\n      hooks:\n        - event: issue.created\n");
    expect(hooks).toContain("In the same form: `extension.events` (marketplace), `events` (flat-settings).");
    expect(await text("settings")).toContain("\n  <key>.required  boolean, default false\n");
    expect(await text("settings")).toContain('\n      One of "string", "text", "integer",');
  });

  it("lists the known permissions once", async () => {
    const permissions = await text("Permissions");
    expect(permissions).toMatch(/\n {2}boards:read {2,}Reads boards\.\n/);
    expect(permissions.split("boards:read")).toHaveLength(2);
    expect(permissions).toContain("\n    scopes:\n      read:\n        - issue\n");
  });

  it("takes topics and codes together", async () => {
    const both = await text("parameters", "kg206");
    expect(both).toContain("extension.contributes.commands[].parameters  list of map");
    expect(both).toContain("\nKG206  error  default does not match its type\n");
  });

  it("keeps its lines short enough to read", async () => {
    for (const topic of topics) {
      const long = (await text(topic)).split("\n").filter((line) => line.length > 100);
      expect([topic, long]).toEqual([topic, []]);
    }
  });

  it("knows both forms of tables, and what the manifest says of them", async () => {
    const tables = await partsOf("tables");
    expect([...tables.keys()]).toEqual([
      "module tables",
      "module (older form) module.tables",
      "canonical extension.custom_data",
    ]);
    const keys = tables.get("module tables")?.keys ?? [];
    expect(keys).toContainEqual({
      path: "<key>.columns[].null",
      type: "boolean",
      required: false,
      description: expect.stringContaining("NOT NULL"),
      default: true,
      examples: [],
      values: [],
    });
  });

  it.each(topics)("describes every key of %s, and its samples are right", async (topic) => {
    for (const [where, { keys, sample, description }] of await partsOf(topic)) {
      expect(description, where).not.toBe("");
      expect(
        keys.filter((key) => key.description === "").map(({ path }) => path),
        where,
      ).toEqual([]);
      expect(new Set(keys.map(({ path }) => path)).size, where).toBe(keys.length);
      if (where.startsWith("canonical ")) expect(sample, where).toBeDefined();
    }
    const written = await text(topic);
    const samples = written
      .split("Sample:\n\n")
      .slice(1)
      .map((rest) => rest.split("\n\n")[0] ?? "");
    expect(samples.length).toBeGreaterThan(0);
    for (const sample of samples) expect(parse(sample)).toBeTypeOf("object");
  });
});
