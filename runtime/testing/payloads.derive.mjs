// For the build: derives `examples.gen.ts` and `event-payloads.gen.ts` of this folder from schemas/events. They contain the
// example payload of each event, and the types of the payloads.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Members that the platform adds when it delivers. */
const platformMembers = new Set(["event", "event_version", "authentication", "api", "secrets"]);

async function examplesOf(folder) {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".schema.json")).sort();
  const schemas = await Promise.all(files.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))));
  const described = schemas.filter((schema) => schema["x-kiket-event"] !== undefined);
  return Object.fromEntries(
    described.map((schema) => {
      const [first] = schema.examples ?? [];
      if (first === undefined) throw new Error(`${schema.$id}: no example for payloads`);
      const own = Object.entries(first).filter(([key]) => !platformMembers.has(key));
      return [schema["x-kiket-event"], Object.fromEntries(own)];
    }),
  );
}

/** `issue.created` → `IssueCreatedPayload`. Underscores stay, so that `issue_created` gets another name. */
function typeName(event) {
  const parts = event.split(".").map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return `${parts.join("")}Payload`;
}

function typesOf({ shapes, events, generic }) {
  const records = [...Object.values(events), ...Object.values(generic)];
  const names = records.map(({ name }) => typeName(name));
  const twice = names.find((name, index) => names.indexOf(name) !== index || name in shapes);
  if (twice !== undefined) throw new Error(`schemas/events: two events or shapes have the type name ${twice}`);
  const interfaces = records.map(
    ({ name, description, members }) =>
      `/** ${description.replaceAll("*/", "*\\/")} */\nexport interface ${typeName(name)} extends SharedMembers {\n${members}}\n`,
  );
  const map = records.map(({ name }) => `  readonly ${JSON.stringify(name)}: EventPayloads.${typeName(name)};\n`);
  return [
    `/** The members of each event, without those that the platform adds. */\nexport interface EventPayloads {\n${map.join("")}}\n`,
    `/** The types of the payloads and of their members, such as \`EventPayloads.Issue\`. */\nexport declare namespace EventPayloads {`,
    [...Object.values(shapes).map(({ text }) => text), ...interfaces].join("\n"),
    "}\n",
  ].join("\n");
}

/**
 * @param catalog the result of `readCatalog` of the generator
 * @param {string} folder schemas/events
 * @returns {Promise<Record<string, string>>} texts of the files in this folder, by file name
 */
export async function derivePayloads(catalog, folder) {
  const examples = JSON.stringify(await examplesOf(folder), null, 2);
  const note = "// Generated from schemas/events.\n";
  return {
    "examples.gen.ts": `${note}import type { JsonObject } from "../base/json.js";\n\nexport const examples: Readonly<Record<string, JsonObject>> = ${examples};\n`,
    "event-payloads.gen.ts": `${note}import type { SharedMembers } from "./overrides.js";\n\n${typesOf(catalog)}`,
  };
}
