/** What a JSON Schema demands of one value: the keywords that `check-value.ts` knows. */
export interface ValueRule {
  readonly type?: "array" | "integer" | "object" | "string";
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  /** In UTF-16 code units, as JavaScript counts. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly items?: ValueRule;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ValueRule>>;
}
