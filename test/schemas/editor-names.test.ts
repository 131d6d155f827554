import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { operations } from "../../generator/contracts/operations.gen.js";
import { scopeKey } from "../../generator/model/scopes.js";
import { isObject, type JsonObject, readEvents, readSchema } from "./read.js";

const file = "extension.schema.json";

/** The names that a definition offers, with what is shown beside them. */
function offered(definition: string): Record<string, string> {
  const { anyOf } = (readSchema(file).$defs as Record<string, { anyOf: JsonObject[] }>)[definition] ?? { anyOf: [] };
  return Object.fromEntries(anyOf.flatMap((part) => ("const" in part ? [[part.const, part.description]] : [])));
}

/** Every event that has a schema of its own, with its description. */
function documented(): Record<string, string> {
  const schemas = [...readEvents().values()].filter((schema) => "x-kiket-event" in schema);
  const own = schemas.filter((schema) => schema["x-kiket-generic"] !== true);
  return Object.fromEntries(own.map((schema) => [schema["x-kiket-event"], schema.description]));
}

/** Writes the events into the schema that editors read. */
async function updateSchema(): Promise<void> {
  const schema = readSchema(file) as { $defs: { eventName: JsonObject } };
  const names = Object.entries(documented()).map(([name, description]) => ({ const: name, description }));
  const $defs = { ...schema.$defs, eventName: { ...schema.$defs.eventName, anyOf: [...names, {}] } };
  const path = fileURLToPath(new URL(`../../schemas/${file}`, import.meta.url));
  await writeFile(path, JSON.stringify({ ...schema, $defs }, null, 2));
  const biome = join(dirname(createRequire(import.meta.url).resolve("@biomejs/biome/package.json")), "bin/biome");
  await promisify(execFile)(process.execPath, [biome, "format", "--write", path]);
}

describe("the names that an editor offers in a manifest", () => {
  it("are every documented event, with its description", async () => {
    const [known, wanted] = [JSON.stringify(offered("eventName")), JSON.stringify(documented())];
    if (process.env.UPDATE_GOLDEN && known !== wanted) await updateSchema();
    expect(offered("eventName")).toEqual(documented());
    expect(offered("eventName")["approval.decided"]).toContain("an approver has granted or denied an approval");
  });

  it("are every permission that an operation, a manifest or an official handler asks for, with a description", () => {
    const permissions = offered("permission");
    // Facts 535, 580 and 581, and those that the newer documentation names.
    const recorded = [
      ..."issues:read issues:write comments:read comments:write users:read users:write workflows:read".split(" "),
      ..."notifications:read notifications:send notifications:write calendars:read capacity:write".split(" "),
      ..."custom_data:read custom_data:write oauth:manage configuration:write projects:read".split(" "),
      ..."boards:read analytics:write attachments:read attachments:write".split(" "),
    ];
    expect(Object.keys(permissions)).toEqual(recorded.sort());
    const known = Object.keys(permissions).map(scopeKey);
    const needed = [...new Set(operations.flatMap(({ scopes }) => scopes).map(scopeKey))];
    expect(needed).toContain("board:read");
    expect(needed.filter((scope) => !known.includes(scope))).toEqual([]);
    expect(Object.entries(permissions).filter(([, text]) => typeof text !== "string")).toEqual([]);
  });

  it("are the nouns of these permissions, where scopes are written by verb", () => {
    const nouns = Object.keys(offered("permission")).map((scope) => scopeKey(scope).replace(/:.*/, ""));
    expect(Object.keys(offered("scopeNoun")).sort()).toEqual([...new Set(nouns)].sort());
    expect(Object.keys(offered("scopeNoun"))).toContain("issue");
  });

  it("do not forbid other names", () => {
    const { $defs } = readSchema(file);
    for (const name of ["eventName", "permission", "scopeNoun"]) {
      const definition = isObject($defs) ? $defs[name] : undefined;
      expect([name, isObject(definition) && Array.isArray(definition.anyOf) && definition.anyOf.at(-1)]).toEqual([
        name,
        {},
      ]);
    }
  });
});
