import type { LiveValues, SecretSource } from "../../../runtime/secrets.js";

/** A source whose values and moods a test changes. */
export interface TestSource extends SecretSource {
  values: Record<string, LiveValues>;
  /** What `load` does instead of answering: throws this, or never answers. */
  trouble: unknown;
  /** The names that each call asked for. */
  readonly asked: (readonly string[])[];
}

export const silence = Symbol("silence");

export function createTestSource(values: Record<string, LiveValues>): TestSource {
  const asked: (readonly string[])[] = [];
  const source: TestSource = {
    name: "the test source",
    values,
    trouble: undefined,
    asked,
    async load(names) {
      asked.push(names);
      if (source.trouble === silence) await new Promise(() => undefined);
      if (source.trouble !== undefined) throw source.trouble;
      return new Map(Object.entries(source.values).filter(([name]) => names.includes(name)));
    },
  };
  return source;
}
