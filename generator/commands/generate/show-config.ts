import { jsonText, showInvisible } from "../../base/invisible-characters.js";
import { type PlaceName, placeNames } from "../../project/package-settings.js";
import type { ProjectPlaces } from "../../project/places.js";
import { type Project, readProject } from "../../project/read-project.js";
import { formatDiagnostic } from "../../terminal/report.js";
import { statusOf } from "../arguments.js";
import type { Io } from "../command.js";
import { hostOf } from "../open-project.js";

/** A part of the project: where it is, and who says so. */
interface ShownPlace {
  /** `null` if there is none. */
  readonly path: string | null;
  readonly origin: "option" | "package.json" | "lock" | "default";
  /** `file:line:column` of the setting. */
  readonly at?: string;
}

function placeOf(name: PlaceName, { places: { set }, layout, sources }: Project): ShownPlace {
  const found = set[name];
  if (found !== undefined) {
    const { path, by, at } = found;
    const place = at === undefined ? {} : { at: `${at.file}:${at.line}:${at.column}` };
    return { path: path === "" ? null : path, origin: by, ...place };
  }
  const usual = { ...layout, manifest: sources.manifest?.path, events: undefined, openapi: undefined };
  return { path: usual[name] ?? null, origin: "default" };
}

const origins: Readonly<Record<ShownPlace["origin"], (name: PlaceName) => string>> = {
  option: (name) => `option --${name}`,
  "package.json": () => "package.json",
  lock: () => "lock file",
  default: () => "default",
};

function lineOf(name: PlaceName, { path, origin, at }: ShownPlace): string {
  const option = path === null && origin === "option" ? `option --no-${name}` : origins[origin](name);
  const where = at === undefined ? option : `${option}, ${showInvisible(at)}`;
  return `${name.padEnd(8)}  ${showInvisible(path ?? "none")}  (${where})\n`;
}

/** Prints where the parts of a project are, and why there. Returns 1 for errors in the settings. */
export async function showConfig(places: ProjectPlaces, asJson: boolean, io: Io): Promise<number> {
  const project = await readProject(await hostOf(places.dir, io), places);
  const shown = placeNames.map((name) => [name, placeOf(name, project)] as const);
  io.out(asJson ? `${jsonText(Object.fromEntries(shown), 2)}\n` : shown.map((entry) => lineOf(...entry)).join(""));
  const { diagnostics } = project.sources;
  for (const diagnostic of diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  return statusOf(diagnostics);
}
