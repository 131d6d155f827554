import type { Confidence } from "../event-catalog.js";

/** The part of JSON Schema that decides a type. Other keywords are dropped when a schema is read. */
export interface Schema {
  /** Name of the declaration; on definitions only. */
  readonly title?: string;
  readonly description?: string;
  /** `#/$defs/<name>`; the only keyword of its schema. */
  readonly $ref?: string;
  readonly type?: TypeName | readonly TypeName[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Values of a map. Absent if the object has members: its type then has no other members, although the schema allows them. */
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | readonly Schema[];
  readonly additionalItems?: Schema | boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  /** For a schema that allows no value. */
  readonly tsType?: "never";
}

export const typeNames = ["string", "number", "integer", "boolean", "object", "array", "null"] as const;

export type TypeName = (typeof typeNames)[number];

/** One version of one event, with every reference resolved. */
export interface EventSchema {
  readonly event: string;
  readonly version: string;
  readonly description: string;
  readonly confidence: Confidence;
  /** Whether Kiket waits for a decision. */
  readonly answer?: "verdict";
  /** The payload without the envelope. */
  readonly members: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  /** By the name that references use. */
  readonly definitions: Readonly<Record<string, Schema>>;
  /** A payload that the schema allows, without the platform's own members. */
  readonly example: Readonly<Record<string, unknown>>;
}

const prefix = "#/$defs/";

export function referenceTo(name: string): string {
  return prefix + name;
}

/** The definition that a reference names. */
export function definitionOf(schema: Schema, definitions: Readonly<Record<string, Schema>>): Schema | undefined {
  return schema.$ref === undefined ? undefined : definitions[schema.$ref.slice(prefix.length)];
}
