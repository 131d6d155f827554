import type { EventRecord } from "../event-catalog.js";
import type { EventSchema, Schema } from "./schema.js";

/** Compiles a schema to declarations; `compile` of json-schema-to-typescript. */
export type CompileSchema = (schema: object, name: string, options: object) => Promise<string>;

/** An event as TypeScript. */
interface EventTypes {
  readonly record: EventRecord;
  /** Declarations by name, in the order of `record.shapes`; each ends with a newline. */
  readonly declarations: ReadonlyMap<string, string>;
}

const marker = "PayloadOfTheEvent";

/** The exported declarations of compiled text by name, each with its docblock and without indentation, in order. */
function declarationsOf(text: string): Map<string, string> {
  const compact = text.replace(/\/\*\*\n\s*\* (.*)\n\s*\*\//g, "/** $1 */");
  const chunks = compact.split(/^(?=\/\*\*)|(?<!\*\/\n)^(?=export )/m);
  return new Map(
    chunks.flatMap((chunk) => {
      const name = /^export (?:interface|type) (\w+)/m.exec(chunk)?.[1];
      return name === undefined ? [] : [[name, `${chunk.trim()}\n`]];
    }),
  );
}

/** The members between the braces of an interface. */
function membersOf(declaration: string): string {
  const start = declaration.indexOf("{\n");
  return start < 0 ? "" : declaration.slice(start + 2, declaration.lastIndexOf("}"));
}

/** Turns one event's schema into TypeScript. Throws what `compile` throws. */
export async function eventTypes(schema: EventSchema, compile: CompileSchema): Promise<EventTypes> {
  const root: Schema = { type: "object", properties: schema.members, required: schema.required };
  const options = {
    additionalProperties: false,
    bannerComment: "",
    style: { printWidth: 120 },
    unreachableDefinitions: false,
  };
  const text = await compile({ ...root, title: marker, $defs: schema.definitions }, marker, options);
  const declarations = declarationsOf(text);
  const members = membersOf(declarations.get(marker) ?? "");
  declarations.delete(marker);
  const record: EventRecord = {
    name: schema.event,
    version: schema.version,
    description: schema.description,
    confidence: schema.confidence,
    shapes: [...declarations.keys()],
    members,
    keys: Object.keys(schema.members).sort(),
  };
  return { record, declarations };
}
