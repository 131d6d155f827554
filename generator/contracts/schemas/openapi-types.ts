/**
 * OpenAPI to types. Built into a file of its own together with openapi-typescript and the TypeScript 5.9 that it needs, so that
 * the user's TypeScript does not matter; without the part of it that validates and joins documents, which is done before.
 */
import {
  astToString,
  type GlobalContext,
  type OpenAPI3,
  resolveRef,
  scanDiscriminators,
  transformSchema,
} from "openapi-typescript";
import ts from "typescript";

/** The choices that the shipped types are made with: its own defaults. */
function contextOf(document: OpenAPI3): GlobalContext {
  const context: Omit<GlobalContext, "redoc" | "postTransform" | "transform" | "transformProperty"> = {
    additionalProperties: false,
    alphabetize: false,
    arrayLength: false,
    conditionalEnums: false,
    dedupeEnums: false,
    defaultNonNullable: true,
    discriminators: scanDiscriminators(document, {}),
    emptyObjectsUnknown: false,
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

/** Declarations of types and nothing else: whatever a document says, it adds no statement. */
function holdsOnlyTypes(text: string): boolean {
  const { statements } = ts.createSourceFile("api.gen.ts", text, ts.ScriptTarget.ESNext);
  const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
  const types = statements.every((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node));
  return types && diagnostics?.length === 0;
}

/** The text of a module with `paths`, `components` and `operations`. Throws for a document that cannot be one. */
export function openapiTypes(document: object): string {
  const schema = document as OpenAPI3;
  const text = astToString(transformSchema(schema, contextOf(schema)));
  if (!holdsOnlyTypes(text)) throw new Error("a name in the document cannot stand in a type");
  return text;
}
