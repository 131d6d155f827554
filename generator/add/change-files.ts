import { posix } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { parse, type Sources } from "../manifest/parse.js";
import type { Model } from "../model/model.js";
import { plan } from "../output/plan.js";
import { besideManifest, type Source } from "../project/find-manifest.js";
import type { Layout } from "../project/layout.js";
import { type Addition, insert } from "../yaml/insert.js";
import type { MapNode } from "../yaml/node.js";
import { readYaml } from "../yaml/read-yaml.js";
import { additionsFor } from "./formats/index.js";
import { moduleFile, tableAddition } from "./module-file.js";
import type { Request, TableRequest } from "./parse-request.js";

/** A file as it is to be. */
export interface ChangedFile extends Source {
  readonly isNew: boolean;
}

/** What a request makes of the project's files; `diagnostics` are the mistakes that the changed files would have. */
export type Change =
  | { readonly files: readonly ChangedFile[] }
  | { readonly refusal: string; readonly hint: string }
  | { readonly diagnostics: readonly Diagnostic[] };

/** What a request is read against. */
export interface Project {
  readonly sources: Sources & { readonly manifest: Source };
  readonly model: Model;
  /** What the manifest's file holds. */
  readonly root: MapNode;
  readonly layout: Layout;
  /** Names in the folder of modules. */
  readonly moduleFolders: readonly string[];
}

/** Where the project keeps its modules. */
export function modulesFolder(manifest: Source): string {
  return besideManifest(manifest.path, ".kiket/modules");
}

type Refusal = { readonly refusal: string; readonly hint: string };

function changed(source: Source, additions: readonly Addition[]): readonly ChangedFile[] | Refusal {
  let { text } = source;
  for (const addition of additions) {
    const inserted = insert(text, addition);
    if ("problem" in inserted)
      return { refusal: `${source.path}: ${inserted.problem}`, hint: "edit the file yourself" };
    text = inserted.text;
  }
  return text === source.text ? [] : [{ path: source.path, text, isNew: false }];
}

/** A new module's folder is called by the last part of its id, or by the whole where that is taken. */
function newModule(request: TableRequest, { sources, moduleFolders }: Project): readonly ChangedFile[] | Refusal {
  const names = [request.module.split(".").at(-1) ?? request.module, request.module];
  const free = names.find((name) => !moduleFolders.includes(name));
  const folder = modulesFolder(sources.manifest);
  if (free === undefined) {
    return { refusal: `${folder}/${request.module} exists, but holds no module of that id`, hint: "look into it" };
  }
  const path = `${folder}/${free}/schema.yml`;
  const toRoot = `${posix.relative(posix.dirname(path), "")}/`;
  return [{ path, text: moduleFile(request, toRoot), isNew: true }];
}

function changedModule(request: TableRequest, project: Project): readonly ChangedFile[] | Refusal {
  const module = project.model.customData.find(({ id }) => id === request.module);
  const source = project.sources.modules.find(({ path }) => path === module?.schema);
  if (module === undefined || source === undefined) return newModule(request, project);
  if (module.tables.some(({ name }) => name === request.table)) return [];
  const root = readYaml(source, () => {});
  return root?.kind === "map" ? changed(source, [tableAddition(request, root)]) : [];
}

function replaced(sources: readonly Source[], files: readonly Source[]): Source[] {
  const kept = sources.filter(({ path }) => !files.some((file) => file.path === path));
  return [...kept, ...files];
}

/** Warnings in a manifest that is read, but a slip where somebody asks for it: an unknown type of a setting. */
const slips: ReadonlySet<string> = new Set(["KG207"]);

/** Reads the changed files as the generator will: they must be free of errors, and of the same format as before. */
function mistakesIn(files: readonly ChangedFile[], { sources, model, layout }: Project): Change | undefined {
  const manifest = files.find(({ path }) => path === sources.manifest.path) ?? sources.manifest;
  const modules = replaced(
    sources.modules,
    files.filter(({ path }) => path !== sources.manifest.path),
  );
  const after = parse({ ...sources, manifest, modules });
  const planned = after.model === undefined ? [] : plan(after.model, layout).diagnostics;
  const known = new Set(parse(sources).diagnostics.map(({ message }) => message));
  const mistakes = [...after.diagnostics, ...planned].filter(
    ({ severity, code, message }) => severity === "error" || (slips.has(code) && !known.has(message)),
  );
  if (mistakes.length > 0) return { diagnostics: mistakes };
  if (after.model?.format === model.format) return undefined;
  return { refusal: "this addition would change the detected manifest format", hint: "edit the file yourself" };
}

/** Decides what a request changes, file by file, the manifest last: what it refers to stands before it does. */
export function change(request: Request, project: Project): Change {
  const wanted = additionsFor(request, project);
  if ("refusal" in wanted) return wanted;
  const modules = request.kind === "table" ? changedModule(request, project) : [];
  if ("refusal" in modules) return modules;
  const edited = changed(project.sources.manifest, wanted.additions);
  if ("refusal" in edited) return edited;
  const files = [...modules, ...edited];
  return mistakesIn(files, project) ?? { files };
}
