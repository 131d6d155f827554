import { diagnose } from "../../diagnostics/diagnose.js";
import type { Position } from "../../model/model.js";
import { besideManifest } from "../../project/find-manifest.js";
import { isNested, type Rule } from "../context.js";

/** L0, and a note where the platform's linter would stop at once. */
const checkPlace: Rule = (subject, report) => {
  const { manifest, format } = subject.model;
  const at: Position = { file: manifest, line: 1, column: 1 };
  if (!isNested(subject)) {
    const message = `the platform's own linter does not read the format ${format}; its rules on \`extension\` are left out`;
    report(diagnose("KG824", at, message));
  } else if (!/(^|\/)\.kiket\/manifest\.yaml$/.test(manifest)) {
    const hint = `move ${manifest} to .kiket/manifest.yaml`;
    report(diagnose("L0", at, "the platform reads `.kiket/manifest.yaml` only", hint));
  }
};

/** L0, L12 and L13; what is missing on the disk is placed where it should stand. */
export const checkDisk: Rule = (subject, report) => {
  checkPlace(subject, report);
  const { manifest } = subject.model;
  const absent = (path: string): Position => ({ file: besideManifest(manifest, path), line: 1, column: 1 });
  if (!subject.disk.tests) {
    const hint = "`createPlatform()` of kiket-gen/testing runs an extension in a test";
    report(diagnose("L12", absent("test"), "none of the folders `test`, `spec` and `tests` is there", hint));
  }
  if (!subject.disk.readme) report(diagnose("L13", absent("README.md"), "there is no `README.md`"));
};
