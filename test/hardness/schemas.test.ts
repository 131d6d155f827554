import { rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../support/compile.js";
import { createProject, readTree, removeProject, root } from "../support/project.js";
import { type Finished, runCli } from "../support/run-node.js";

/** A file outside the project, and a server: whatever reads one of them has followed a reference that it must not follow. */
const trap = join(root, `test/.tmp/trap-${process.pid}.json`);
const stolen = JSON.stringify({
  type: "object",
  title: "StolenText",
  properties: { stolenMember: { type: "string" } },
});

let server: Server;
let folder: string;
const requests: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.end(stolen);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await rm(trap, { force: true });
});
afterEach(() => removeProject(folder));

const manifest = `model_version: "1.0"
extension:
  id: com.example.own
  name: Own
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  hooks: [{ event: widget.made }]
`;

/** Every way to name the server or the file. */
function targets(): readonly string[] {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return [
    ...[`${base}/x`, `${base}/x#/properties`, base.replace("http:", ""), base.replace("http", "HTTP")],
    ...[trap, `${trap}#/properties`, pathToFileURL(trap).href, `../${trap.split("/").at(-1)}`],
    ...[`contracts/../../${trap.split("/").at(-1)}`, `..%2f${trap.split("/").at(-1)}`],
  ];
}

/** Runs with these files, which are written as JSON. Nothing may have been read from the trap, or fetched. */
async function runAlone(files: Readonly<Record<string, unknown>>, ...options: readonly string[]): Promise<Finished> {
  const texts = Object.entries(files).map(([path, content]) => [path, JSON.stringify(content)]);
  folder = await createProject({ "extension.yaml": manifest, ...Object.fromEntries(texts) });
  await writeFile(trap, stolen);
  const run = await runCli(options, folder);
  expect(requests).toEqual([]);
  expect(JSON.stringify([await readTree(folder), run])).not.toMatch(/StolenText|stolenMember/);
  return run;
}

function codesIn({ stderr }: Finished): readonly string[] {
  return [...new Set([...stderr.matchAll(/ {2}error {2}(\w+)/g)].map(([, code = ""]) => code))];
}

describe("an event schema", () => {
  /** In places where a reference, or another keyword, has no meaning. */
  const asData = (target: string) => ({
    $schema: target,
    $id: target.startsWith("http") ? target : "widget",
    "x-own": { $ref: target },
    type: "object",
    properties: {
      constant: { const: { $ref: target, $id: target, $schema: target } },
      value: { enum: [{ $ref: target }, [{ $ref: target }], target, 1] },
      typed: { type: "object", enum: [{ $ref: target }] },
      default: { type: "object", default: { $ref: target }, examples: [{ $ref: target }] },
      unknown: {
        "x-own": { $ref: target },
        tsType: "import('node:fs')",
        tsEnumNames: ["a = evil()"],
        customName: "*/ evil",
      },
      text: {
        type: "string",
        title: "*/ evil()",
        description: `*/ evil() @see ${target}`,
        format: target,
        pattern: target,
      },
      $ref: { type: "string" },
    },
  });
  test("is read alone, whatever its data names", async () => {
    const schemas = targets().map((target, index) => [`contracts/widget.made.v${index}.schema.json`, asData(target)]);
    const { code, stderr } = await runAlone(Object.fromEntries(schemas), "--events", "contracts");
    expect([code, stderr]).toEqual([0, ""]);
    expect(await compile(folder)).toBe("");
  });

  test("cannot reach out by a reference", async () => {
    const references = targets().flatMap((target) => [{ $ref: target }, { $dynamicRef: target }]);
    const schema = { type: "object", properties: Object.fromEntries(references.entries()) };
    const run = await runAlone({ "contracts/widget.made.v1.schema.json": schema }, "--events", "contracts");
    expect([run.code, codesIn(run)]).toEqual([1, ["KG705"]]);
    expect(run.stderr).toContain(`${references.length} errors; nothing was written`);
  });
});

describe("an OpenAPI document", () => {
  const pathOf = (target: string) => ({
    get: {
      parameters: [
        {
          ...{ name: "p", in: "query", schema: { type: "string", default: { $ref: target } } },
          ...{
            example: { $ref: target },
            examples: { a: { externalValue: target }, b: { value: { $ref: target } } },
          },
        },
      ],
      responses: {
        200: {
          description: "x",
          links: { l: { operationRef: target } },
          content: {
            "application/json": {
              schema: schemaOf(target),
              example: { $ref: target },
              examples: { a: { externalValue: target } },
            },
          },
        },
      },
    },
  });
  const schemaOf = (target: string) => ({
    ...{ $schema: target, $id: target, $comment: target, "x-own": { $ref: target }, type: "object" },
    discriminator: {
      propertyName: "kind",
      mapping: { a: target, b: "#/__proto__", c: "#/constructor/prototype" },
    },
    oneOf: [{ $ref: "#/components/schemas/B" }],
    properties: {
      constant: { const: { $ref: target } },
      value: { enum: [{ $ref: target }, target, 1] },
      typed: { type: "object", enum: [{ $ref: target }] },
      default: {
        type: "object",
        default: { $ref: target },
        example: { $ref: target },
        examples: [{ $ref: target }],
      },
      dynamic: { $dynamicRef: target },
      $ref: { type: "string" },
    },
  });
  const documentOf = (paths: object, schemas: object) => ({
    openapi: "3.1.0",
    info: { title: "A", version: "1" },
    jsonSchemaDialect: targets()[0],
    externalDocs: { url: targets()[0] },
    servers: targets().map((url) => ({ url })),
    "x-own": targets().map((target) => ({ $ref: target })),
    paths,
    components: {
      examples: Object.fromEntries(
        targets()
          .map((target) => ({ externalValue: target }))
          .entries(),
      ),
      schemas: { ...schemas, B: { type: "object", properties: { kind: { type: "string" } } } },
    },
  });

  test("is read alone, whatever its data names", async () => {
    const paths = targets().map((target, index) => [`/${index}`, pathOf(target)]);
    const { code, stderr } = await runAlone(
      { "api.json": documentOf(Object.fromEntries(paths), {}) },
      "--openapi",
      "api.json",
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(await compile(folder)).toBe("");
  });

  test("cannot reach out by a reference", async () => {
    const references = targets().map((target, index) => [`A${index}`, { $ref: target }]);
    const document = documentOf({}, Object.fromEntries(references));
    const run = await runAlone({ "api.json": document }, "--openapi", "api.json");
    expect([run.code, codesIn(run)]).toEqual([1, ["KG705"]]);
    expect(run.stderr).toContain(`${references.length} errors; nothing was written`);
  });
});
