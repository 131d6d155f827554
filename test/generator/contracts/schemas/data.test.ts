import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../../support/compile.js";
import { readTree, removeProject } from "../../../support/project.js";
import { runCli } from "../../../support/run-node.js";
import { createOwnProject, toldIn } from "./own.js";

let folder: string;
let server: Server;
const requests: string[] = [];
const outside = join(tmpdir(), `kiket-gen-outside-${process.pid}.json`);

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? "");
    response.end('{ "type": "object", "title": "FetchedText", "properties": { "fetched": {} } }');
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  await writeFile(outside, '{ "title": "OutsideText", "type": "object", "properties": { "stolen": {} } }');
});
afterAll(async () => {
  server.close();
  await rm(outside);
});
afterEach(() => removeProject(folder));

const withMembers = (properties: object) =>
  createOwnProject({ "widget.made.v1.schema.json": { type: "object", properties } });
const payload = async () => {
  const text = await readFile(join(folder, "src/generated/events/widget.made.v1.gen.ts"), "utf8");
  return /extends Envelope \{\n([\s\S]*?)\n\}/.exec(text)?.[1];
};

describe("a reference in a value of an event schema", () => {
  it("is data, for every command", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const beside = {
      const: { a: [{ $ref: outside }] },
      $ref: "#/$defs/d",
      default: { $ref: url },
      examples: [{ $ref: url }],
    };
    folder = await createOwnProject({
      "widget.made.v1.schema.json": {
        type: "object",
        properties: {
          url: { const: { $ref: url } },
          file: { const: { $ref: outside } },
          either: { enum: [{ $ref: url }, { $ref: `${outside}#/properties` }, [{ $ref: "#" }]] },
          typed: { type: "object", const: { $ref: url } },
          mixed: { type: ["object", "string"], enum: [{ $ref: url }] },
          list: { type: "array", items: { enum: [{ $ref: url }] } },
          beside,
        },
        $defs: { d: { enum: [{ $ref: url }] } },
      },
    });
    const first = await runCli(["--events", "contracts"], folder);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    const literal = `"$ref": ${JSON.stringify(url)};`;
    const file = `"$ref": ${JSON.stringify(outside)};`;
    const text = (await payload()) ?? "";
    expect(text).toContain(`  url?: {\n    ${literal}\n  };`);
    expect(text).toContain(`  file?: {\n    ${file}\n  };`);
    // The lock file names the folder now.
    for (const args of [["--check"], ["audit"]]) {
      await rm(join(folder, "node_modules"), { recursive: true, force: true });
      const { code, stderr } = await runCli(args, folder);
      expect([args, code, stderr]).toEqual([args, 0, ""]);
    }
    expect(requests).toEqual([]);
    expect(JSON.stringify(await readTree(join(folder, "src")))).not.toMatch(/stolen|OutsideText|fetched|FetchedText/);
    expect(await compile(folder)).toBe("");
  });

  it.each(["#/properties/z", "#", "#/nowhere", "#/$defs/x", "#anchor", ""])("may be %j", async (reference) => {
    folder = await withMembers({ a: { const: { $ref: reference } }, z: { type: "string" } });
    const { code, stderr } = await runCli(["--events", "contracts"], folder);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await payload()).toBe(`  a?: {\n    "$ref": ${JSON.stringify(reference)};\n  };\n  z?: string;`);
  });
});

describe("a name that every object inherits", () => {
  const names = [...["hasOwnProperty", "__proto__", "constructor", "toString", "valueOf"], "isPrototypeOf", "$ref"];
  it.each(names)("%s is a member and a key of a value", async (name) => {
    const value = JSON.parse(`{ "${name}": 1 }`);
    const members = JSON.parse(`{ "${name}": { "type": "string" }, "value": { "const": ${JSON.stringify(value)} } }`);
    folder = await createOwnProject({
      "widget.made.v1.schema.json": {
        type: "object",
        required: [name],
        properties: { ...members, inner: { type: "object", properties: members, required: [name] } },
      },
    });
    const { code, stderr } = await runCli(["--events", "contracts"], folder);
    expect([code, stderr]).toEqual([0, ""]);
    const text = (await payload()) ?? "";
    expect(text).toContain(`  ${name}: string;\n`);
    expect(text).toContain(`    "${name}": 1;\n`);
    expect(await compile(folder)).toBe("");
  });
});

it("keeps texts that look like those which stand for code", async () => {
  folder = await withMembers({
    a: { const: "kiket-code:never" },
    "kiket-code:b": { enum: [{ "kiket-code:c": "kiket-code:}; evil" }, "\u200b", { d: "\u200b\u2028*/" }] },
  });
  const { code, stderr } = await runCli(["--events", "contracts"], folder);
  expect([code, stderr]).toEqual([0, ""]);
  expect(await payload()).toBe(`  a?: "kiket-code:never";
  "kiket-code:b"?:
    | {
        "kiket-code:c": "kiket-code:}; evil";
      }
    | "\\u200b"
    | {
        "d": "\\u200b\\u2028*/";
      };`);
  expect(await compile(folder)).toBe("");
});

it("reports numbers that JavaScript cannot hold, and writes nothing", async () => {
  folder = await createOwnProject({
    "widget.made.v1.schema.json": `{ "type": "object", "properties": {
  "a": { "enum": [1e999, 2] },
  "b": { "const": -1e999 },
  "c": { "const": { "x": 1e400 } },
  "d": { "examples": [1e400] },
  "e": { "enum": [1e308, 1e-999, -1.7976931348623157e308] } } }`,
  });
  const before = await readTree(folder);
  const { code, stderr } = await runCli(["--events", "contracts"], folder);
  const places = [
    ["2:19", "properties.a.enum[0]", "1e999"],
    ["3:19", "properties.b.const", "-1e999"],
    ["4:26", "properties.c.const.x", "1e400"],
    ["5:23", "properties.d.examples[0]", "1e400"],
  ];
  expect([code, toldIn(stderr)]).toEqual([
    1,
    places
      .map(
        ([at, path, text]) =>
          `contracts/widget.made.v1.schema.json:${at}  error  KG703  \`${path}\` is \`${text}\`, which is outside the range of numbers\n    hint: write a number between -1.79e308 and 1.79e308\n`,
      )
      .join(""),
  ]);
  expect(await readTree(folder)).toEqual(before);
});
