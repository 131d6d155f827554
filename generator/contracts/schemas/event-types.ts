import jsTokens from "js-tokens";
import { escapeInvisible } from "../../base/invisible-characters.js";
import { reaches } from "../../base/reaches.js";
import type { EventRecord, Shape } from "../event-catalog.js";
import { readDeclarations } from "./declarations.js";
import { escaped } from "./escape-data.js";
import { declaredWithRecords, withRecords } from "./record-types.js";
import { requiredMembers } from "./required-members.js";
import type { EventSchema, Schema } from "./schema.js";

/** Compiles a schema to declarations; `compile` of json-schema-to-typescript. */
export type CompileSchema = (schema: object, name: string, options: object) => Promise<string>;

/** An event as TypeScript. */
interface EventTypes extends Omit<EventRecord, "shapes"> {
  /** By name, in order of first use. */
  readonly declarations: ReadonlyMap<string, Shape>;
}

const marker = "PayloadOfTheEvent";

/** All references lead to definitions in the schema; with `resolve`, nothing else would be read either. */
const options = {
  ...{ additionalProperties: false, bannerComment: "", format: false, unreachableDefinitions: false },
  $refOptions: { resolve: { external: false, file: false, http: false } },
};

/** Names of types that the code uses: its identifiers, without the names of members. */
function namesUsedIn(code: string): ReadonlySet<string> {
  const tokens = [...jsTokens(code)].filter(({ type }) => type === "IdentifierName" || type === "Punctuator");
  const isMember = (index: number) => /^[?:]$/.test(tokens[index + 1]?.value ?? "");
  return new Set(
    tokens.flatMap(({ type, value }, index) => (type === "IdentifierName" && !isMember(index) ? [value] : [])),
  );
}

/** Turns one event's schema into TypeScript. Throws what `compile` throws. */
export async function eventTypes(schema: EventSchema, compile: CompileSchema): Promise<EventTypes> {
  const root: Schema = { type: "object", properties: schema.members, required: schema.required };
  const definitions = Object.entries(schema.definitions).map(([name, definition]) => [name, escaped(definition)]);
  const whole = { ...escaped(root), title: marker, $defs: Object.fromEntries(definitions) };
  const code = await compile(whole, marker, options);
  const found = readDeclarations(escapeInvisible(code));
  const members = withRecords(found.find(({ name }) => name === marker)?.members ?? "");
  const texts = new Map(found.filter(({ name }) => name !== marker).map(({ name, text }) => [name, text]));
  const usesOf = (text: string) => {
    const used = namesUsedIn(text);
    return [...texts.keys()].filter((name) => used.has(name));
  };
  const uses = new Map([...texts].map(([name, text]) => [name, usesOf(text).filter((used) => used !== name)]));
  const shapeOf = (name: string, text: string): Shape => ({
    text: declaredWithRecords(text, (values) => reaches(uses, usesOf(values), name)),
    uses: uses.get(name) ?? [],
  });
  return {
    name: schema.event,
    version: schema.version,
    description: schema.description,
    confidence: schema.confidence,
    ...(schema.answer === undefined ? {} : { answer: schema.answer }),
    uses: usesOf(members),
    declarations: new Map([...texts].map(([name, text]) => [name, shapeOf(name, text)])),
    members,
    keys: Object.keys(schema.members).sort(),
    required: requiredMembers(schema),
  };
}
