import { posix } from "node:path";
import { type OpenApi, readOpenApi } from "../contracts/schemas/openapi.js";
import { readSchemaFolder } from "../contracts/schemas/read-folder.js";
import type { EventSchema } from "../contracts/schemas/schema.js";
import { shippedSchemas, shippedShapes } from "../contracts/schemas/shipped.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Files } from "../project/find-manifest.js";
import { loadFolder } from "../project/schemas.js";
import type { Report } from "../yaml/node.js";

/** One version of what is known of Kiket; a part that it does not have is absent. */
export interface Side {
  readonly events?: readonly EventSchema[];
  readonly openapi?: OpenApi;
}

const documents = ["openapi.yaml", "openapi.yml", "openapi.json"];

async function readEvents(files: Files, folder: string, report: Report): Promise<EventSchema[] | undefined> {
  const sources = await loadFolder(files, folder);
  if (!sources.some(({ path }) => posix.dirname(path) === posix.normalize(folder) && path.endsWith(".schema.json")))
    return undefined;
  const { events, diagnostics } = readSchemaFolder(folder, sources, await shippedShapes());
  for (const diagnostic of diagnostics) report(diagnostic);
  return [...events];
}

async function readDocument(files: Files, path: string, report: Report): Promise<OpenApi | undefined> {
  const text = await files.read(path);
  return text === undefined ? undefined : readOpenApi({ path, text }, report);
}

function sideOf(events: readonly EventSchema[] | undefined, openapi: OpenApi | undefined): Side {
  return { ...(events === undefined ? {} : { events }), ...(openapi === undefined ? {} : { openapi }) };
}

/** Event schemas of a folder. */
export async function eventsSide(files: Files, folder: string, report: Report): Promise<Side> {
  return sideOf(await readEvents(files, folder, report), undefined);
}

/** An OpenAPI document. */
export async function openApiSide(files: Files, path: string, report: Report): Promise<Side> {
  return sideOf(undefined, await readDocument(files, path, report));
}

/** A folder as this package's `schemas/`: event schemas in it or in its `events/`, and an `openapi.yaml`. */
export async function folderSide(files: Files, folder: string, report: Report): Promise<Side> {
  const own = await readEvents(files, posix.join(folder, "events"), report);
  const events = own ?? (await readEvents(files, folder, report));
  for (const name of documents) {
    const path = posix.join(folder, name);
    if ((await files.read(path)) !== undefined) return sideOf(events, await readDocument(files, path, report));
  }
  return sideOf(events, undefined);
}

/** What this package ships. */
export async function shippedSide(): Promise<Side> {
  const mistakes: Diagnostic[] = [];
  const side = await folderSide(shippedSchemas(), ".", (diagnostic) => void mistakes.push(diagnostic));
  const [first] = mistakes;
  if (first !== undefined) throw new Error(`${first.at.file}:${first.at.line}: ${first.message}`);
  return side;
}
