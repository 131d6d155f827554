import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type { DevKiketOptions, PayloadProblem } from "kiket-gen/dev";
import { anyOf } from "../../base/word-list.js";
import { unknownMembers } from "./unknown-members.js";

type Json = Readonly<Record<string, unknown>>;

interface SchemaOfEvent {
  readonly name: string;
  readonly version: string;
  readonly schema?: Json;
}

/** Compares payloads with the schemas of their events. */
interface PayloadCheck {
  /** Uses these schemas from now on. They are compiled when they are needed. */
  learn(events: readonly SchemaOfEvent[]): Promise<void>;
  readonly check: DevKiketOptions["check"];
}

/** Enough to begin with. */
const mostProblems = 100;

/** Says a part of a type error in words. */
const words: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  integer: "an integer",
  boolean: "true or false",
  object: "an object",
  array: "a list",
  null: "null",
};

/** `/issue/labels/0` → `issue.labels.0` */
function dotted(pointer: string, ...names: readonly unknown[]): string {
  const parts = pointer.split("/").slice(1);
  return [...parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")), ...names].join(".");
}

const unknown = "is a member that the schema does not know";

function problemOf({ keyword, instancePath, params, message = "is not valid" }: ErrorObject): PayloadProblem {
  const wrong = (text: string): PayloadProblem => ({ kind: "wrong", path: dotted(instancePath), message: text });
  switch (keyword) {
    case "required":
      return { kind: "missing", path: dotted(instancePath, params.missingProperty), message: "is required" };
    case "additionalProperties":
      return { kind: "unknown", path: dotted(instancePath, params.additionalProperty), message: unknown };
    case "unevaluatedProperties":
      return { kind: "unknown", path: dotted(instancePath, params.unevaluatedProperty), message: unknown };
    case "enum":
      return wrong(`must be ${anyOf((params.allowedValues as unknown[]).map(shown))}`);
    case "const":
      return wrong(`must be ${shown(params.allowedValue)}`);
    case "format":
      return wrong(`must be written as ${params.format}`);
    default:
      return wrong(message.replace(/^must NOT/, "must not"));
  }
}

const shown = (value: unknown): string => JSON.stringify(value);

/** The types of all errors about one place as one problem: the parts of a union have one error each. */
function typeProblems(errors: readonly ErrorObject[]): readonly PayloadProblem[] {
  const types = new Map<string, Set<string>>();
  for (const { keyword, instancePath, params } of errors) {
    if (keyword !== "type") continue;
    const path = dotted(instancePath);
    const known = types.get(path) ?? new Set();
    for (const type of [params.type as string | readonly string[]].flat()) known.add(words[type] ?? type);
    types.set(path, known);
  }
  return [...types].map(([path, wanted]) => ({ kind: "wrong", path, message: `must be ${anyOf([...wanted])}` }));
}

/** The errors of the parts of a union say more than that of the union. */
const ofUnions: ReadonlySet<string> = new Set(["anyOf", "oneOf", "if", "type"]);

function problemsOf(errors: readonly ErrorObject[]): readonly PayloadProblem[] {
  const others = errors.filter(({ keyword }) => !ofUnions.has(keyword)).map(problemOf);
  const all = [...typeProblems(errors), ...others];
  return all.length > 0 ? all : errors.map(problemOf);
}

/** Each once, those that are no mere notes first where there are too many; then by their paths. */
function selected(problems: readonly PayloadProblem[]): readonly PayloadProblem[] {
  const unique = [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
  const [notes, others] = [unique.filter(isNote), unique.filter((problem) => !isNote(problem))];
  return [...others, ...notes].slice(0, mostProblems).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function isNote({ kind }: PayloadProblem): boolean {
  return kind === "unknown";
}

async function loadCompilers(): Promise<(schema: Json) => ValidateFunction> {
  const [{ Ajv2020 }, { Ajv }, { default: addFormats }] = await Promise.all([
    import("ajv/dist/2020.js"),
    import("ajv"),
    import("ajv-formats"),
  ]);
  const options = { allErrors: true, strict: false, validateSchema: false, logger: false } as const;
  // One for each schema: nothing of a schema that has changed is kept.
  return ({ $schema, ...schema }) => {
    const compiler = /draft-0[3-7]\b/.test(String($schema)) ? new Ajv(options) : new Ajv2020(options);
    addFormats.default(compiler);
    return compiler.compile(schema);
  };
}

export function createPayloadCheck(): PayloadCheck {
  let compile: ((schema: Json) => ValidateFunction) | undefined;
  let schemas = new Map<string, Json>();
  const compiled = new Map<Json, ValidateFunction | undefined>();
  const keyOf = (name: string, version: string): string => JSON.stringify([name, version]);

  /** A schema that cannot be compiled was reported when it was read. */
  function validatorOf(schema: Json): ValidateFunction | undefined {
    if (!compiled.has(schema)) {
      try {
        compiled.set(schema, compile?.(schema));
      } catch {
        compiled.set(schema, undefined);
      }
    }
    return compiled.get(schema);
  }

  return {
    async learn(events) {
      compile ??= await loadCompilers();
      const known = events.flatMap(({ name, version, schema }) =>
        schema === undefined ? [] : [[keyOf(name, version), schema] as const],
      );
      schemas = new Map(known);
      compiled.clear();
    },
    check(event, version, payload) {
      const schema = schemas.get(keyOf(event, version));
      const validate = schema === undefined ? undefined : validatorOf(schema);
      if (schema === undefined || validate === undefined) return [];
      const errors = validate(payload) ? [] : problemsOf(validate.errors ?? []);
      const unnamed = unknownMembers(schema, payload, mostProblems).map(
        (path): PayloadProblem => ({ kind: "unknown", path: path.join("."), message: unknown }),
      );
      return selected([...errors, ...unnamed]);
    },
  };
}
