import { posix } from "node:path";
import { windowsObjection } from "../base/file-name.js";
import { compare } from "../base/naming.js";
import type { Refusal } from "../base/refusal.js";
import { anyOf, inWords } from "../base/word-list.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Parsed, parse } from "../manifest/parse.js";
import type { ParsedProject } from "../manifest/parse-project.js";
import type { TableModel } from "../model/model.js";
import { plan } from "../output/plan.js";
import { type Loaded, modulesFolder, type Source } from "../project/find-manifest.js";
import { defaultLayout } from "../project/layout.js";
import { type Addition, insert } from "../yaml/insert.js";
import { additionsFor } from "./formats/index.js";
import { moduleFile, tableAddition } from "./module-file.js";
import type { Request, TableRequest } from "./parse-request.js";

/** A file with its new text. A new file has no text `before`. */
export interface ChangedFile extends Source {
  readonly before?: string;
}

/** The project's sources after the addition, parsed like the generator parses them. */
interface Changed {
  /** The manifest is last, so that a module file exists before the manifest refers to it. */
  readonly files: readonly ChangedFile[];
  readonly sources: Loaded;
  readonly parsed: Parsed;
}

/** The result of a request. `diagnostics` are the problems that the changed files would have. */
export type AdditionOutcome = Changed | Refusal | { readonly diagnostics: readonly Diagnostic[] };

/** The project that a request changes. */
interface Subject extends ParsedProject {
  readonly sources: Loaded;
  /** Whether the files are for Windows. */
  readonly windows: boolean;
}

function changed(source: Source, additions: readonly Addition[]): readonly ChangedFile[] | Refusal {
  let { text } = source;
  for (const addition of additions) {
    const inserted = insert(text, addition);
    if ("problem" in inserted)
      return { refusal: `${source.path}: ${inserted.problem}`, hint: "edit the file yourself" };
    text = inserted.text;
  }
  return text === source.text ? [] : [{ path: source.path, before: source.text, text }];
}

/** The folder of a new module has the last part of its id as its name, or the whole id if that name cannot be used. */
function newModule(
  request: TableRequest,
  { manifest, parsed, sources: { moduleFolders } }: Subject,
): readonly ChangedFile[] | Refusal {
  const names = [request.module.split(".").at(-1) ?? request.module, request.module];
  const portable = names.filter((name) => windowsObjection(name) === undefined);
  if (portable.length === 0) {
    const refusal = `the module needs the folder ${request.module}, but ${windowsObjection(request.module)}`;
    return { refusal, hint: "use another id" };
  }
  const free = portable.find((name) => !moduleFolders.includes(name));
  const folder = modulesFolder(manifest.path);
  if (free === undefined) {
    const meant = parsed.model.customData.map(({ id }) => id).filter((id) => id.split(".").at(-1) === request.module);
    return {
      refusal: `${folder}/${request.module} exists, but does not contain the module`,
      hint: meant.length === 0 ? "check the files in this folder" : `did you mean ${anyOf(meant)}?`,
    };
  }
  const path = `${folder}/${free}/schema.yml`;
  const toRoot = `${posix.relative(posix.dirname(path), "")}/`;
  return [{ path, text: moduleFile(request, toRoot) }];
}

/** What exists is not changed, so columns that it lacks are a refusal. */
function existingTable({ columns }: TableRequest, table: TableModel, path: string): readonly ChangedFile[] | Refusal {
  const missing = columns.map(({ name }) => name).filter((name) => !table.columns.some((own) => own.name === name));
  if (missing.length === 0) return [];
  return {
    refusal: `the table ${table.name} exists without ${missing.length === 1 ? "the column" : "the columns"} ${inWords(missing)}`,
    hint: `write ${missing.length === 1 ? "it" : "them"} into ${path}`,
  };
}

function changedModule(request: TableRequest, subject: Subject): readonly ChangedFile[] | Refusal {
  const { sources, parsed } = subject;
  const module = parsed.model.customData.find(({ id }) => id === request.module);
  const isIts = ({ path }: { readonly path: string }) => path === module?.schema;
  const [source, written] = [sources.modules.find(isIts), parsed.modules.find(isIts)];
  if (module === undefined || source === undefined || written === undefined) return newModule(request, subject);
  const table = module.tables.find(({ name }) => name === request.table);
  if (table !== undefined) return existingTable(request, table, source.path);
  return changed(source, [tableAddition(request, written.root)]);
}

/** The sources with the changed files, in the order in which they will be found. */
function withFiles({ manifest, modules, ...loaded }: Loaded, files: readonly ChangedFile[]): Loaded {
  const latest = (source: Source) => files.find(({ path }) => path === source.path) ?? source;
  const created = files.filter(({ before }) => before === undefined);
  const all = [...modules.map(latest), ...created].sort((a, b) =>
    compare(posix.dirname(a.path), posix.dirname(b.path)),
  );
  return { ...loaded, ...(manifest === undefined ? {} : { manifest: latest(manifest) }), modules: all };
}

/** Warnings that stop an addition: an unknown type of a setting is a typing error here. */
const slips: ReadonlySet<string> = new Set(["KG207"]);

/** The changed files must have no errors, and the manifest must keep its format. */
function mistakesIn({ parsed: after }: Changed, { parsed, windows }: Subject): AdditionOutcome | undefined {
  const planned = after.model === undefined ? [] : plan(after.model, defaultLayout, { windows }).diagnostics;
  const known = new Set(parsed.diagnostics.map(({ message }) => message));
  const mistakes = [...after.diagnostics, ...planned].filter(
    ({ severity, code, message }) => severity === "error" || (slips.has(code) && !known.has(message)),
  );
  if (mistakes.length > 0) return { diagnostics: mistakes };
  if (after.model?.format === parsed.model.format) return undefined;
  return { refusal: "this addition would change the detected manifest format", hint: "edit the file yourself" };
}

/** Works out what a request changes in each file. Writes nothing. */
export function change(request: Request, subject: Subject): AdditionOutcome {
  const wanted = additionsFor(request, subject.parsed);
  if ("refusal" in wanted) return wanted;
  const modules = request.kind === "table" ? changedModule(request, subject) : [];
  if ("refusal" in modules) return modules;
  const edited = changed(subject.manifest, wanted.additions);
  if ("refusal" in edited) return edited;
  const files = [...modules, ...edited];
  const sources = withFiles(subject.sources, files);
  const after = { files, sources, parsed: files.length === 0 ? subject.parsed : parse(sources) };
  return mistakesIn(after, subject) ?? after;
}
