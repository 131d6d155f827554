import { extensionSchema } from "../../schemas/manifest-schema.js";
import { type JsonObject, readEvents } from "../../schemas/read.js";
import { extensionApi, platformApi } from "../../support/openapi.js";
import { endpointPages, shownDocuments } from "./endpoint-pages.js";
import { eventPages } from "./event-pages.js";
import { manifestPages } from "./manifest-pages.js";
import { scopePage } from "./scope-page.js";
import { shownFormats } from "./shown-formats.js";
import { apiKeyCalls, handlerCalls } from "./typed-calls.js";

const asJson = (document: object): JsonObject => document as JsonObject;

/** Every page of the reference that is made from the source, by its path in the repository. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const documents = shownDocuments(asJson(extensionApi.document), asJson(platformApi.document), {
    handler: handlerCalls(),
    apiKey: await apiKeyCalls(platformApi.operations),
  });
  return new Map([
    ...manifestPages(shownFormats()),
    ...eventPages(readEvents()),
    ...endpointPages(documents),
    ["docs/reference/scopes.md", scopePage(extensionSchema, documents)],
  ]);
}
