import { isObject } from "../../../base/shape.js";
import { type Diagnostic, hasErrors } from "../../../diagnostics/diagnostic.js";
import { readJson } from "../../../yaml/read-json.js";
import type { Finding } from "../../finding.js";
import { placeInWords, projectFinding } from "../project-checks.js";

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
  const wrong = (what: string, more: Pick<Finding, "where" | "why" | "fix">) => ({
    finding: projectFinding("package-json", "wrong", what, more),
  });
  if (text === undefined)
    return wrong("there is no package.json", {
      why: "npm, Node and the compiler read from it what the project is made of",
      fix: "make one: npm init -y && npm pkg set type=module",
    });
  const found: Diagnostic[] = [];
  readJson({ path: file, text }, (diagnostic) => found.push(diagnostic));
  const [mistake] = found.filter((diagnostic) => hasErrors([diagnostic]));
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    const place = mistake === undefined ? { where: file } : { where: placeInWords(mistake), why: mistake.message };
    return wrong("package.json is not JSON", { ...place, fix: "correct it there; npm does not read it either" });
  }
  if (!isObject(content))
    return wrong("package.json must contain an object", { where: file, fix: "write an object, as npm init does" });
  const [twice] = found.filter(({ code }) => code === "KG105");
  if (twice === undefined)
    return { content, finding: projectFinding("package-json", "ok", "package.json can be read") };
  const more = { where: placeInWords(twice), why: "npm takes one of them, without a word", fix: "keep one of them" };
  return { content, finding: projectFinding("package-json", "warning", twice.message, more) };
}
