import { posix } from "node:path";
import { UsageError } from "../base/usage-error.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Position } from "../model/model.js";
import { type CachingHost, firstLinkOut } from "./host.js";
import { defaultLayout, type Layout, lockName, lockPathIn, outputFolder } from "./layout.js";
import { type LockFile, readLock, type SavedPlaces } from "./lock.js";
import { canonicalManifest } from "./manifest-places.js";
import { filesOfPackage } from "./package-files.js";
import { type PlaceName, placeNames, readPackageSettings } from "./package-settings.js";
import { leadsOut, projectPath } from "./paths.js";
import { outside, type SchemaPaths, schemaKinds } from "./schema-paths.js";

/** The folder of a project, and the paths that the user gives for its parts, unchanged. */
export interface ProjectPlaces extends SchemaPaths {
  readonly dir: string;
  readonly manifest?: string | undefined;
  readonly out?: string | undefined;
  readonly handlers?: string | undefined;
}

/** A path that is set for a part of the project, and where. */
export interface SetPlace {
  /** Relative to the project. Empty if an option says that there are no schemas. */
  readonly path: string;
  readonly by: "option" | "package.json" | "lock";
  /** In `package.json` or in the lock file. */
  readonly at?: Position;
}

/** Where the parts of a project are: by the options, else by `package.json`, else by the lock file. */
export interface Places {
  readonly layout: Layout;
  /** Of the last run. It is in another folder than the output if this run moves the output. */
  readonly lock: LockFile;
  /** What is set; the other parts are in the usual places. */
  readonly set: Readonly<Partial<Record<PlaceName, SetPlace>>>;
  /** What the lock file keeps for later runs, because `package.json` does not say it. */
  readonly saved: { readonly places: SavedPlaces; readonly schemas: SchemaPaths };
  readonly diagnostics: readonly Diagnostic[];
  /** The text of `package.json`. */
  readonly packageJson: string | undefined;
}

type Disk = Pick<CachingHost, "read" | "list" | "exists" | "place" | "unnoted">;

function start(file: string): Position {
  return { file, line: 1, column: 1 };
}

function twoLocks(first: string, others: readonly string[]): Diagnostic {
  const message = `there is another lock file: ${others.join(", ")}`;
  return diagnose("KG512", start(first), message, "delete the folder of generated files that is not used");
}

/** The lock file of the last run, or where the first one will be. `out`: the folder that an option or `package.json` names. */
async function findLock(host: Disk, out: string | undefined): Promise<{ path: string; diagnostics: Diagnostic[] }> {
  const usual = lockPathIn(defaultLayout);
  const wanted = out === undefined ? usual : lockPathIn({ out });
  const isUsual = await host.exists(usual);
  if (wanted !== usual && (await host.exists(wanted)))
    return { path: wanted, diagnostics: isUsual ? [twoLocks(wanted, [usual])] : [] };
  if (isUsual) return { path: usual, diagnostics: [] };
  const isLock = (name: string) => name === lockName;
  const looked = await filesOfPackage(host.unnoted ?? host, isLock);
  // What was looked at matters for the next run only if it needs to look again.
  const isNoted = host.unnoted !== undefined && looked.paths.length > 0;
  const { paths, isComplete } = isNoted ? await filesOfPackage(host, isLock) : looked;
  const [path = wanted, ...others] = paths;
  if (others.length > 0) return { path, diagnostics: [twoLocks(path, others)] };
  if (isComplete) return { path, diagnostics: [] };
  const message = "the project has too many folders to look for the lock file in all of them";
  const hint = "set `out` under `kiket-gen` in package.json";
  return { path, diagnostics: [diagnose("KG512", start("package.json"), message, hint)] };
}

/** Finds out where the parts of a project are. Throws a `UsageError` for options that name no possible folders. */
export async function readPlaces(host: Disk, given: ProjectPlaces): Promise<Places> {
  const { dir } = given;
  const packageJson = await host.read("package.json");
  const { settings, diagnostics } = readPackageSettings(packageJson);
  const problems = [...diagnostics];
  for (const option of ["out", "handlers"] as const) outputFolder(dir, option, given[option]);

  const chosen = (name: PlaceName): SetPlace | undefined => {
    const [path, setting] = [given[name], settings[name]];
    if (path !== undefined) return { path: path && projectPath(dir, path), by: "option" };
    return setting && { ...setting, by: "package.json" };
  };
  const found = await findLock(host, chosen("out")?.path);
  problems.push(...found.diagnostics);
  const lock = await readLock(host, found.path, chosen("handlers")?.path);
  const remembered: { readonly [name in PlaceName]?: string | undefined } = {
    ...lock.kept?.places,
    ...lock.kept?.schemas,
    ...(lock.text === undefined || lock.path === lockPathIn(defaultLayout) ? {} : { out: posix.dirname(lock.path) }),
  };
  const set: Partial<Record<PlaceName, SetPlace>> = {};
  for (const name of placeNames) {
    const kept = remembered[name];
    const isKept = kept !== undefined && kept !== outside;
    const place = chosen(name) ?? (isKept ? { path: kept, by: "lock", at: start(lock.path) } : undefined);
    if (place !== undefined) set[name] = place;
  }

  const { manifest } = set;
  // The user may pass a link, but nothing that comes with the project may name one that leads out.
  if (manifest !== undefined && manifest.by !== "option" && (await firstLinkOut(host, [manifest.path])) !== undefined) {
    const message = `the manifest ${manifest.path} leads out of the project through a link, so it is not read`;
    problems.push(diagnose("KG103", manifest.at ?? start(manifest.path), message));
    delete set.manifest;
  }
  const layout = { out: set.out?.path ?? defaultLayout.out, handlers: set.handlers?.path ?? defaultLayout.handlers };
  if (layout.out === layout.handlers) {
    const setting = settings.out ?? settings.handlers;
    if (setting === undefined) throw new UsageError("--out and --handlers must be different folders");
    problems.push(
      diagnose("KG511", setting.at, `\`out\` and \`handlers\` must be different folders, not both "${layout.out}"`),
    );
    return { layout: defaultLayout, lock, set, saved: { places: {}, schemas: {} }, diagnostics: problems, packageJson };
  }
  const unset = (name: PlaceName) => (settings[name] === undefined ? set[name]?.path : undefined);
  const saved = (name: keyof SavedPlaces, usual: string) => {
    const path = unset(name);
    return path === undefined || path === usual || leadsOut(path) ? {} : { [name]: path };
  };
  const schemas = schemaKinds.flatMap((kind) => (unset(kind) ? [[kind, unset(kind)]] : []));
  return {
    layout,
    lock,
    set,
    saved: {
      places: { ...saved("handlers", defaultLayout.handlers), ...saved("manifest", canonicalManifest) },
      schemas: Object.fromEntries(schemas),
    },
    diagnostics: problems,
    packageJson,
  };
}
