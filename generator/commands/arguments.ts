import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearest } from "../base/did-you-mean.js";
import { UsageError } from "../base/usage-error.js";
import { anyOf, isOneOf } from "../base/word-list.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Host, isFolder } from "../project/host.js";
import { type Project, type ProjectPlaces, readProject } from "../project/read-project.js";
import { schemaKinds } from "../project/schema-paths.js";
import type { Io } from "./command.js";

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

/** The one folder that a command takes; `undefined` where none is given. */
export function oneFolder([dir, other]: readonly string[]): string | undefined {
  if (other !== undefined) throw new UsageError(`expected one folder, also got "${other}"`);
  return dir;
}

/** The format that a command is to print in: the first of its formats unless another one is named. */
export function formatIn<const Format extends string>(
  formats: readonly [Format, ...Format[]],
  name: string = formats[0],
): Format {
  if (isOneOf(formats, name)) return name;
  throw new UsageError(`--format takes ${anyOf(formats)}, not "${name}"`);
}

/** What a check of a project ends with: 1 where there are errors, or with --strict warnings. */
export function statusOf(diagnostics: readonly Diagnostic[], strict = false): number {
  return diagnostics.some(({ severity }) => severity === "error" || (strict && severity === "warning")) ? 1 : 0;
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

/** What a command's help says of its folder. */
export const folderHelp = "  dir                   the project (default: the working directory)\n";

/** And of the options above, where they need no words of their own. */
export const projectHelp = `  --manifest, --out, --handlers, --events, --openapi, --no-events, --no-openapi
                        as for kiket-gen without a command
`;

type ProjectValues = Readonly<Partial<Record<Exclude<keyof typeof projectOptions, `no-${string}`>, string>>> &
  Readonly<Partial<Record<Extract<keyof typeof projectOptions, `no-${string}`>, boolean>>>;

/** Where a project's parts stand by these values; `--no-events` is an empty path. */
export function placesIn(dir: string, values: ProjectValues): ProjectPlaces {
  const schemas = schemaKinds.map((kind) => {
    const [path, none] = [values[kind], values[`no-${kind}`]];
    if (path !== undefined && none) throw new UsageError(`--${kind} and --no-${kind} cannot be used together`);
    return [kind, none ? "" : path];
  });
  const { manifest, out, handlers } = values;
  return { dir, manifest, out, handlers, ...Object.fromEntries(schemas) };
}

/** The project's folder as a command may use it. */
export async function hostOf(dir: string, io: Io): Promise<Host> {
  if (!(await isFolder(dir))) throw new UsageError(`no folder "${dir}"`);
  return io.host(dir);
}

/** Reads the project that a command works on. */
export async function openProject(
  dir: string,
  values: ProjectValues,
  io: Io,
): Promise<{ host: Host; project: Project }> {
  const places = placesIn(dir, values);
  const host = await hostOf(dir, io);
  return { host, project: await readProject(host, places) };
}
