import { compile } from "json-schema-to-typescript";
import { compileEvents } from "../../../../generator/contracts/schemas/compile-catalog.js";
import { readSchemaFolder } from "../../../../generator/contracts/schemas/read-folder.js";

/** The types of the event `widget.made`, from JSON Schema to TypeScript, without a process. */
export interface Compiled {
  /** By the name of the member: its type in one line. */
  readonly members: Readonly<Record<string, string>>;
  /** The declarations that they use, by name. */
  readonly shapes: Readonly<Record<string, string>>;
  /** What is wrong: `file:line:column code message`. */
  readonly told: readonly string[];
}

/** Compiles `widget.made.v1.schema.json` with other files beside it. A value that is not text is written as JSON. */
export async function compileMembers(
  schema: unknown,
  others: Readonly<Record<string, unknown>> = {},
): Promise<Compiled> {
  const files = Object.entries({ "widget.made.v1.schema.json": schema, ...others });
  const sources = files.map(([path, content]) => {
    return { path, text: typeof content === "string" ? content : JSON.stringify(content) };
  });
  const { events, diagnostics } = readSchemaFolder("", sources, []);
  const told = diagnostics.map(({ at, code, message }) => `${at.file}:${at.line}:${at.column} ${code} ${message}`);
  if (told.length > 0) return { members: {}, shapes: {}, told };
  const part = await compileEvents(events, {}, compile);
  const text = part.events["widget.made@v1"]?.members.replaceAll(/\/\*\*.*?\*\/\n/gs, "") ?? "";
  const members = text.split(/(?<=;)\n(?= {2}[^\s}])/).map((member) => {
    const [, name = "", type = ""] = /^ *"?([^"?:]+)"?\?: (.*);$/s.exec(member.replace(/\s+/g, " ").trim()) ?? [];
    return [name, type];
  });
  return { members: Object.fromEntries(members), shapes: mapped(part.shapes), told };
}

function mapped(shapes: Readonly<Record<string, { readonly text: string }>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(shapes).map(([name, { text }]) => [name, text]));
}
