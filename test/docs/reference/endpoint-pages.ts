import { isObject, type JsonObject } from "../../schemas/read.js";
import {
  type EndpointDocument,
  evidenceOf,
  jsonOf,
  type Operation,
  readDocument,
  scopeLinks,
} from "./endpoint-document.js";
import { anchorOf, block, code, page, plainText, sentence, table } from "./markdown.js";
import { membersOf, memberTable, typeOf } from "./schema-members.js";
import { scopeAnchor } from "./scope-names.js";
import type { TypedCalls } from "./typed-calls.js";

const folder = "docs/reference/endpoints";

/** A document with what the pages say of it beside its own texts. */
export interface ShownDocument {
  readonly document: EndpointDocument;
  /** Before the names of its pages. */
  readonly prefix: string;
  readonly typesPage: string;
  readonly title: string;
  readonly calls: TypedCalls;
  /** The call of any operation: `context.api.GET("…")`. */
  readonly anyCall: (operation: Operation) => string;
}

/** Words of a tag for a title: `intakeForms` → `intake forms`. */
function words(tag: string): string {
  const spaced = tag.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return spaced === "sla" ? "SLA" : spaced;
}

function pageName({ prefix }: ShownDocument, tag: string): string {
  return `${prefix}${words(tag).toLowerCase().replaceAll(" ", "-")}`;
}

function linkTo(shown: ShownDocument, operation: Operation): string {
  return `[${plainText(operation.summary)}](${pageName(shown, operation.tag)}.md#${anchorOf(operation.summary)})`;
}

function parameterTable(operation: Operation, { follow }: EndpointDocument): string {
  const rows = operation.parameters.map((parameter) => {
    const type = isObject(parameter.schema) ? typeOf(parameter.schema, follow) : "any";
    return [
      code(String(parameter.name)),
      String(parameter.in),
      parameter.required === true ? `${type}, required` : type,
      plainText(String(parameter.description ?? "")),
    ];
  });
  return rows.length === 0 ? "" : table(["parameter", "in", "type", "what it is"], rows);
}

/** The members of a body or an answer, or the type that describes them. */
function contentOf(title: string, message: JsonObject, { follow }: EndpointDocument): readonly string[] {
  const json = jsonOf(message);
  if (json === undefined) return [];
  const type = typeOf(json.schema, follow);
  const members = typeof json.schema.$ref === "string" ? [] : membersOf(json.schema, follow);
  return [
    members.length === 0 ? `${title}: ${type}.` : `${title}:`,
    members.length === 0 ? "" : memberTable(members),
    json.example === undefined ? "" : block("json", JSON.stringify(json.example, null, 2)),
  ];
}

function operationSection(shown: ShownDocument, operation: Operation): string {
  const { document, calls, anyCall } = shown;
  const typed = calls.get(`${operation.method} ${operation.path}`) ?? [];
  const success = operation.answers.filter(([status]) => status.startsWith("2"));
  const failures = operation.answers.filter(([status]) => /^[45]/.test(status));
  const facts = [
    `Call: ${[...typed, anyCall(operation)].map(code).join(", or ")}`,
    `Scope: ${scopeLinks(operation, scopeAnchor)}`,
    `How sure: ${evidenceOf(operation, document)}`,
    `Statuses: ${[...success, ...failures].map(([status]) => status).join(", ")}`,
    `\`operationId\`: ${code(operation.id)}`,
  ];
  const [, answer] = success.find(([, each]) => jsonOf(each) !== undefined) ?? [];
  return page(
    `## ${operation.summary}`,
    code(`${operation.method.toUpperCase()} ${operation.path}`),
    plainText(operation.description),
    facts.map((fact) => `* ${fact}`).join("\n"),
    parameterTable(operation, document),
    ...(operation.body === undefined ? [] : contentOf("Body", operation.body, document)),
    ...(answer === undefined ? [] : contentOf("Answer", answer, document)),
  );
}

function tagPage(shown: ShownDocument, tag: EndpointDocument["tags"][number]): string {
  const own = shown.document.operations.filter((operation) => operation.tag === tag.name);
  return page(
    `# ${shown.title}: ${words(tag.name)}`,
    sentence(plainText(tag.description)),
    ...own.map((operation) => operationSection(shown, operation)),
    `[All operations](README.md), [types](${shown.typesPage}.md), [scopes](../scopes.md)`,
  );
}

function typesPage({ document, title }: ShownDocument): string {
  return page(
    `# ${title}: types`,
    "Objects may have more members than are listed.",
    ...document.types.map(([name, schema]) => {
      const members = membersOf(schema, document.follow);
      return page(
        `## ${name}`,
        sentence(plainText(String(schema.description ?? ""))),
        members.length > 0 ? memberTable(members) : `Type: ${typeOf(schema, document.follow)}.`,
      );
    }),
    "[All operations](README.md)",
  );
}

const statuses: readonly (readonly [status: string, meaning: string])[] = [
  ["401", "the credential is missing or not valid"],
  ["403", "this is not permitted, for example because a scope is missing"],
  ["404", "there is no such thing, or the credential may not see it"],
  ["409", "something blocks the change"],
  ["422", "Kiket refuses what was sent"],
  ["429", "too many calls; `Retry-After` says how long to wait"],
];

function indexPage(documents: readonly ShownDocument[]): string {
  const sections = documents.flatMap((shown) => [
    `## ${shown.title}`,
    plainText(shown.document.description.split("\n\n")[0] ?? ""),
    `[Types of its bodies and answers](${shown.typesPage}.md)`,
    ...shown.document.tags.map((tag) => {
      const own = shown.document.operations.filter((operation) => operation.tag === tag.name);
      const rows = own.map((operation) => [
        linkTo(shown, operation),
        code(`${operation.method.toUpperCase()} ${operation.path}`),
        operation.scopes.map(code).join(", "),
        (shown.calls.get(`${operation.method} ${operation.path}`) ?? []).map(code).join(", "),
        operation.isUnverified ? "unverified" : "",
      ]);
      return page(
        `### ${words(tag.name).replace(/^./, (letter) => letter.toUpperCase())}${shown.prefix === "" ? "" : " with an API key"}`,
        table(["operation", "method and path", "scope", "typed call", ""], rows),
      );
    }),
  ]);
  return page(
    "# Endpoints",
    "Every operation of Kiket's API that is known. A handler makes the typed calls of `context.endpoints`, which check what they send and read. For operations without one, `context.api` is a client of the whole document.",
    "Kiket does not publish a description of these APIs. The documents are [schemas/openapi.yaml](../../../schemas/openapi.yaml) and [schemas/platform.openapi.yaml](../../../schemas/platform.openapi.yaml). An empty scope means that no scope is known, not that none is needed. “Unverified” means that the operation was seen only in documentation, or that clients disagree about it.",
    "A call that fails throws an `ApiError` with the status:",
    table(["status", "what it means"], statuses),
    ...sections,
  );
}

/** Every page about endpoints, by path. */
export function endpointPages(documents: readonly ShownDocument[]): ReadonlyMap<string, string> {
  return new Map([
    [`${folder}/README.md`, indexPage(documents)],
    ...documents.flatMap((shown) => [
      ...shown.document.tags.map((tag) => [`${folder}/${pageName(shown, tag.name)}.md`, tagPage(shown, tag)] as const),
      [`${folder}/${shown.typesPage}.md`, typesPage(shown)] as const,
    ]),
  ]);
}

/** The two documents as the pages show them. */
export function shownDocuments(
  extension: JsonObject,
  platform: JsonObject,
  calls: { readonly handler: TypedCalls; readonly apiKey: TypedCalls },
): readonly ShownDocument[] {
  return [
    {
      document: readDocument("openapi.yaml", extension, "types"),
      prefix: "",
      typesPage: "types",
      title: "The API for extensions",
      calls: calls.handler,
      anyCall: ({ method, path }) => `context.api.${method.toUpperCase()}("${path}")`,
    },
    {
      document: readDocument("platform.openapi.yaml", platform, "platform-types"),
      prefix: "platform-",
      typesPage: "platform-types",
      title: "The platform API, with an API key",
      calls: calls.apiKey,
      anyCall: ({ method, path }) => `createApiKeyClient().api.${method.toUpperCase()}("${path}")`,
    },
  ];
}
