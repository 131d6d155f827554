import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { afterEach, describe, expect, it } from "vitest";
import { withoutForeignTags, withSentences } from "../../../../generator/contracts/openapi/openapi-comments.js";
import { withRecords } from "../../../../generator/contracts/schemas/record-types.js";
import { generate } from "../../../../generator/generate/generate.js";
import { openCache } from "../../../../generator/project/cache.js";
import { createHost } from "../../../../generator/project/host.js";
import { compile, testedCompilers } from "../../../support/compile.js";
import { createProject, readTree, removeProject, root } from "../../../support/project.js";
import { runCli } from "../../../support/run-node.js";
import { manifestOf, tagsIn, toldIn, widgetApi } from "../schemas/own.js";

let folder: string;
afterEach(() => removeProject(folder));

const manifest = manifestOf(["issue.created"], ["widgets:read"]);
const run = (...more: readonly string[]) => runCli(["--openapi", "api.yaml", ...more], folder);

const handler = `import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async (_payload, context) => {
  const { data } = await context.api.GET("/widgets/{id}", { params: { path: { id: 1 } } });
  const colour: string | undefined = data?.colour;
  // @ts-expect-error the document has no such path
  await context.api.GET("/api/v1/ext/sla/events", {});
  // @ts-expect-error the manifest lacks widgets:write
  await context.api.DELETE("/widgets/{id}", { params: { path: { id: 1 } } });
  return allow({ message: colour ?? "none" });
});
`;

describe("--openapi", () => {
  it.each(testedCompilers)("types context.api with it, with TypeScript %s", async (version) => {
    folder = await createProject({
      "extension.yaml": manifest,
      "api.yaml": widgetApi,
      "src/handlers/issue.created.v1.ts": handler,
    });
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([0, ""]);
    expect(await compile(folder, version)).toBe("");
  });

  const methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];
  it("takes the scopes of every method, also through references", async () => {
    const operations = methods.map((name) => `      ${name}: { x-kiket-scopes: [things:${name}], responses: {} }\n`);
    const calls = methods.flatMap((name) => [
      `  // @ts-expect-error the manifest lacks things:${name}`,
      `  await context.api.${name.toUpperCase()}("/d");`,
      `  // @ts-expect-error the manifest lacks things:${name}`,
      `  await context.api.request("${name}", "/d");`,
    ]);
    folder = await createProject({
      "extension.yaml": manifestOf(["issue.created"], ["widgets:read"]),
      "api.yaml": `openapi: 3.1.0
info: { title: A, version: "1" }
paths:
  /d: { $ref: "#/components/pathItems/D" }
components:
  pathItems:
    D:
${operations.join("")}`,
      "src/handlers/issue.created.v1.ts": `import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async (_payload, context) => {
${calls.join("\n")}
  return allow();
});
`,
    });
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([0, ""]);
    expect(await compile(folder)).toBe("");
    const audited = await runCli(["audit"], folder);
    expect(methods.filter((name) => !audited.stdout.includes(`\`things:${name}\`: ${name} /d needs it`))).toEqual([]);
    const text = await readFile(join(folder, "extension.yaml"), "utf8");
    const all = methods.map((name) => `things:${name}`).join(", ");
    await writeFile(join(folder, "extension.yaml"), text.replace("[widgets:read]", `[${all}]`));
    expect((await run()).stderr).toBe("");
    expect((await compile(folder)).match(/TS2578/g)).toHaveLength(calls.length / 2);
  });

  it("generates the shipped types from the shipped document", async () => {
    const shipped = await readFile(join(root, "schemas/openapi.yaml"), "utf8");
    folder = await createProject({ "extension.yaml": manifest, "api.yaml": shipped });
    expect((await run()).stderr).toBe("");
    const own = await readFile(join(folder, "src/generated/api.gen.ts"), "utf8");
    const [types, scopes] = await Promise.all(
      ["api.gen.ts", "call-scopes.gen.ts"].map((name) => readFile(join(root, "runtime/api", name), "utf8")),
    );
    // The build comments the interfaces of the shipped types, since the package exports them.
    const uncommented = (types ?? "").replaceAll(/^\/\*\* .* \*\/\n(?=export interface)/gm, "");
    expect(own.slice(own.indexOf("export "))).toBe(`${withRecords(uncommented)}\n${scopes}`);
  });

  it("compiles schemas that use themselves through maps, and writes the other maps as Record", async () => {
    const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    const map = (values: object) => ({ type: "object", additionalProperties: values });
    const schemas = {
      Tree: map(ref("Tree")),
      Left: map(ref("Right")),
      Right: map(ref("Left")),
      Mixed: { oneOf: [{ type: "string" }, map(ref("Mixed"))] },
      Lists: map({ type: "array", items: ref("Lists") }),
      Plain: { type: "object", properties: { a: { type: "string" } } },
      Plains: map(ref("Plain")),
    };
    const document = {
      openapi: "3.1.0",
      info: { title: "W", version: "1" },
      paths: {
        "/a": {
          get: { responses: { 200: { description: "x", content: { "application/json": { schema: ref("Tree") } } } } },
        },
      },
      components: { schemas },
    };
    folder = await createProject({ "extension.yaml": manifest, "api.json": JSON.stringify(document) });
    expect((await runCli(["--openapi", "api.json"], folder)).stderr).toBe("");
    const text = await readFile(join(folder, "src/generated/api.gen.ts"), "utf8");
    expect(text).toContain('Plains: Record<string, components["schemas"]["Plain"]>;');
    expect(text).toContain("  readonly api: object;\n  readonly endpoints: object;\n");
    expect(await compile(folder)).toBe("");
  });

  it("reads JSON, and saves the types in node_modules", async () => {
    const document = {
      openapi: "3.0.3",
      info: { title: "W", version: "1" },
      paths: { "/a": { get: { responses: {} } } },
    };
    folder = await createProject({ "extension.yaml": manifest, "api.json": JSON.stringify(document) });
    await mkdir(join(folder, "node_modules"));
    expect((await runCli(["--openapi", "api.json"], folder)).stderr).toBe("");
    const cache = openCache(folder);
    const saved = cache.read("openapi");
    const [text = ""] = saved?.texts ?? [];
    expect(JSON.parse(text)).toContain('export interface paths {\n    "/a": {');
    // Damaged types are generated again.
    cache.write("openapi", { value: saved?.value, texts: [text.replace("interface paths", "interface damaged")] });
    await runCli(["--openapi", "api.json", "--out", "src/again"], folder);
    expect(await readFile(join(folder, "src/again/api.gen.ts"), "utf8")).toContain("export interface paths {");
  });
});

describe("mistakes in a user's OpenAPI document", () => {
  const minimal = 'openapi: 3.1.0\ninfo: { title: A, version: "1" }\n';
  it.each([
    [
      "Swagger 2.0",
      "swagger: '2.0'\npaths: {}\n",
      "api.yaml:1:1  error  KG709  the document has `swagger: 2.0`, not `openapi`: it is not an OpenAPI 3 document\n    hint: convert the document to OpenAPI 3 first, for example with swagger2openapi or https://converter.swagger.io\n",
    ],
    [
      "another kind of document",
      "x: 1\nasyncapi: 3.0.0\n",
      "api.yaml:2:1  error  KG709  the document has `asyncapi: 3.0.0`, not `openapi`: it is not an OpenAPI 3 document\n",
    ],
    [
      "a document without a kind",
      "paths: {}\n",
      "api.yaml:1:1  error  KG709  the document has no key `openapi`, so it is not an OpenAPI document\n",
    ],
    [
      "another version",
      "openapi: 4.0.0\npaths: {}\n",
      "api.yaml:1:10  error  KG709  `openapi: 4.0.0` is not supported: it must be 3.0, 3.1 or 3.2\n",
    ],
    [
      "a version that is a map",
      "openapi: {}\npaths: {}\n",
      "api.yaml:1:10  error  KG709  `openapi: a map` is not supported: it must be 3.0, 3.1 or 3.2\n",
    ],
    [
      "a list",
      "- openapi: 3.1.0\n",
      "api.yaml:1:1  error  KG709  the document is a list, not a map with `openapi` and `paths`\n",
    ],
    [
      "a text",
      "openapi\n",
      "api.yaml:1:1  error  KG709  the document is a single value; it must be a map with `openapi` and `paths`\n",
    ],
    [
      "an empty file",
      "",
      "api.yaml:1:1  error  KG709  the document is empty; it must be a map with `openapi` and `paths`\n",
    ],
    [
      "no paths",
      minimal,
      "api.yaml:1:1  error  KG709  the document has no `paths`, so there is nothing that a handler could call\n",
    ],
    [
      "webhooks alone",
      `${minimal}webhooks: {}\n`,
      "api.yaml:3:1  error  KG709  the document has only `webhooks` and no `paths`, so there is nothing that a handler could call\n",
    ],
    ["paths that are no map", `${minimal}paths: []\n`, "api.yaml:3:8  error  KG709  `paths` must be a map of paths\n"],
    [
      "a URL",
      `${minimal}paths:\n  /a:\n    get:\n      responses:\n        "200": { $ref: "https://evil.example/r.yaml" }\n`,
      'api.yaml:7:24  error  KG705  the reference "https://evil.example/r.yaml" points outside the document\n    hint: bundle the document into one file first\n',
    ],
    [
      "another file",
      `${minimal}paths:\n  /a: { $ref: "./extension.yaml" }\n`,
      'api.yaml:4:15  error  KG705  the reference "./extension.yaml" points outside the document\n    hint: bundle the document into one file first\n',
    ],
    [
      "references to nothing, one of which contains code",
      `${minimal}paths:\n  /a:\n    get:\n      responses:\n        "200": { $ref: "#/components/responses/None%" }\n        "400": { $ref: "#/x;globalThis.pwned=1;/y" }\n`,
      'api.yaml:7:24  error  KG704  the reference "#/components/responses/None%" points to nothing in the document\napi.yaml:8:24  error  KG704  the reference "#/x;globalThis.pwned=1;/y" does not start with #/components/ or #/paths/\n',
    ],
    [
      "values that are not paths or operations",
      `${minimal}paths:\n  a: {}\n  /b: { get: yes }\n`,
      'api.yaml:4:6  error  KG709  `paths.a` is not a path with operations\napi.yaml:5:14  error  KG709  `paths."/b".get` is not an operation\n',
    ],
    [
      "a document that cannot be turned into types",
      `${minimal}paths:\n  /a: { get: { parameters: 7, responses: {} } }\n`,
      "api.yaml:1:1  error  KG709  cannot generate types from the document: a part of it does not have the type that OpenAPI requires\n",
    ],
    [
      "numbers that JavaScript cannot hold",
      `${minimal}paths: {}\ncomponents:\n  schemas:\n    A: { enum: [1e400, 2] }\n    B: { const: -1e400 }\n    C: { default: { x: .inf } }\n`,
      [
        ["6:17", "components.schemas.A.enum[0]", "1e400"],
        ["7:17", "components.schemas.B.const", "-1e400"],
        ["8:24", "components.schemas.C.default.x", ".inf"],
      ]
        .map(
          ([at, path, text]) =>
            `api.yaml:${at}  error  KG709  \`${path}\` is \`${text}\`, which is outside the range of numbers\n    hint: write a number between -1.79e308 and 1.79e308\n`,
        )
        .join(""),
    ],
    [
      "scopes that are not a list of texts",
      `${minimal}paths:\n  /a:\n    get: { x-kiket-scopes: issues:write }\n    put: { x-kiket-scopes: [7, ""] }\n    post: { x-kiket-scopes: }\n    head: { x-kiket-scopes: { a: b } }\n`,
      [
        ["5:28", "get"],
        ["6:29", "put"],
        ["6:32", "put"],
        ["7:29", "post"],
        ["8:29", "head"],
      ]
        .map(
          ([at, method]) =>
            `api.yaml:${at}  error  KG709  \`paths."/a".${method}.x-kiket-scopes\` must be a list of scopes\n    hint: write \`[issues:read]\`, or \`[]\` if the operation needs no scope\n`,
        )
        .join(""),
    ],
    [
      "scopes of a path, which count for no operation",
      `${minimal}paths:\n  /a:\n    x-kiket-scopes: [a:b]\n    get: {}\n`,
      "api.yaml:5:5  error  KG709  `x-kiket-scopes` must be in an operation, not in a path\n",
    ],
    [
      "paths that refer only to themselves, or out of the document under any name",
      `${minimal}paths:\n  /a: { $ref: "#/paths/~1a" }\n  /b: { $ref: "#/components/pathItems/default" }\ncomponents:\n  pathItems:\n    default: { $ref: "b.yaml" }\n`,
      /api\.yaml:4:7 {2}error {2}KG706 {2}`paths\."\/a"` refers only to itself\n.*\napi\.yaml:8:22 {2}error {2}KG705/,
    ],
    ["invalid YAML", "openapi: [\n", /^api\.yaml:1:10 {2}error {2}KG104 {2}invalid YAML: [^\n]+\n$/],
  ])("tells %s and writes nothing", async (_what, document, expected) => {
    folder = await createProject({ "extension.yaml": manifest, "api.yaml": document });
    const before = await readTree(folder);
    const { code, stdout, stderr } = await run();
    const told = toldIn(stderr);
    if (typeof expected === "string") expect(told).toBe(expected);
    else expect(told).toMatch(expected);
    expect([code, stdout]).toEqual([1, ""]);
    expect(await readTree(folder)).toEqual(before);
  });

  it("reads a document of 3 MB, tells what takes long, and refuses one of more than 32 Mi characters", async () => {
    const text = `${minimal}paths: {}\nx-filler: ${"x".repeat(3_000_000)}\n`;
    folder = await createProject({ "extension.yaml": manifest, "api.yaml": text });
    const told: string[] = [];
    const host = { ...createHost(folder), notify: (line: string) => void told.push(line) };
    const sound = await generate({ host, openapi: "api.yaml" });
    expect([sound.diagnostics, sound.model?.id]).toEqual([[], "com.example.own"]);
    expect(told).toEqual(["reading api.yaml (3.0 MB)", "generating the types of 0 operations"]);
    await writeFile(join(folder, "api.yaml"), "x".repeat(32 * 1024 * 1024 + 1));
    const { diagnostics } = await generate({ host, openapi: "api.yaml" });
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["KG108", "the file has 33554433 characters, more than 33554432"],
    ]);
    await writeFile(join(folder, "api.yaml"), `${minimal}paths: {}\n`);
    told.length = 0;
    await generate({ host, openapi: "api.yaml" });
    expect(told).toEqual([]);
  });

  it("reports a file that does not exist", async () => {
    folder = await createProject({ "extension.yaml": manifest });
    const { code, stderr } = await run();
    expect(toldIn(stderr)).toBe(
      "api.yaml:1:1  error  KG708  cannot read the OpenAPI document api.yaml\n    hint: the path is relative to the project's folder\n",
    );
    expect(code).toBe(1);
  });
});

describe("a hostile OpenAPI document", () => {
  const evil =
    "*/ globalThis.pwned = 1; /* \" ' ` $\u007bglobalThis.pwned = 1}\n}; globalThis.pwned = 1; //\u2028*/ @internal\n@internal";
  const schema = {
    type: "object",
    title: evil,
    description: evil,
    properties: { [evil]: { enum: [evil], default: evil } },
    required: [evil],
  };
  const document = {
    openapi: "3.1.0",
    info: { title: evil, version: evil },
    paths: {
      [`/a/${evil}`]: {
        get: {
          operationId: evil,
          summary: evil,
          description: evil,
          deprecated: true,
          parameters: [{ name: evil, in: "query", description: evil, schema: { type: "string", example: evil } }],
          responses: {
            "200": { description: evil, content: { [evil]: { schema: { $ref: "#/components/schemas/Evil" } } } },
          },
        },
      },
    },
    components: { schemas: { Evil: schema, [evil]: { ...schema, $id: evil, format: evil }, __proto: schema } },
  };

  it("adds no statement, and compiles", async () => {
    const text = JSON.stringify(document).replace('"__proto"', '"__proto__"');
    folder = await createProject({ "extension.yaml": manifest, "api.json": text });
    const { code, stderr } = await runCli(["--openapi", "api.json"], folder);
    expect([code, stderr]).toEqual([0, ""]);
    const source = await readFile(join(folder, "src/generated/api.gen.ts"), "utf8");
    const { statements } = ts.createSourceFile("x.ts", source, ts.ScriptTarget.Latest);
    expect([...new Set(statements.map(({ kind }) => ts.SyntaxKind[kind]))].sort()).toEqual([
      "InterfaceDeclaration",
      "TypeAliasDeclaration",
    ]);
    expect(await compile(folder)).toBe("");
    // These are the tags of the compiler.
    expect(tagsIn(source)).toEqual(["default", "deprecated", "description", "enum"]);
    expect(source.split("\n").filter((line) => /^ *(?:\/\*)?\* @deprecated/.test(line))).toHaveLength(1);
  });

  it("has sentences, and keeps data as it is", () => {
    const named = { type: "object", properties: { description: { type: "string", description: "Text" } } };
    expect(
      withSentences({
        summary: "List",
        responses: { default: { description: "Wrong @internal" } },
        schema: { default: { title: "a" }, enum: ["b"], description: "One\ntwo." },
        named,
      }),
    ).toEqual({
      summary: "List.",
      responses: { default: { description: "Wrong &#64;internal." } },
      schema: { default: { title: "a" }, enum: ["b"], description: "One\ntwo." },
      named: { type: "object", properties: { description: { type: "string", description: "Text." } } },
    });
    expect(
      withoutForeignTags("/** @example @a b@c */\n/**\n     * @default x@internal\n     *     @param\n     */\n@a"),
    ).toBe("/** @example \\@a b@c */\n/**\n     * @default x&#64;internal\n     *     \\@param\n     */\n@a");
  });
});
