/** A smallest project, and the command that reports one mistake in it. */
export interface Case {
  /** `dev`: what `dev` reads before it starts something. */
  readonly command: "generate" | "lint" | "audit" | "rename" | "dev";
  /** What stands after the command, without the project's folder. */
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Symbolic links of the project, each with what it leads to. */
  readonly links?: Readonly<Record<string, string>>;
  /** `file:line:column`, where the mistake is reported. */
  readonly at: string;
}

type Files = Case["files"];

export const manifestPath = ".kiket/manifest.yaml";

/** A case whose files contain one mark `^`. It stands before the place of the mistake, and is not part of the files. */
function marked(command: Case["command"], files: Files, args: readonly string[]): Case {
  const [path, text = ""] = Object.entries(files).find(([, content]) => content.includes("^")) ?? [];
  const before = text.slice(0, text.indexOf("^")).split("\n");
  const at = `${path}:${before.length}:${(before.at(-1) ?? "").length + 1}`;
  const written = Object.entries(files).map(([name, content]) => [name, content.replace("^", "")]);
  return { command, args, files: Object.fromEntries(written), at };
}

export function generating(files: Files, ...options: readonly string[]): Case {
  return marked("generate", files, ["--dry-run", ...options]);
}

/** The output is of a format for tools: only these say what is not up to date as diagnostics. */
export function checking(files: Files): Case {
  return marked("generate", files, ["--check", "--format", "github"]);
}

export function linting(files: Files, ...options: readonly string[]): Case {
  return marked("lint", files, options);
}

export function readingForDev(files: Files): Case {
  return marked("dev", files, []);
}

export function manifest(text: string): Files {
  return { [manifestPath]: text };
}

/** A canonical manifest with these lines under `extension`. */
export function extension(...lines: readonly string[]): Files {
  return manifest(["extension:", ...lines.map((line) => `  ${line}`), ""].join("\n"));
}

/** The project of the module `ab.log`, whose records the extension may read. */
export function withModule(...schema: readonly string[]): Files {
  return {
    ...extension("custom_data: { permissions: [{ module: ab.log, operations: [read] }] }"),
    ".kiket/modules/log/schema.yml": [...schema, ""].join("\n"),
  };
}
