import ts from "typescript";
import { createProject } from "../../../support/project.js";

/** The diagnostics that were printed, without source lines and totals. */
export function toldIn(stderr: string): string {
  const lines = stderr.split(/(?<=\n)/);
  return lines.filter((line) => !/^ +\d* \|/.test(line) && !/^\d+ errors?; nothing was/.test(line)).join("");
}

/** Names of the tags in all docblocks of a source file, each once, in order. */
export function tagsIn(source: string): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    for (const tag of ts.getJSDocTags(node)) found.add(tag.tagName.text);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile("x.ts", source, ts.ScriptTarget.Latest, true));
  return [...found].sort();
}

/** A manifest with these hooks and permissions. */
export function manifestOf(events: readonly string[], permissions: readonly string[] = []): string {
  const hooks = events.map((event) => `    - event: ${JSON.stringify(event)}\n`).join("");
  return `model_version: "1.0"
extension:
  id: com.example.own
  name: Own
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [${permissions.join(", ")}]
  hooks:
${hooks}`;
}

/** A project with event schemas of its own in `contracts/`; a value that is not text is written as JSON. */
export function createOwnProject(
  schemas: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const texts = Object.entries(schemas).map(([name, schema]) => [
    `contracts/${name}`,
    typeof schema === "string" ? schema : JSON.stringify(schema, null, 2),
  ]);
  return createProject({ "extension.yaml": manifestOf(["widget.made"]), ...Object.fromEntries(texts), ...files });
}

export const widgetSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  description: "Sent when a widget has been made.",
  allOf: [{ $ref: "envelope.v1.schema.json" }],
  properties: {
    widget: { $ref: "#/$defs/widget" },
    maker: { $ref: "shapes.v1.schema.json#/$defs/transition" },
    price: { $ref: "common/money.json" },
    api: { type: "string", description: "Not the envelope's." },
  },
  required: ["widget"],
  $defs: {
    widget: {
      type: "object",
      description: "A widget.",
      properties: {
        id: { type: "integer" },
        colour: { enum: ["red", "blue"] },
        parts: { type: "array", items: { $ref: "#/$defs/widget" } },
      },
      required: ["id"],
    },
  },
};

export const moneySchema = {
  title: "Money",
  type: "object",
  properties: { amount: { type: "number" }, currency: { type: "string" } },
  required: ["amount", "currency"],
};

export const widgetApi = `openapi: 3.1.0
info: { title: Widgets, version: "1" }
paths:
  /widgets/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: integer } }
    get:
      operationId: getWidget
      x-kiket-scopes: [widgets:read]
      responses:
        "200":
          description: A widget
          content: { application/json: { schema: { $ref: "#/components/schemas/Widget" } } }
    delete:
      operationId: deleteWidget
      x-kiket-scopes: [widgets:write]
      responses: { "204": { description: Gone } }
components:
  schemas:
    Widget:
      type: object
      required: [id]
      properties:
        id: { type: integer }
        colour: { type: string }
`;
