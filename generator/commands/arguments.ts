import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearest } from "../base/did-you-mean.js";
import { UsageError } from "../base/usage-error.js";
import type { SchemaPaths } from "../project/schema-paths.js";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>>;

/** The first word that is no option of the command's, and the option that it may have meant. */
function unknownOption(args: readonly string[], options: Options): string | undefined {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const unknown = tokens.find((token) => token.kind === "option" && !Object.hasOwn(options, token.name));
  if (unknown === undefined) return undefined;
  const [word = ""] = (args[unknown.index] ?? "").split("=");
  const name = word.replace(/^-+/, "");
  // Every command answers --help before its options are looked at.
  const names = [...Object.keys(options), "help"];
  const meant = names.includes(name) ? name : nearest(name, names);
  return `unknown option ${word}${meant === undefined ? "" : `; did you mean --${meant}?`}`;
}

/** Parses a command's words; throws a `UsageError` for an option that it does not have. */
export function parseArguments<const T extends Options>(args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Node's own words advise to make a positional argument of it.
    const unknown = code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" ? unknownOption(args, options) : undefined;
    throw new UsageError(unknown ?? message);
  }
}

/** Where a command finds a project's parts; the same words for every command. */
export const projectOptions: {
  readonly manifest: { readonly type: "string" };
  readonly out: { readonly type: "string" };
  readonly handlers: { readonly type: "string" };
  readonly events: { readonly type: "string" };
  readonly openapi: { readonly type: "string" };
  readonly "no-events": { readonly type: "boolean" };
  readonly "no-openapi": { readonly type: "boolean" };
} = {
  manifest: { type: "string" },
  out: { type: "string" },
  handlers: { type: "string" },
  events: { type: "string" },
  openapi: { type: "string" },
  "no-events": { type: "boolean" },
  "no-openapi": { type: "boolean" },
};

interface SchemaValues extends SchemaPaths {
  readonly "no-events"?: boolean;
  readonly "no-openapi"?: boolean;
}

/** The schemas that a command is told to use: an empty path for none, no path where nothing is said. */
export function schemasIn(values: SchemaValues): SchemaPaths {
  const said = (["events", "openapi"] as const).flatMap((kind) => {
    const [path, none] = [values[kind], values[`no-${kind}`]];
    if (path !== undefined && none) throw new UsageError(`--${kind} and --no-${kind} exclude each other`);
    return none ? [[kind, ""]] : path === undefined ? [] : [[kind, path]];
  });
  return Object.fromEntries(said);
}

/** The project's options among these values, as the words of another command. */
export function projectWords(values: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(projectOptions).flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    return [value === true ? `--${name}` : `--${name}=${value}`];
  });
}
