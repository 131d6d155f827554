import { diagnose } from "../../diagnostics/diagnose.js";
import { type Diagnostic, hasErrors } from "../../diagnostics/diagnostic.js";
import { describeSystemError } from "../../project/host.js";
import type { Schemas } from "../../project/schemas.js";
import type { Source } from "../../yaml/read-yaml.js";
import type { EventCatalog } from "../event-catalog.js";
import { readOpenApi, toData } from "../openapi/openapi.js";
import { fitsInRecord } from "../openapi/recursive-schemas.js";
import type { OperationRecord } from "../operations.js";
import type { CompileCache } from "./compile-cache.js";
import { type CatalogPart, compileEvents, overlay, partShape, withExamples } from "./compile-catalog.js";
import { readSchemaFolder } from "./read-folder.js";
import { withRecords } from "./record-types.js";
import { shippedShapes } from "./shipped.js";

export { createCompileCache } from "./compile-cache.js";

/** Events and operations of Kiket: the shipped ones, or the project's own in their place. */
export interface Contracts {
  readonly catalog: EventCatalog;
  readonly operations: readonly OperationRecord[];
  /** Types of the project's own OpenAPI document; absent if the shipped one is used. */
  readonly api?: string;
  readonly diagnostics: readonly Diagnostic[];
}

async function withEvents(
  base: Contracts,
  folder: string,
  sources: readonly Source[],
  cache: CompileCache,
): Promise<Contracts> {
  const shared = await shippedShapes();
  const { events, diagnostics: found } = readSchemaFolder(folder, sources, shared);
  const diagnostics = [...base.diagnostics, ...found];
  if (hasErrors(found)) return { ...base, diagnostics };
  try {
    const part = await cache.compiled("events", [...shared, ...sources], partShape, async (): Promise<CatalogPart> => {
      const { compile } = await import("json-schema-to-typescript");
      return withExamples(await compileEvents(events, base.catalog.shapes, compile), events);
    });
    return { ...base, catalog: overlay(base.catalog, part), diagnostics };
  } catch (error) {
    // The caller reports an error of the file system.
    if (describeSystemError(error) !== undefined) throw error;
    const message = `cannot generate types from the schemas: ${(error as Error).message}`;
    return { ...base, diagnostics: [...diagnostics, diagnose("KG703", { file: folder, line: 1, column: 1 }, message)] };
  }
}

type Notify = (text: string) => void;

/** In UTF-16 code units. Reading a document of this length, and making its types, takes about a second. */
const long = 1024 * 1024;

async function withOpenApi(
  base: Contracts,
  source: Source,
  cache: CompileCache,
  notify: Notify | undefined,
): Promise<Contracts> {
  const tell: Notify = (text) => source.text.length > long && notify?.(text);
  const diagnostics = [...base.diagnostics];
  tell(`reading ${source.path} (${(source.text.length / 1_000_000).toFixed(1)} MB)`);
  const document = readOpenApi(source, (diagnostic) => void diagnostics.push(diagnostic));
  if (document === undefined) return { ...base, diagnostics };
  try {
    const api = await cache.compiled("openapi", [source], "string", async () => {
      tell(`generating the types of ${document.operations.length} operations`);
      const { openapiTypes } = await import("../openapi/openapi-types.js");
      const data = toData(document.root, document.repeatedIds) as object;
      return withRecords(openapiTypes(data), fitsInRecord(data));
    });
    return { ...base, api, operations: document.operations, diagnostics };
  } catch (error) {
    if (describeSystemError(error) !== undefined) throw error;
    // The type compiler does not check the type of each part. A wrong one causes any TypeError, whose message does not help.
    const reason =
      error instanceof TypeError
        ? "a part of it does not have the type that OpenAPI requires"
        : (error as Error).message;
    const message = `cannot generate types from the document: ${reason}`;
    return { ...base, diagnostics: [...diagnostics, diagnose("KG709", document.root.at, message)] };
  }
}

/**
 * Replaces the shipped schemas by the project's own. If these have mistakes, the result contains the shipped ones, and the caller
 * must not use them. `shipped` contains the diagnostics of reading the project's own schemas. `notify` is told what takes long.
 */
export async function extendContracts(
  shipped: Contracts,
  { paths, events, openapi }: Schemas,
  cache: CompileCache,
  notify?: Notify,
): Promise<Contracts> {
  if (hasErrors(shipped.diagnostics)) return shipped;
  const own = paths.events === undefined ? shipped : await withEvents(shipped, paths.events, events, cache);
  return openapi === undefined ? own : withOpenApi(own, openapi, cache, notify);
}
