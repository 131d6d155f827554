import { isAbsolute, relative, resolve, sep } from "node:path";
import { defaultLayout, type Layout } from "./plan.js";

/** A folder as the user wrote it, relative to the project with "/"; `undefined` where it lies outside. */
function inside(dir: string, folder: string): string | undefined {
  const path = relative(resolve(dir), resolve(dir, folder));
  if (path === "" || path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path)) return undefined;
  return path.split(sep).join("/");
}

/** Where output goes; throws a `RangeError` for a folder that is not below the project, so that no file lands elsewhere. */
export function layoutOf(
  dir: string,
  given: { readonly out?: string | undefined; readonly handlers?: string | undefined },
): Layout {
  const folder = (option: "out" | "handlers") => {
    const path = inside(dir, given[option] ?? defaultLayout[option]);
    if (path !== undefined) return path;
    throw new RangeError(`--${option} must name a folder inside the project, not "${given[option]}"`);
  };
  const layout = { out: folder("out"), handlers: folder("handlers") };
  if (layout.out === layout.handlers) throw new RangeError("--out and --handlers must be different folders");
  return layout;
}
