import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { diagnose } from "../../../generator/diagnostics/diagnose.js";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.js";
import { catalogue } from "../../../generator/lint/catalogue.js";
import { excerptLines, readTexts } from "../../../generator/terminal/excerpt.js";
import { formatGithub } from "../../../generator/terminal/github.js";
import { formatJson } from "../../../generator/terminal/json.js";
import { coloured, formatChanges, plain } from "../../../generator/terminal/report.js";
import { formatSarif } from "../../../generator/terminal/sarif.js";
import { shownInColours, shownText } from "../../../generator/terminal/shown-text.js";
import { formatText } from "../../../generator/terminal/text.js";
import { formatPatch } from "../../../generator/terminal/unified-diff.js";
import { lintText, manifest } from "../lint/support.js";

const file = ".kiket/manifest.yaml";
const text = manifest("permisions: []", "fruit: apple");
const found = lintText(text);
const texts = new Map([[file, text.split("\n")]]);

describe("text", () => {
  it("has the place, the severity, the code, the message, the source line, a caret and a hint", () => {
    expect(
      formatText(found, texts, plain),
    ).toBe(`.kiket/manifest.yaml:9:3  warning  KG801  unknown key \`permisions\` in \`extension\`
   9 |   permisions: []
     |   ^
    hint: did you mean \`permissions\`?
.kiket/manifest.yaml:10:3  warning  KG802  unknown key \`fruit\` in \`extension\`
  10 |   fruit: apple
     |   ^
    hint: remove it, or rename it to start with \`x-\`
2 warnings
`);
  });

  it("has no excerpt if there is no such line", () => {
    const [first] = formatText(found.slice(0, 1), new Map(), plain).split("\n    hint");
    expect(first).toBe(".kiket/manifest.yaml:9:3  warning  KG801  unknown key `permisions` in `extension`");
  });

  it("says so if there are no diagnostics", () => {
    expect(formatText([], texts, plain)).toBe("no problems found\n");
  });

  it("shows invisible characters of names, paths and lines", async () => {
    const at = { file: "a\u202e.yaml", line: 1, column: 1 };
    expect(formatText([diagnose("KG204", at, "a\u3164b")], new Map([[at.file, ["x\u200by"]]]), plain)).toContain(
      "a\\u{202e}.yaml:1:1  error  KG204  a\\u{3164}b\n   1 | x\ufffdy\n",
    );
    expect(formatChanges([{ kind: "added", name: "setting a\u001b[31m", at }], "m.yaml", plain)).toBe(
      "a\\u{202e}.yaml:1:1  added setting a\\u{1b}[31m\n",
    );
    expect(await formatPatch("a", "one\r\n", "o\u202ene\t\r\n", plain)).toContain("-one\r\n+o\\u{202e}ne\t\r\n");
    expect(formatJson([diagnose("KG204", at, "a")])).toContain('"file": "a\\u202e.yaml"');
  });

  it("passes only the colours of this tool to a terminal", () => {
    const text = `${coloured.red("a")}\u001b[8mb\u001b]0;c\u0007\td\r\n\r`;
    expect(shownInColours(text)).toBe("\u001b[31ma\u001b[39m\\u{1b}[8mb\\u{1b}]0;c\\u{7}\td\r\n\\u{d}");
    expect(shownText(text)).toBe("\\u{1b}[31ma\\u{1b}[39m\\u{1b}[8mb\\u{1b}]0;c\\u{7}\td\r\n\\u{d}");
    for (const paint of Object.values(coloured)) expect(shownInColours(paint("a"))).toBe(paint("a"));
  });

  it("uses colours only in a terminal", () => {
    expect(formatText(found, texts, coloured)).toContain("\u001b[33mwarning\u001b[39m");
  });
});

describe("an excerpt", () => {
  const at = (column: number) => ({ file: "a", line: 1, column });
  const of = (line: string, column: number) => {
    const lines = excerptLines(new Map([["a", [line]]]), at(column), { dim: (text) => text });
    expect(lines.map((each) => each.slice(0, 4))).toEqual(["1 | ", "  | "]);
    return lines.map((each) => each.slice(4));
  };

  it("puts the caret below the place after tabs and wide characters", () => {
    expect(of("\ta: b", 2)).toEqual([" a: b", " ^"]);
    expect(of("日本: b", 5)).toEqual(["日本: b", "      ^"]);
    expect(of("é: b\r", 4)).toEqual(["é: b", "   ^"]);
  });

  it("replaces characters that would control the terminal", () => {
    expect(of("a: \u001b[31m\u202eb", 4)).toEqual(["a: \ufffd[31m\ufffdb", "   ^"]);
  });

  it("shows the part of a long line around the place", () => {
    const [line = "", caret = ""] = of(`${"a".repeat(500)}X${"b".repeat(500)}`, 501);
    expect(line.length).toBe(102);
    expect(line.charAt(caret.length - 1)).toBe("X");
    expect(line.startsWith("…") && line.endsWith("…")).toBe(true);
  });

  it("is absent if there is no such file or line, or the line is empty", () => {
    expect(excerptLines(new Map(), at(1), plain)).toEqual([]);
    expect(excerptLines(new Map([["a", []]]), at(1), plain)).toEqual([]);
    expect(excerptLines(new Map([["a", ["  "]]]), at(1), plain)).toEqual([]);
  });

  it("reads each file once, and has no lines of one that cannot be read", async () => {
    const asked: string[] = [];
    const host = {
      read: async (path: string) => {
        asked.push(path);
        if (path === "b") throw new Error("refused");
        return "one\ntwo";
      },
    };
    const place = (name: string) => diagnose("KG204", { file: name, line: 1, column: 1 }, "wrong");
    const read = await readTexts(host, [place("a"), place("b"), place("a")]);
    expect(asked).toEqual(["a", "b"]);
    expect([...read]).toEqual([
      ["a", ["one", "two"]],
      ["b", []],
    ]);
  });
});

describe("json", () => {
  it("lists the diagnostics and counts them", () => {
    expect(JSON.parse(formatJson(found.slice(0, 1)))).toEqual({
      diagnostics: [
        {
          code: "KG801",
          severity: "warning",
          message: "unknown key `permisions` in `extension`",
          hint: "did you mean `permissions`?",
          file,
          line: 9,
          column: 3,
        },
      ],
      errors: 0,
      warnings: 1,
      notes: 0,
    });
  });
});

const hostile: Diagnostic = {
  code: "KG101",
  severity: "note",
  message: "100% \r\n::error::x",
  hint: "a, b: c",
  at: { file: "a,b:c%.yaml", line: 3, column: 4 },
};

describe("github", () => {
  it("makes an annotation of each diagnostic", () => {
    expect(formatGithub(found.slice(0, 1), ".")).toBe(
      "::warning file=.kiket/manifest.yaml,line=9,col=3,title=KG801::unknown key `permisions` in `extension`%0Adid you mean `permissions`?\n",
    );
  });

  it("escapes what would end a property or start a command, and makes paths relative to the working directory", () => {
    expect(formatGithub([hostile], "packages/mail")).toBe(
      "::notice file=packages/mail/a%2Cb%3Ac%25.yaml,line=3,col=4,title=KG101::100%25 %0D%0A::error::x%0Aa, b: c\n",
    );
  });

  it("prints nothing if there are no diagnostics", () => {
    expect(formatGithub([], ".")).toBe("");
  });
});

/** The requirements of SARIF 2.1.0 for the parts that are used. */
const sarif = {
  type: "object",
  required: ["version", "runs"],
  additionalProperties: false,
  properties: {
    $schema: { type: "string", format: "uri" },
    version: { const: "2.1.0" },
    runs: { type: "array", items: { $ref: "#/$defs/run" } },
  },
  $defs: {
    message: { type: "object", required: ["text"], properties: { text: { type: "string", minLength: 1 } } },
    level: { enum: ["none", "note", "warning", "error"] },
    run: {
      type: "object",
      required: ["tool", "results"],
      additionalProperties: false,
      properties: {
        tool: {
          type: "object",
          required: ["driver"],
          properties: {
            driver: {
              type: "object",
              required: ["name"],
              additionalProperties: false,
              properties: {
                name: { type: "string" },
                version: { type: "string" },
                rules: { type: "array", uniqueItems: true, items: { $ref: "#/$defs/rule" } },
              },
            },
          },
        },
        columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
        results: { type: "array", items: { $ref: "#/$defs/result" } },
      },
    },
    rule: {
      type: "object",
      required: ["id"],
      additionalProperties: false,
      properties: {
        id: { type: "string" },
        shortDescription: { $ref: "#/$defs/message" },
        fullDescription: { $ref: "#/$defs/message" },
        help: { $ref: "#/$defs/message" },
        defaultConfiguration: { type: "object", properties: { level: { $ref: "#/$defs/level" } } },
      },
    },
    result: {
      type: "object",
      required: ["message"],
      additionalProperties: false,
      properties: {
        ruleId: { type: "string" },
        ruleIndex: { type: "integer", minimum: 0 },
        level: { $ref: "#/$defs/level" },
        message: { $ref: "#/$defs/message" },
        locations: {
          type: "array",
          items: {
            type: "object",
            properties: {
              physicalLocation: {
                type: "object",
                required: ["artifactLocation"],
                properties: {
                  artifactLocation: { type: "object", properties: { uri: { type: "string", pattern: "^[^ ]+$" } } },
                  region: {
                    type: "object",
                    properties: {
                      startLine: { type: "integer", minimum: 1 },
                      startColumn: { type: "integer", minimum: 1 },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

describe("sarif", () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(sarif);

  it("has the shape of SARIF 2.1.0, with or without results", () => {
    for (const diagnostics of [[], found, [hostile]]) {
      const log: unknown = JSON.parse(formatSarif(diagnostics, ".", catalogue, ""));
      expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it("has results that point to their rule and place", () => {
    const { runs } = JSON.parse(formatSarif(found, "packages/my mail", catalogue, ""));
    expect(runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(["KG801", "KG802"]);
    expect(runs[0].results[1]).toEqual({
      ruleId: "KG802",
      ruleIndex: 1,
      level: "warning",
      message: { text: "unknown key `fruit` in `extension` (remove it, or rename it to start with `x-`)" },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "packages/my%20mail/.kiket/manifest.yaml" },
            region: { startLine: 10, startColumn: 3 },
          },
        },
      ],
    });
  });

  it("describes a rule with the text of its code, and only names one without a text", () => {
    const rulesOf = (of: typeof catalogue) => JSON.parse(formatSarif([hostile], ".", of, "")).runs[0].tool.driver.rules;
    expect(rulesOf(catalogue)).toMatchObject([{ id: "KG101", shortDescription: { text: "several manifests" } }]);
    expect(rulesOf(new Map())).toEqual([{ id: "KG101" }]);
  });

  it.each([
    ["", undefined],
    ["https://github.com/example/kiket-gen#readme", "https://github.com/example/kiket-gen/blob/HEAD"],
    ["git+https://github.com/example/kiket-gen.git", "https://github.com/example/kiket-gen/blob/HEAD"],
    ["git://gitlab.com/example/kiket-gen.git", "https://gitlab.com/example/kiket-gen/blob/HEAD"],
    ["github:example/kiket-gen", "https://github.com/example/kiket-gen/blob/HEAD"],
    ["https://kiket-gen.example/", "https://kiket-gen.example"],
    ["git@github.com:example/kiket-gen.git", undefined],
    ["javascript:alert(1)", undefined],
  ])("links each rule to its page if the package has a home: %j", (home, root) => {
    const { runs } = JSON.parse(formatSarif([hostile], ".", catalogue, home));
    const page = root && `${root}/docs/reference/diagnostics.md#kg101`;
    expect(runs[0].tool.driver.rules[0].helpUri).toBe(page);
  });

  it("names files below an absolute folder by a file URL", () => {
    const { runs } = JSON.parse(formatSarif([hostile], "/srv", catalogue, ""));
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe("file:///srv/a,b:c%25.yaml");
  });
});
