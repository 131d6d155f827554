import type { Code } from "../../../generator/diagnostics/codes.js";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.js";
import type { Disk } from "../../../generator/lint/context.js";
import { check, lint } from "../../../generator/lint/lint.js";
import { createHost } from "../../../generator/project/host.js";
import type { ProjectPlaces } from "../../../generator/project/places.js";
import { readProject } from "../../../generator/project/read-project.js";

export const completeDisk: Disk = { tests: true, readme: true, windows: false };

export interface Project {
  readonly path?: string;
  /** Module files by folder. */
  readonly modules?: Readonly<Record<string, string>>;
  readonly disk?: Disk;
  /** Whether to return KG830, which nearly every manifest has: it would be in the expectations of all other rules. */
  readonly otherNames?: boolean;
}

export function lintText(
  text: string,
  { path, modules = {}, disk = completeDisk, otherNames = false }: Project = {},
): readonly Diagnostic[] {
  const files = Object.entries(modules).map(([folder, schema]) => {
    return { path: `.kiket/modules/${folder}/schema.yml`, text: schema };
  });
  const manifest = { path: path ?? ".kiket/manifest.yaml", text };
  const found = check({ manifest, modules: files, diagnostics: [] }, disk);
  return otherNames ? found : found.filter(({ code }) => code !== "KG830");
}

/** The diagnostics of a project on the disk. */
export async function lintFolder(dir: string, places: Omit<ProjectPlaces, "dir"> = {}): Promise<readonly Diagnostic[]> {
  const host = createHost(dir);
  return lint(host, await readProject(host, { dir, ...places }));
}

/** `severity code line:column message`, with the file before the line if it is not the manifest. */
export function told(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ at, severity, code, message }) => {
    const file = at.file === ".kiket/manifest.yaml" ? "" : `${at.file}:`;
    return `${severity} ${code} ${file}${at.line}:${at.column} ${message}`;
  });
}

/** The diagnostics with this code. */
export function toldUnder(code: Code, diagnostics: readonly Diagnostic[]): string[] {
  return told(diagnostics.filter((diagnostic) => diagnostic.code === code));
}

/** A valid manifest. The given lines are under `extension`; the first of them is line 9. */
export function manifest(...lines: readonly string[]): string {
  return [
    'model_version: "1.0"',
    "extension:",
    "  id: com.example.mail",
    "  name: Mail",
    "  version: 1.0.0",
    "  sdk: node",
    "  delivery: http",
    "  callback: { url: https://mail.example.com }",
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

export const module: string = `module: com.example.mail.log
tables:
  entries:
    columns:
      - { name: id, type: bigint, primary_key: true, auto_increment: true }
`;
