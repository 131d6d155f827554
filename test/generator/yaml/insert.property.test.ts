import fc from "fast-check";
import { expect, it } from "vitest";
import { parseDocument, visit } from "yaml";
import { insert } from "../../../generator/yaml/insert.js";

const word = fc.constantFrom(
  "a",
  "hooks",
  "yes",
  "1.0",
  "x y",
  "it's",
  "",
  "#",
  "a: b",
  "Δ",
  "null",
  "__proto__",
  "- a",
);
const scalar = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.constant("two\nlines\n"));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(word, tie("tree"), { maxKeys: 3 }),
  ),
}));
const format = fc.tuple(
  fc.record({
    indent: fc.integer({ min: 1, max: 6 }),
    indentSeq: fc.boolean(),
    lineWidth: fc.constantFrom(0, 20),
    flowCollectionPadding: fc.boolean(),
  }),
  fc.record({
    flow: fc.infiniteStream(fc.boolean()),
    quote: fc.constantFrom("PLAIN" as const, "QUOTE_DOUBLE" as const, "QUOTE_SINGLE" as const),
    comment: fc.constantFrom("", " note", " two\n lines"),
    crlf: fc.boolean(),
    end: fc.boolean(),
  }),
);

/** Whether `longer` contains every character of `text` in the same order. */
function isContainedIn(text: string, longer: string): boolean {
  let next = 0;
  for (const character of longer) if (character === text[next]) next += 1;
  return next >= text.length;
}

type Format = typeof format extends fc.Arbitrary<infer T> ? T : never;

function write(data: object, [options, { flow, quote, comment, crlf, end }]: Format): string {
  const document = parseDocument(JSON.stringify(data), { stringKeys: true });
  visit(document, {
    Collection: (_key, node) => {
      node.flow = flow.next().value === true;
      if (!node.flow && comment !== "") node.comment = comment;
    },
    Scalar: (key, node) => {
      node.type = quote;
      if (comment !== "" && key !== "key") node.comment = comment.split("\n")[0] ?? "";
    },
  });
  const text = document.toString(options);
  return (end ? text : text.trimEnd()).replaceAll("\n", crlf ? "\r\n" : "\n");
}

it("only adds text, for any file", () => {
  const outcomes = { added: 0, refused: 0 };
  fc.assert(
    fc.property(fc.dictionary(word, tree, { maxKeys: 4 }), tree, format, fc.boolean(), (data, list, style, item) => {
      const text = write({ ...data, top: { list, more: 1 } }, style);
      const path = item ? ["top", "list"] : ["top"];
      const result = insert(text, { path, ...(item ? {} : { key: "added" }), value: { event: "a.b", n: "1" } });
      outcomes["problem" in result ? "refused" : "added"] += 1;
      // A written null is replaced by the list.
      if ("problem" in result || (item && list === null)) return;
      expect(isContainedIn(text, result.text)).toBe(true);
      const ends = (from: string) => [...from.matchAll(/\r?\n/g)].map(([end]) => end);
      if (text.includes("\n")) expect(new Set([...ends(text), ...ends(result.text)]).size).toBe(1);
    }),
    { numRuns: 500 },
  );
  expect(outcomes.added).toBeGreaterThan(250);
});
