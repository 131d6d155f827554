import fc from "fast-check";
import ts from "typescript";
import ts6 from "typescript-6";
import { describe, expect, it } from "vitest";
import { commentLines, commentText, valueInText } from "../../../generator/base/comment-text.js";
import { hasInvisible } from "../../../generator/base/invisible-characters.js";
import { docblock } from "../../../generator/base/literals.js";

const name = "a.ts";

/** What an editor shows for a member below a docblock: its text, its tags, and its modifiers such as `deprecated`. */
function hover(doc: string, compiler: typeof ts = ts) {
  const text = `interface A {\n${doc}  member: string;\n}\n`;
  const service = compiler.createLanguageService({
    getScriptFileNames: () => [name],
    getScriptVersion: () => "1",
    getScriptSnapshot: (file) => (file === name ? compiler.ScriptSnapshot.fromString(text) : undefined),
    getCurrentDirectory: () => "/",
    getCompilationSettings: () => ({ noLib: true }),
    getDefaultLibFileName: () => "lib.d.ts",
    fileExists: () => false,
    readFile: () => undefined,
  });
  const info = service.getQuickInfoAtPosition(name, text.lastIndexOf("member: string"));
  const shown = info?.documentation?.map((part) => part.text).join("");
  return { shown, tags: info?.tags ?? [], modifiers: info?.kindModifiers ?? "" };
}

describe("sentences", () => {
  it.each([
    ["Messages a day", "Messages a day."],
    ["Done!", "Done!"],
    ["Which one?", "Which one?"],
    ["and so on…", "and so on…"],
    ["one of:", "one of:"],
    ["Where visits go (optional)", "Where visits go (optional)."],
    ["(See the docs.)", "(See the docs.)"],
    ["like `npm i`", "like `npm i`."],
    ["call `f()`", "call `f()`."],
    ["**Important**", "**Important**."],
    ["日本語", "日本語。"],
    ["日本語（任意）", "日本語（任意）。"],
    ["日本語。", "日本語。"],
    ["本当ですか？", "本当ですか？"],
    ["한국어", "한국어."],
    ["Vše", "Vše."],
    ["क्या।", "क्या।"],
    ["  spaces around  ", "spaces around."],
  ])("%j becomes %j", (text, expected) => {
    expect(commentText(text)).toBe(expected);
  });

  it("get no full stop after a list, a table or a code fence", () => {
    for (const text of ["Any of:\n- one\n- two", "Use\n```\nx\n```", "a\n| b |", "a\n\n    code"]) {
      expect(commentText(text)).toBe(text);
    }
  });

  it("keep the author's lines, and one blank line between paragraphs", () => {
    expect(commentText("\n\nOne\n  two\r\n\n\n\nthree")).toBe("One\n  two\n\nthree.");
  });
});

describe("the lines of a comment", () => {
  it("are one line if it is short, and paragraphs otherwise", () => {
    expect(commentLines(["Label", "Text"])).toEqual(["Label. Text."]);
    expect(commentLines(["Label", `${"long ".repeat(20)}text`])).toEqual(["Label.", "", `${"long ".repeat(20)}text.`]);
    expect(commentLines(["Label", "two\nlines"])).toEqual(["Label.", "", "two", "lines."]);
  });

  it("do not repeat a label that equals the description", () => {
    expect(commentLines(["API key", "api key.", "Default: `1`."])).toEqual(["API key. Default: `1`."]);
  });
});

describe("text for a comment", () => {
  it.each([
    ["@deprecated use x", "\\@deprecated use x."],
    ["use @deprecated x", "use \\@deprecated x."],
    ["one\n@param", "one\n\\@param."],
    ["root@internal.example.com and @internal", "root&#64;internal.example.com and &#64;internal."],
    ["see {@link x}", "see {\\@link x}."],
    ["`npm i @a/b`", "`npm i \\@a/b`."],
    ["@\u200bdeprecated", "\\@deprecated."],
    ["a@example.com at @ 5", "a@example.com at @ 5."],
    ["<script>a</script>", "\\<script>a\\</script>."],
    ["https://<host>/ and `<host>`, 1 < 2", "https://\\<host>/ and `<host>`, 1 < 2."],
    ["end */ and *\u200b/", "end *\\/ and *\\/."],
    ["open ` here", "open \\` here."],
    ["```js\nnever closed <b>", "\\`\\`\\`js\nnever closed \\<b>."],
    ["an \\` escaped \\<b>", "an \\` escaped \\<b>."],
  ])("%j becomes %j", (text, expected) => {
    expect(commentText(text)).toBe(expected);
  });

  it("loses invisible characters, and has a space for each blank one", () => {
    expect(commentText("a\u202eb\u200b\tc\u00a0d\u3000e\u0000f\u{e0041}\u3164")).toBe("ab c d e f.");
    expect(commentText("⚠\ufe0f \u{1f468}\u200d\u{1f467}")).toBe("⚠ \u{1f468}\u{1f467}.");
  });

  it("shows a value as JSON in a code span that it cannot end", () => {
    expect(valueInText("a`b\u200b")).toBe('`"a\\u0060b\\u200b"`');
  });
});

describe.each([
  ["5.9", ts],
  ["6.0", ts6 as unknown as typeof ts],
])("an editor with TypeScript %s", (_version, compiler) => {
  it("shows sentences", () => {
    const doc = docblock(["Messages a day", "Most messages sent in a day", "Default: `500`."], 2);
    expect(hover(doc, compiler).shown).toBe("Messages a day. Most messages sent in a day. Default: `500`.");
    const long = docblock(["Messages a day", "Most messages sent\nin a day", "Default: `500`."], 2);
    expect(hover(long, compiler).shown).toBe("Messages a day.\n\nMost messages sent\nin a day.\n\nDefault: `500`.");
  });

  it.each([
    "@deprecated",
    "Ask @deprecated people",
    "one\n@deprecated\n  @deprecated\n* @deprecated",
    "```ts\n@deprecated\n```",
    "`a @deprecated b`",
    "`` ` @deprecated",
    "{@link x}, {@deprecated}, { @deprecated }",
    "@\u200bdeprecated \u200b@deprecated\u00a0@deprecated",
    "*/ @deprecated /**",
    "\\@deprecated \\ @deprecated",
  ])("finds no tag in %j", (text) => {
    const { tags, modifiers, shown } = hover(docblock([text, "Last."], 2), compiler);
    expect([tags, modifiers]).toEqual([[], ""]);
    expect(shown).toContain("Last.");
  });
});

describe("any text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc
      .array(fc.constantFrom("@a", "{", " ", "\n", "*", "/", "`", "<b", "\\", "\u200b", "\u3000", "x.", "```"))
      .map((parts) => parts.join("")),
  );

  it("becomes one comment without tags and invisible characters", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), (texts) => {
        const doc = docblock(texts, 2);
        expect(hasInvisible(doc.replaceAll("\n", ""))).toBe(false);
        const file = ts.createSourceFile(
          name,
          `interface A {\n${doc}  member: string;\n}`,
          ts.ScriptTarget.Latest,
          true,
        );
        const [declared] = file.statements;
        if (declared === undefined || !ts.isInterfaceDeclaration(declared)) throw new Error(doc);
        expect(file.statements).toHaveLength(1);
        expect(declared.members.map((member) => ts.getJSDocTags(member).length)).toEqual([0]);
      }),
      { numRuns: 500 },
    );
  });
});
