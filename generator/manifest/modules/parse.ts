import { diagnose } from "../../diagnostics/diagnose.js";
import type { Position, TableModel } from "../../model/model.js";
import {
  asMap,
  child,
  type ManifestNode,
  type MapNode,
  mapsAt,
  type Reporter,
  requiredTextAt,
  textAt,
} from "../../yaml/node.js";
import { readYaml, type Source } from "../../yaml/read-yaml.js";
import { checkAccessRules } from "./access-rules.js";
import { readColumns } from "./columns.js";

/** The parsed content of a module file. */
export interface ModuleRoot {
  readonly path: string;
  readonly root: MapNode;
}

/** One `.kiket/modules/<folder>/schema.yml`. */
export interface ModuleFile {
  readonly path: string;
  /** Name of the folder, which is not the id. The older form of `custom_data` refers to a module by it. */
  readonly folder: string;
  readonly id: string;
  readonly description: string | undefined;
  readonly tables: readonly TableModel[];
  /** Position of the id. */
  readonly at: Position;
}

interface Header {
  readonly id: string;
  readonly at: Position;
  /** The map that contains `tables`. */
  readonly body: MapNode;
}

function folderOf(path: string): string {
  return path.split("/").at(-2) ?? "";
}

function idNodeOf(root: MapNode): ManifestNode | undefined {
  const node = child(root, "module");
  return node?.kind === "map" ? child(node, "id") : node;
}

function idTextOf(root: MapNode): string {
  const node = idNodeOf(root);
  return node?.kind === "scalar" ? node.text : "";
}

/** What a manifest says of its modules: a file without an id is one of these. */
export interface ExpectedModules {
  readonly extensionId?: string | undefined;
  /** Ids in the permissions. */
  readonly ids: readonly string[];
}

/** The id that a file should have: of the modules that no file provides the one that its folder names, or the only one. */
function expectedId(
  path: string,
  { extensionId = "com.example", ids }: ExpectedModules,
  roots: readonly ModuleRoot[],
): string {
  const provided = new Set(roots.map(({ root }) => idTextOf(root)));
  const open = ids.filter((id) => !provided.has(id));
  const folder = folderOf(path);
  const named = open.find((id) => id === folder || id.endsWith(`.${folder}`));
  return named ?? (open.length === 1 ? open[0] : undefined) ?? `${extensionId}.${folder}`;
}

/** In form 1, `module` is the id. In form 2, it is a map with `id`, `name`, `version`, `scope` and `tables` (facts 700 to 702). */
function readHeader({ root }: ModuleRoot, expected: () => string, report: Reporter): Header | undefined {
  const node = child(root, "module");
  const idNode = idNodeOf(root);
  if (idNode?.kind === "scalar" && idNode.text !== "") {
    const body = node?.kind === "map" && child(node, "tables") !== undefined ? node : root;
    return { id: idNode.text, at: idNode.at, body };
  }
  const at = idNode?.at ?? node?.at ?? root.at;
  report(diagnose("M1", at, "the module has no id", `write \`module: ${expected()}\``));
  return undefined;
}

interface NamedTable {
  readonly name: string;
  readonly at: Position;
  readonly node: ManifestNode;
}

function namedTables(body: MapNode, report: Reporter): NamedTable[] {
  const tables = child(body, "tables");
  if (tables?.kind === "map") {
    return [...tables.entries].map(([name, { keyAt, value }]) => ({ name, at: keyAt, node: value }));
  }
  return mapsAt(body, "tables", report).flatMap((node) => {
    const name = requiredTextAt(node, "name", report);
    return name === undefined ? [] : [{ name, at: child(node, "name")?.at ?? node.at, node }];
  });
}

function readTable({ name, at, node }: NamedTable, report: Reporter): TableModel | undefined {
  const table = asMap(node, report);
  if (table === undefined) return undefined;
  const columns = readColumns(table, name, at, report);
  return { name, description: textAt(table, "description", report), columns, at };
}

function readTables(body: MapNode, id: string, report: Reporter): TableModel[] {
  const node = child(body, "tables");
  const size = node?.kind === "map" ? node.entries.size : node?.kind === "list" ? node.items.length : 0;
  if (size === 0 && (node === undefined || node.kind !== "scalar")) {
    report(diagnose("M4", node?.at ?? body.at, `the module \`${id}\` has no tables`, "add a table under `tables`"));
    return [];
  }
  const names = new Set<string>();
  return namedTables(body, report).flatMap((named) => {
    if (names.has(named.name)) {
      report(diagnose("KG404", named.at, `the table \`${named.name}\` is declared twice in \`${id}\``));
      return [];
    }
    names.add(named.name);
    return readTable(named, report) ?? [];
  });
}

/** Reads module files in the given order. A file that is not a map is reported and left out. */
export function readModules(sources: readonly Source[], report: Reporter): ModuleRoot[] {
  return sources.flatMap((source) => {
    const root = readYaml(source, report);
    if (root?.kind === "map") return [{ path: source.path, root }];
    if (root !== undefined) {
      report(diagnose("KG201", root.at, "the module file is not a map", "start with `module` and `tables`"));
    }
    return [];
  });
}

function parseModule(file: ModuleRoot, expected: () => string, report: Reporter): ModuleFile | undefined {
  const { path, root } = file;
  const header = readHeader(file, expected, report);
  if (header === undefined) return undefined;
  const { id, at, body } = header;
  const tables = readTables(body, id, report);
  checkAccessRules(root, tables, report);
  return {
    path,
    folder: folderOf(path),
    id,
    description:
      textAt(root, "description", report) ?? (body === root ? undefined : textAt(body, "description", report)),
    tables,
    at,
  };
}

/** If two files have the same id, the first is used. */
export function parseModules(
  roots: readonly ModuleRoot[],
  report: Reporter,
  expected: ExpectedModules = { ids: [] },
): ModuleFile[] {
  const kept = new Map<string, ModuleFile>();
  for (const file of roots) {
    const module = parseModule(file, () => expectedId(file.path, expected, roots), report);
    if (module === undefined) continue;
    const earlier = kept.get(module.id);
    if (earlier === undefined) kept.set(module.id, module);
    else report(diagnose("KG404", module.at, `the module \`${module.id}\` is already declared in ${earlier.path}`));
  }
  return [...kept.values()];
}
