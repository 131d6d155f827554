import { UsageError } from "../base/usage-error.js";
import { leadsOut, projectPath } from "./paths.js";

/** Folders of the output, relative to the project, with "/" separators. */
export interface Layout {
  /** Generated files, always ours. */
  readonly out: string;
  /** Stubs, created once and then the user's. */
  readonly handlers: string;
}

export const defaultLayout: Layout = { out: "src/generated", handlers: "src/handlers" };

/** Beside the generated files, and committed with them. */
export const lockName = "kiket-gen.lock.json";

export function lockPathIn({ out }: Pick<Layout, "out">): string {
  return `${out}/${lockName}`;
}

/** Where output goes; throws a `UsageError` for a folder that is not below the project, so that no file lands elsewhere. */
export function layoutOf(
  dir: string,
  given: { readonly out?: string | undefined; readonly handlers?: string | undefined },
): Layout {
  const folder = (option: "out" | "handlers") => {
    const path = projectPath(dir, given[option] ?? defaultLayout[option]);
    if (path !== "." && !leadsOut(path)) return path;
    throw new UsageError(`--${option} must name a folder inside the project, not "${given[option]}"`);
  };
  const layout = { out: folder("out"), handlers: folder("handlers") };
  if (layout.out === layout.handlers) throw new UsageError("--out and --handlers must be different folders");
  return layout;
}
