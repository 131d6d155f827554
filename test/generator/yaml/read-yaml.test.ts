import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.js";
import { child, type ManifestNode, plainValue } from "../../../generator/yaml/node.js";
import { readYaml } from "../../../generator/yaml/read-yaml.js";
import { told } from "../manifest/support.js";

function read(text: string): { node: ManifestNode | undefined; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const node = readYaml({ path: "m.yaml", text }, (diagnostic) => diagnostics.push(diagnostic));
  return { node, diagnostics };
}

function value(text: string): unknown {
  const { node, diagnostics } = read(text);
  if (node === undefined || diagnostics.length > 0) throw new Error(told(diagnostics).join("\n"));
  return plainValue(node);
}

describe("readYaml", () => {
  it("keeps null, ~, true and numbers as text where they are keys", () => {
    expect(value("null: false\n~: a\ntrue: b\n1: c\n")).toEqual({ null: false, "~": "a", true: "b", "1": "c" });
  });

  it("warns of a duplicate key at every place, and uses the last", () => {
    const { node, diagnostics } = read("a:\n  b: 1\nc: 2\na:\n  d: 3\na: 4\n");
    expect(told(diagnostics)).toEqual([
      "m.yaml:1:1 KG105 duplicate key `a`; line 6 is used",
      "m.yaml:4:1 KG105 duplicate key `a`; line 6 is used",
      "m.yaml:6:1 KG105 duplicate key `a`, also on line 1; this line is used",
    ]);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(["warning", "warning", "warning"]);
    expect(node && plainValue(node)).toEqual({ a: 4, c: 2 });
  });

  it("keeps the text of an unquoted version", () => {
    const { node } = read("a: 1.10\nb: 1.0.0\nc: 2024-10-01\nd: 1\n");
    const texts = ["a", "b", "c", "d"].map((key) => {
      const found = node?.kind === "map" ? child(node, key) : undefined;
      return found?.kind === "scalar" ? found.text : undefined;
    });
    expect(texts).toEqual(["1.10", "1.0.0", "2024-10-01", "1"]);
  });

  it("makes __proto__ an own key and changes no prototype", () => {
    const { node } = read("a: {__proto__: {polluted: yes}, constructor: {prototype: {polluted: yes}}}\n");
    const value = plainValue(node as ManifestNode) as { a: object };
    expect(Object.keys(value.a)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("reads JSON with tabs, escapes and a byte order mark", () => {
    expect(value('\uFEFF{\n\t"a": "b\\/c \\ud83d\\ude00",\n\t"d": [\n\t\t1\n\t]\n}\n')).toEqual({
      a: "b/c 😀",
      d: [1],
    });
  });

  it("counts lines and columns in files with CRLF", () => {
    expect(told(read("a:\r\n  b: 1\r\n  b: 2\r\n").diagnostics)).toEqual([
      "m.yaml:2:3 KG105 duplicate key `a.b`; line 3 is used",
      "m.yaml:3:3 KG105 duplicate key `a.b`, also on line 2; this line is used",
    ]);
  });

  it("follows aliases and merge keys, with own keys first", () => {
    const text = [
      "base: &base {retries: 1, timeout: 5}",
      "other: &other {retries: 9, limit: 7}",
      "a: {<<: *base, timeout: 8}",
      "b: {<<: [*base, *other]}",
      "c: *base",
      "d: {<<: text}",
      "",
    ].join("\n");
    expect(value(text)).toEqual({
      base: { retries: 1, timeout: 5 },
      other: { retries: 9, limit: 7 },
      a: { retries: 1, timeout: 8 },
      b: { retries: 1, timeout: 5, limit: 7 },
      c: { retries: 1, timeout: 5 },
      d: { "<<": "text" },
    });
  });
});

describe("an anchor of a key", () => {
  it("is the text of the key", () => {
    expect(value("&k a: 1\nb: *k\n")).toEqual({ a: 1, b: "a" });
    expect(value("a: { &k b: &v c, d: [*k, *v] }\n")).toEqual({ a: { b: "c", d: ["b", "c"] } });
    expect(value("&k a: *k\n")).toEqual({ a: "a" });
    expect(value("&k a: 1\n&k b: *k\n")).toEqual({ a: 1, b: "b" });
  });
});

describe("readYaml on broken text", () => {
  it.each([
    ["a:\n\t- b\n", "m.yaml:2:1 KG104 invalid YAML: Tabs are not allowed as indentation", "indent with spaces"],
    [
      "a: b: c\n",
      "m.yaml:1:4 KG104 invalid YAML: Nested mappings are not allowed in compact mappings",
      "quote a value that contains `: `",
    ],
    ["a: @b\n", "m.yaml:1:4 KG104 invalid YAML: Plain value cannot start with reserved character @", "quote the value"],
    ['a: "b\n', 'm.yaml:1:4 KG104 invalid YAML: the quote `"` that opens here is not closed', undefined],
    ["- a\nb: c\n", "m.yaml:2:1 KG104 invalid YAML: Unexpected scalar at node end", undefined],
    ["? [a]\n: b\n", "m.yaml:1:3 KG104 invalid YAML: a key must be plain text", "write the key as text"],
    [
      "a: 1\n---\nb: 2\n",
      "m.yaml:2:1 KG104 invalid YAML: the file contains more than one document",
      "keep one document and remove the `---` line",
    ],
    ["a: &x 1\n*x : 2\n", "m.yaml:2:1 KG104 invalid YAML: a key must be plain text", "write the key as text"],
    [
      "a: *x\n",
      "m.yaml:1:4 KG106 the alias `*x` refers to an anchor that is not defined before it",
      "write the value instead of the alias",
    ],
    ["a: &x [*x]\n", "m.yaml:1:8 KG106 the alias `*x` contains itself", "write the value instead of the alias"],
  ])("%j is one diagnostic with its position and hint", (text, line, hint) => {
    const { diagnostics } = read(text);
    expect(told(diagnostics)).toEqual([line]);
    expect(diagnostics[0]?.hint).toBe(hint);
    expect(diagnostics[0]?.severity).toBe("error");
  });

  it.each([
    [
      'model: "1.0\nextension:\n  id: a\n  hooks: []\n',
      '1:8 KG104 invalid YAML: the quote `"` that opens here is not closed',
    ],
    ['a:\n  b: "x\n    y: "z"\n', '2:6 KG104 invalid YAML: the quote `"` that opens here is closed only on line 3'],
    ['model: "1.0\nversion: "2"\nid: a\n', '1:8 KG104 invalid YAML: the quote `"` that opens here is not closed'],
    ["a:\n  b: 'x\n  c: y\n", "2:6 KG104 invalid YAML: the quote `'` that opens here is not closed"],
    ['a:\n  b: "x\n  c: "y"\n', '2:6 KG104 invalid YAML: the quote `"` that opens here is not closed'],
    ['a:\r\n  - "x\r\n  - y\r\n', '2:5 KG104 invalid YAML: the quote `"` that opens here is not closed'],
    ['a: [{ b: "c }]\nd: e\n', '1:10 KG104 invalid YAML: the quote `"` that opens here is not closed'],
    ["a: [b, c\nd: e\nf: [g]\n", "1:4 KG104 invalid YAML: the bracket `[` that opens here is not closed"],
    ["a:\n  - { b: c\n  - { b: d }\n", "2:5 KG104 invalid YAML: the bracket `{` that opens here is not closed"],
    ["a: [b, { c: d ]\ne: f\n", "1:8 KG104 invalid YAML: the bracket `{` that opens here is not closed"],
    ["a: [b}\nc: d\n", "1:4 KG104 invalid YAML: the bracket `[` that opens here is not closed"],
    ["a: [b]]\n", "1:7 KG104 invalid YAML: `]` closes nothing"],
    ["a:\n  b:\n\t- c\n", "3:1 KG104 invalid YAML: Tabs are not allowed as indentation"],
    ["a: 'it's'\n", "1:8 KG104 invalid YAML: Unexpected scalar at node end"],
    // Quotes and brackets inside a text open nothing.
    [
      "a: it's [b\nc: |\n  \"d\n  [\ne: @f\n",
      "5:4 KG104 invalid YAML: Plain value cannot start with reserved character @",
    ],
    ['a: "b\n  c"\nd: @e\n', "3:4 KG104 invalid YAML: Plain value cannot start with reserved character @"],
  ])("%j is told once, where its cause is", (text, line) => {
    expect(told(read(text).diagnostics)).toEqual([`m.yaml:${line}`]);
  });

  it("tells a merge conflict once", () => {
    const text = "a: 1\n<<<<<<< HEAD\nb: 1\n||||||| 12345\n=======\nb: 2\n>>>>>>> other\nc: 1\n=======\n>>>>>>> x\n";
    const { node, diagnostics } = read(text);
    expect([node, told(diagnostics)]).toEqual([
      undefined,
      ["m.yaml:2:1 KG111 unresolved merge conflict: lines 2 to 7, lines 9 to 10"],
    ]);
  });

  it("reports two mistakes on two lines", () => {
    expect(told(read("a: @b\nc: `d\n").diagnostics)).toEqual([
      "m.yaml:1:4 KG104 invalid YAML: Plain value cannot start with reserved character @",
      "m.yaml:2:4 KG104 invalid YAML: Plain value cannot start with reserved character `",
    ]);
  });

  it("warns of an unknown tag and still reads the value", () => {
    const { node, diagnostics } = read("a: !secret b\n");
    expect(told(diagnostics)).toEqual(["m.yaml:1:4 KG109 Unresolved tag: !secret"]);
    expect(node && plainValue(node)).toEqual({ a: "b" });
  });

  it("rejects an alias bomb", () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const items = level === 0 ? Array(9).fill("x") : Array(9).fill(`*a${level - 1}`);
      return `a${level}: &a${level} [${items.join(",")}]`;
    });
    const { node, diagnostics } = read(levels.join("\n"));
    expect(node).toBeUndefined();
    expect(told(diagnostics)).toEqual(["m.yaml:1:1 KG106 aliases expand 121 values to 357449882107"]);
  });

  it.each([
    ["flow lists", `a: ${"[".repeat(200_000)}`, "1:103"],
    ["flow maps", "{a: ".repeat(200_000), "1:401"],
    ["compact lists", "- ".repeat(200_000), "1:201"],
    ["blocks", Array.from({ length: 200 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"), "101:101"],
  ])("stops at the hundredth level of %s", (_name, text, place) => {
    const { node, diagnostics } = read(text);
    expect(node).toBeUndefined();
    expect(told(diagnostics)).toEqual([`m.yaml:${place} KG107 the document is nested more than 100 levels deep`]);
  });

  it("limits the depth that aliases create", () => {
    const deep = (open: number) => `${"[".repeat(open)}1${"]".repeat(open)}`;
    const text = `a: &a ${deep(60)}\nb: ${deep(60).replace("1", "*a")}\n`;
    expect(told(read(text).diagnostics)).toEqual(["m.yaml:1:1 KG107 the document is nested more than 100 levels deep"]);
  });

  it("rejects more than 2 MiB without parsing", () => {
    expect(told(read(`a: ${"x".repeat(10_000_000)}`).diagnostics)).toEqual([
      "m.yaml:1:1 KG108 the file has 10000003 characters, more than 2097152",
    ]);
  });

  it("puts no control character of the file into a message", () => {
    expect(told(read('"a\\e[31m\\n\\u202e": 1\n"a\\e[31m\\n\\u202e": 2\n').diagnostics)).toEqual([
      'm.yaml:1:1 KG105 duplicate key `"a\\u001b[31m\\n\\u{202e}"`; line 2 is used',
      'm.yaml:2:1 KG105 duplicate key `"a\\u001b[31m\\n\\u{202e}"`, also on line 1; this line is used',
    ]);
    expect(read(`a: !${"x".repeat(5000)} b\n`).diagnostics[0]?.message).toHaveLength(501);
  });
});
