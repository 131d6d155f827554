export type RuleType = "array" | "boolean" | "integer" | "number" | "object" | "string";

/** What a JSON Schema demands of one value: the keywords that `check-value.ts` knows. */
export interface ValueRule {
  readonly type?: RuleType | readonly RuleType[];
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  /** In UTF-16 code units, as JavaScript counts. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: ValueRule;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ValueRule>>;
  /** The rule of each key that `properties` does not name. */
  readonly additionalProperties?: ValueRule;
  readonly allOf?: readonly ValueRule[];
  /** Decides which of the two rules beside it counts. */
  readonly if?: { readonly type: RuleType };
  readonly then?: ValueRule;
  readonly else?: ValueRule;
}
