import type { Position } from "../../model/model.js";
import { besideManifest } from "../../project/find-manifest.js";
import { isNested, type LintContext, startOf } from "../context.js";
import type { Rule } from "../rule.js";

/** The platform's linter reads extensions only, and a receiver of webhooks is none. */
function isReceiver({ model }: LintContext): boolean {
  return model.receiver !== undefined;
}

/** The place for a diagnostic about a missing file: where the file should be. */
function beside({ model }: LintContext, path: string): Position {
  return startOf(besideManifest(model.manifest, path));
}

export const unreadManifest: Rule = {
  code: "L0",
  severity: "error",
  title: "no `.kiket/manifest.yaml`",
  explanation:
    "The platform reads only `.kiket/manifest.yaml`, not even `.kiket/manifest.yml`. Its linter stops at this error. Move the manifest to this path.",
  check(context, report) {
    const { manifest } = context.model;
    if (!isNested(context) || /(^|\/)\.kiket\/manifest\.yaml$/.test(manifest)) return;
    const hint = `move ${manifest} to .kiket/manifest.yaml`;
    report(startOf(manifest), "the platform reads only `.kiket/manifest.yaml`", hint);
  },
};

/** For a manifest on which the platform's linter would report L0 or L2. */
export const unreadFormat: Rule = {
  code: "KG824",
  severity: "note",
  title: "manifest format unknown to the platform's linter",
  explanation:
    "The platform's linter reads only manifests with an `extension` map. For this manifest it would report L0, or L2, L3, L4 and L6, which would not help. kiket-gen therefore does not check L0 to L11, L14 and L15 here. All other rules apply to the keys that the manifest has.",
  check(context, report) {
    if (isNested(context) || isReceiver(context)) return;
    const { manifest, format } = context.model;
    const message = `the platform's linter does not read the format ${format}, so its rules about \`extension\` are not checked`;
    report(startOf(manifest), message);
  },
};

export const noTests: Rule = {
  code: "L12",
  severity: "warning",
  title: "no tests",
  explanation:
    "None of the folders `test`, `spec` and `tests` exists beside `.kiket`. The platform's linter asks for one. Create it and test the extension there.",
  check(context, report) {
    if (context.disk.tests || isReceiver(context)) return;
    const hint = "run the extension in a test with `createPlatform()` from kiket-gen/testing";
    report(beside(context, "test"), "none of the folders `test`, `spec` and `tests` exists", hint);
  },
};

export const noReadme: Rule = {
  code: "L13",
  severity: "warning",
  title: "no README",
  explanation:
    "There is no `README.md` beside `.kiket`. The platform's linter asks for one. Say in it what the extension does and how to set it up.",
  check(context, report) {
    if (!context.disk.readme && !isReceiver(context)) report(beside(context, "README.md"), "there is no `README.md`");
  },
};
