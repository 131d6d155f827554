import { isObject } from "../../../base/shape.js";
import { hasErrors } from "../../../diagnostics/diagnostic.js";
import { readJson } from "../../../yaml/read-json.js";
import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";

/** What a `package.json` says; members of other types than npm takes are left out. */
export interface PackageContent {
  readonly [member: string]: unknown;
}

const file = "package.json";

/** The content of `package.json`, and what is to be said of the file itself. `text`: undefined if there is none. */
export function readPackage(text: string | undefined): {
  readonly content?: PackageContent;
  readonly finding: Finding;
} {
  if (text === undefined) {
    return {
      finding: projectFinding("package-json", "wrong", "there is no package.json", {
        why: "npm, Node and the compiler read from it what the project is made of",
        fix: "make one: npm init -y && npm pkg set type=module",
      }),
    };
  }
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    const mistakes: { at: { line: number; column: number }; message: string }[] = [];
    readJson({ path: file, text }, (diagnostic) => hasErrors([diagnostic]) && mistakes.push(diagnostic));
    const [mistake] = mistakes;
    const at = mistake === undefined ? "" : `:${mistake.at.line}:${mistake.at.column}`;
    const why = mistake === undefined ? {} : { why: mistake.message };
    const more = { where: `${file}${at}`, ...why, fix: "correct it there; npm does not read it either" };
    return { finding: projectFinding("package-json", "wrong", "package.json is not JSON", more) };
  }
  if (!isObject(content)) {
    const more = { where: file, fix: "write an object, as npm init does" };
    return { finding: projectFinding("package-json", "wrong", "package.json must contain an object", more) };
  }
  return { content, finding: projectFinding("package-json", "ok", "package.json can be read") };
}
