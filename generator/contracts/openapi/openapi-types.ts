/**
 * Turns OpenAPI into types. Calls the transformer of openapi-typescript only: the part that validates and joins documents is not
 * in the package, because `openapi.ts` does that before.
 */
import {
  astToString,
  type GlobalContext,
  type OpenAPI3,
  resolveRef,
  scanDiscriminators,
  transformSchema,
} from "openapi-typescript";
import { ts } from "ts-morph";
import { escapeInvisible } from "../../base/invisible-characters.js";
import { withoutForeignTags, withSentences } from "./openapi-comments.js";
import { withoutData, withPlainKeywords } from "./openapi-keywords.js";
import { withAliases } from "./recursive-types.js";

/** The defaults of openapi-typescript, as for the shipped types; but an object without members may have any. */
function contextOf(document: OpenAPI3): GlobalContext {
  const context: Omit<GlobalContext, "redoc" | "postTransform" | "transform" | "transformProperty"> = {
    additionalProperties: false,
    alphabetize: false,
    arrayLength: false,
    conditionalEnums: false,
    dedupeEnums: false,
    defaultNonNullable: true,
    discriminators: withoutData(document, () => scanDiscriminators(document, { silent: true })),
    emptyObjectsUnknown: true,
    enum: false,
    enumValues: false,
    excludeDeprecated: false,
    exportType: false,
    generatePathParams: false,
    immutable: false,
    injectFooter: [],
    makePathsEnum: false,
    pathParamsAsTypes: false,
    propertiesRequiredByDefault: false,
    readWriteMarkers: false,
    resolve: ($ref) => resolveRef(document, $ref, { silent: true }),
    rootTypes: false,
    rootTypesKeepCasing: false,
    rootTypesNoSchemaPrefix: false,
    silent: true,
  };
  return context as GlobalContext;
}

/** Whether the text contains only declarations of types: no document must be able to add another statement. */
function hasOnlyTypes(text: string): boolean {
  const { statements } = ts.createSourceFile("api.gen.ts", text, ts.ScriptTarget.ESNext);
  const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
  const types = statements.every((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node));
  return types && diagnostics?.length === 0;
}

/** The text of a module with `paths`, `components` and `operations`. Throws if the document cannot be turned into types. */
export function openapiTypes(document: object): string {
  const schema = withPlainKeywords(withSentences(document)) as OpenAPI3;
  const types = withAliases(astToString(transformSchema(schema, contextOf(schema))));
  const text = escapeInvisible(withoutForeignTags(types));
  if (!hasOnlyTypes(text)) throw new Error("a name in the document cannot be used in a type");
  return text;
}
