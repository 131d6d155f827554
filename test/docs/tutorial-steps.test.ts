import { describe, expect, it } from "vitest";
import { missingLine, stepsOf } from "./tutorial-steps.js";

const fence = "```";

describe("the steps of a page", () => {
  it("are its commands, outputs, files and mistakes, in order", () => {
    const page = [
      `# A\n\n${fence}sh\nnpm test\nls\n${fence}\n\n${fence}text\nok\n${fence}\n\n${fence}sh dev\nnpm run dev\n${fence}\n\n`,
      `## A mistake\n\n${fence}ts a.ts from=b.ts\n1;\n${fence}\n\n## Next\n\n${fence}text dev\nready\n${fence}\n`,
    ];
    expect(stepsOf(page.join(""))).toEqual([
      { kind: "commands", terminal: "", commands: ["npm test", "ls"] },
      { kind: "output", terminal: "", lines: ["ok"] },
      { kind: "commands", terminal: "dev", commands: ["npm run dev"] },
      { kind: "mistake", isOpen: true },
      { kind: "file", path: "a.ts", text: "1;\n" },
      { kind: "mistake", isOpen: false },
      { kind: "output", terminal: "dev", lines: ["ready"] },
    ]);
  });
});

describe("an output", () => {
  it("has each line, in order; … stands for any text, and alone for any lines", () => {
    expect(missingLine(["a … c", "…", "d"], ["x", "a b c", "y", " d"])).toBeUndefined();
    expect(missingLine(["d", "a"], ["a", "d"])).toBe("a");
  });

  it("has no line that only looks alike", () => {
    expect(missingLine(["a.c"], ["abc"])).toBe("a.c");
    expect(missingLine(["a"], ["ab"])).toBe("a");
  });
});
