import type { Position } from "../../model/model.js";
import { besideManifest } from "../../project/find-manifest.js";
import { isNested, type LintContext } from "../context.js";
import type { Rule } from "../rule.js";

function startOf(file: string): Position {
  return { file, line: 1, column: 1 };
}

/** What is missing on the disk is reported where it should be. */
function beside({ model }: LintContext, path: string): Position {
  return startOf(besideManifest(model.manifest, path));
}

export const unreadManifest: Rule = {
  code: "L0",
  severity: "error",
  title: "no `.kiket/manifest.yaml`",
  explanation: "The platform reads `.kiket/manifest.yaml` and no other name, not even `.yml`. Its linter stops here.",
  check(context, report) {
    const { manifest } = context.model;
    if (!isNested(context) || /(^|\/)\.kiket\/manifest\.yaml$/.test(manifest)) return;
    const hint = `move ${manifest} to .kiket/manifest.yaml`;
    report(startOf(manifest), "the platform reads `.kiket/manifest.yaml` only", hint);
  },
};

/** A note where the platform's linter would stop at once. */
export const unreadFormat: Rule = {
  code: "KG824",
  severity: "note",
  title: "format that the platform's linter does not read",
  explanation:
    "The platform's own linter reads nested manifests with an `extension` map only. On this one it would report L0, or L2, L3, L4 and L6, which says nothing about the manifest, so L0 to L11, L14 and L15 are left out. The other rules hold wherever the manifest has what they look at.",
  check(context, report) {
    if (isNested(context)) return;
    const { manifest, format } = context.model;
    const message = `the platform's own linter does not read the format ${format}; its rules on \`extension\` are left out`;
    report(startOf(manifest), message);
  },
};

export const noTests: Rule = {
  code: "L12",
  severity: "warning",
  title: "no tests",
  explanation: "None of the folders `test`, `spec` and `tests` stands beside `.kiket`.",
  check(context, report) {
    if (context.disk.tests) return;
    const hint = "`createPlatform()` of kiket-gen/testing runs an extension in a test";
    report(beside(context, "test"), "none of the folders `test`, `spec` and `tests` is there", hint);
  },
};

export const noReadme: Rule = {
  code: "L13",
  severity: "warning",
  title: "no README",
  explanation: "There is no `README.md` beside `.kiket`.",
  check(context, report) {
    if (!context.disk.readme) report(beside(context, "README.md"), "there is no `README.md`");
  },
};
