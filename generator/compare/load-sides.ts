import { posix } from "node:path";
import { type OpenApi, readOpenApi } from "../contracts/openapi/openapi.js";
import { readSchemaFolder } from "../contracts/schemas/read-folder.js";
import type { EventSchema } from "../contracts/schemas/schema.js";
import { shippedSchemas, shippedShapes } from "../contracts/schemas/shipped.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Files } from "../project/find-manifest.js";
import { loadFolder } from "../project/schemas.js";
import type { Reporter } from "../yaml/node.js";
import type { Source } from "../yaml/read-yaml.js";

/** One of the two versions to compare. A part that it does not have is absent. */
export interface Side {
  readonly events?: readonly EventSchema[];
  readonly openapi?: OpenApi;
}

const documents = ["openapi.yaml", "openapi.yml", "openapi.json"];

/** The event schemas directly in a folder; `undefined` if there are none. */
async function eventsIn(
  folder: string,
  sources: readonly Source[],
  report: Reporter,
): Promise<readonly EventSchema[] | undefined> {
  const own = posix.normalize(folder);
  if (!sources.some(({ path }) => posix.dirname(path) === own && path.endsWith(".schema.json"))) return undefined;
  const { events, diagnostics } = readSchemaFolder(folder, sources, await shippedShapes());
  for (const diagnostic of diagnostics) report(diagnostic);
  return events;
}

function sideOf(events: readonly EventSchema[] | undefined, openapi: OpenApi | undefined): Side {
  return { ...(events === undefined ? {} : { events }), ...(openapi === undefined ? {} : { openapi }) };
}

/** The event schemas of a folder. */
export async function eventsSide(files: Files, folder: string, report: Reporter): Promise<Side> {
  return sideOf(await eventsIn(folder, await loadFolder(files, folder), report), undefined);
}

/** An OpenAPI document: the first of the paths that exists. */
export async function openApiSide(
  files: Pick<Files, "read">,
  paths: readonly string[],
  report: Reporter,
): Promise<Side> {
  for (const path of paths) {
    const text = await files.read(path);
    if (text !== undefined) return sideOf(undefined, readOpenApi({ path, text }, report));
  }
  return {};
}

/** A folder with the layout of `schemas/` in this package: event schemas in it or in its `events/`, and an `openapi.yaml`. */
export async function folderSide(files: Files, folder: string, report: Reporter): Promise<Side> {
  const sources = await loadFolder(files, folder);
  const below = posix.join(folder, "events");
  const inEvents = sources.filter(({ path }) => path.startsWith(`${below}/`));
  const events = (await eventsIn(below, inEvents, report)) ?? (await eventsIn(folder, sources, report));
  const known = new Map(sources.map(({ path, text }) => [path, text]));
  const once = { read: async (path: string) => known.get(path) ?? files.read(path) };
  const places = documents.map((name) => posix.join(folder, name));
  return { ...sideOf(events, undefined), ...(await openApiSide(once, places, report)) };
}

/** The schemas that this package ships. */
export async function shippedSide(): Promise<Side> {
  const mistakes: Diagnostic[] = [];
  const side = await folderSide(shippedSchemas(), ".", (diagnostic) => void mistakes.push(diagnostic));
  const [first] = mistakes;
  if (first !== undefined) throw new Error(`${first.at.file}:${first.at.line}: ${first.message}`);
  return side;
}
