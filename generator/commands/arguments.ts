import { type ParseArgsConfig, parseArgs } from "node:util";
import { meantWords } from "../base/did-you-mean.js";
import { UsageError } from "../base/usage-error.js";
import { anyOf, isOneOf } from "../base/word-list.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Mode } from "../generate/generate.js";
import type { ProjectPlaces } from "../project/places.js";
import { schemaKinds } from "../project/schema-paths.js";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>>;

/** The message for the first unknown option, with the options that may have been meant. */
function unknownOption(args: readonly string[], options: Options, handled: readonly string[]): string | undefined {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const unknown = tokens.find((token) => token.kind === "option" && !Object.hasOwn(options, token.name));
  if (unknown === undefined) return undefined;
  const [word = ""] = (args[unknown.index] ?? "").split("=");
  const name = word.replace(/^-+/, "");
  const names = [...Object.keys(options), ...handled];
  const meant = names.includes(name) ? [name] : meantWords(name, names);
  const question = anyOf(meant.map((other) => `--${other}`));
  return `unknown option ${word}${question === "" ? "" : `; did you mean ${question}?`}`;
}

/** Parses the arguments of a command. Throws a `UsageError` for an unknown option. `handled`: options that are handled before. */
export function parseArguments<const T extends Options>(
  args: readonly string[],
  options: T,
  handled: readonly string[] = ["help"],
): Parsed<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Node's own message advises to make it a positional argument.
    const unknown = code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" ? unknownOption(args, options, handled) : undefined;
    throw new UsageError(unknown ?? message);
  }
}

/** The one folder that a command takes; `undefined` if none is given. */
export function oneFolder([dir, other]: readonly string[]): string | undefined {
  if (other !== undefined) throw new UsageError(`expected one folder, also got "${other}"`);
  // A variable that is not set, in a script: the current folder is not what was meant.
  if (dir === "") throw new UsageError('expected a folder, got ""; the current one is "."');
  return dir;
}

/** The output format of a command: the first of its formats, unless another one is given. */
export function formatIn<const Format extends string>(
  formats: readonly [Format, ...Format[]],
  name: string = formats[0],
): Format {
  if (isOneOf(formats, name)) return name;
  throw new UsageError(`--format takes ${anyOf(formats)}, not "${name}"`);
}

/** The formats of diagnostics. */
export const findingFormats: readonly ["text", "json", "github", "sarif"] = ["text", "json", "github", "sarif"];

export type FindingFormat = (typeof findingFormats)[number];

/** The exit status of a check: 1 for errors, and with --strict for warnings. */
export function statusOf(diagnostics: readonly Diagnostic[], strict = false): number {
  return diagnostics.some(({ severity }) => severity === "error" || (strict && severity === "warning")) ? 1 : 0;
}

/** Options that say where the parts of a project are; the same for every command. */
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

/** The values of these options. */
export type ProjectValues = Readonly<Partial<Record<Exclude<keyof typeof projectOptions, `no-${string}`>, string>>> &
  Readonly<Partial<Record<Extract<keyof typeof projectOptions, `no-${string}`>, boolean>>>;

/** Where the parts of a project are, by these options. `--no-events` becomes an empty path. */
export function placesIn(dir: string, values: ProjectValues): ProjectPlaces {
  const schemas = schemaKinds.map((kind) => {
    const [path, none] = [values[kind], values[`no-${kind}`]];
    if (path !== undefined && none) throw new UsageError(`--${kind} and --no-${kind} cannot be used together`);
    return [kind, none ? "" : path];
  });
  const { manifest, out, handlers } = values;
  return { dir, manifest, out, handlers, ...Object.fromEntries(schemas) };
}

const generateOptions = {
  ...projectOptions,
  check: { type: "boolean" },
  format: { type: "string" },
  "dry-run": { type: "boolean" },
  watch: { type: "boolean" },
  "show-config": { type: "boolean" },
  json: { type: "boolean" },
  "require-handlers": { type: "boolean" },
} as const;

/** The options of `kiket-gen` without a subcommand. */
export const generateOptionNames: readonly string[] = Object.keys(generateOptions);

/** What `kiket-gen` without a subcommand is asked to do. */
export interface GenerateJob {
  readonly mode: Mode;
  readonly watch: boolean;
  /** With mode `check`: whether a handler that nobody has filled is an error. */
  readonly requireHandlers: boolean;
  readonly places: ProjectPlaces;
  /** What a check prints. */
  readonly format: FindingFormat;
  /** Print where the parts of the project are, and do nothing else. */
  readonly showConfig?: "text" | "json";
}

/** Throws a `UsageError` for wrong arguments. */
export function generateJobOf(args: readonly string[]): GenerateJob {
  const { values, positionals } = parseArguments(args, generateOptions, ["help", "version"]);
  const dir = oneFolder(positionals) ?? ".";
  const { check, "dry-run": dryRun, watch = false, "require-handlers": requireHandlers = false } = values;
  if (check && dryRun) throw new UsageError("--check and --dry-run cannot be used together");
  if (watch && (check || dryRun)) throw new UsageError("--watch cannot be combined with --check or --dry-run");
  if (requireHandlers && !check) throw new UsageError("--require-handlers can only be used with --check");
  if (values.format !== undefined && !check) throw new UsageError("--format can only be used with --check");
  if (values.json && !values["show-config"]) throw new UsageError("--json can only be used with --show-config");
  if (values["show-config"] && (check || dryRun || watch))
    throw new UsageError("--show-config cannot be combined with --check, --dry-run or --watch");
  const shown = values["show-config"] ? { showConfig: values.json ? ("json" as const) : ("text" as const) } : {};
  const mode = check ? "check" : dryRun ? "dry-run" : "write";
  const format = formatIn(findingFormats, values.format);
  return { mode, watch, requireHandlers, format, places: placesIn(dir, values), ...shown };
}
