import { firstInWords } from "../../../base/word-list.js";
import type { Diagnostic } from "../../../diagnostics/diagnostic.js";
import type { Report } from "../../../generate/generate.js";
import { formatTotals } from "../../../terminal/report.js";
import type { Finding } from "../../finding.js";
import { placeInWords, projectFinding } from "../project-checks.js";

/** Longer lists are cut. */
const mostPaths = 4;

const pathsInWords = (paths: readonly string[]): string => firstInWords(paths, mostPaths);

/** What `kiket-gen lint` finds, as a summary. */
export function checkManifest(diagnostics: readonly Diagnostic[], manifest: string | undefined): Finding {
  const worst = (["error", "warning"] as const).map((severity) =>
    diagnostics.find((each) => each.severity === severity),
  );
  const first = worst.find((found) => found !== undefined);
  if (first === undefined) {
    const notes = diagnostics.length === 0 ? "" : `: ${formatTotals(diagnostics)}`;
    return projectFinding("manifest", "ok", `${manifest} has no mistakes${notes}`);
  }
  const status = first.severity === "error" ? "wrong" : "warning";
  return projectFinding("manifest", status, `${manifest ?? "the manifest"}: ${formatTotals(diagnostics)}`, {
    where: placeInWords(first),
    why: `${first.code}: ${first.message}`,
    fix:
      manifest === undefined
        ? (first.hint ?? "run kiket-gen lint, which shows all of them")
        : "run kiket-gen lint, which shows all of them with hints",
  });
}

/** Whether the generated files are what this version makes of the manifest: as `kiket-gen --check` decides it. */
export function checkGenerated({ model, actions, diagnostics }: Report, version: string): readonly Finding[] {
  if (model === undefined)
    return [projectFinding("generated", "not-testable", "while there are errors, nothing is generated")];
  const files = actions.filter(({ ownership }) => ownership === "generated");
  const [missing, stale, left] = (["create", "write", "delete"] as const).map((kind) =>
    files.filter((action) => action.kind === kind).map(({ path }) => path),
  );
  const different = [
    ...(missing?.length ? [`missing: ${pathsInWords(missing)}`] : []),
    ...(stale?.length ? [`out of date: ${pathsInWords(stale)}`] : []),
    ...(left?.length ? [`left over: ${pathsInWords(left)}`] : []),
  ];
  // What is wrong with the compiler's setup is told by a check of its own.
  const ofFiles = diagnostics.filter(
    ({ code, severity }) => /^KG5/.test(code) && code !== "KG506" && severity !== "note",
  );
  const more = ofFiles.map((each) =>
    projectFinding("generated", each.severity === "error" ? "wrong" : "warning", each.message, {
      where: placeInWords(each),
      ...(each.hint === undefined ? {} : { fix: each.hint }),
    }),
  );
  if (different.length === 0)
    return [
      projectFinding("generated", "ok", `${files.length} generated files are as kiket-gen ${version} makes them`),
      ...more,
    ];
  const first = projectFinding(
    "generated",
    "wrong",
    `generated files differ from what kiket-gen ${version} makes of the manifest: ${different.join("; ")}`,
    {
      why: "the program and its types are those of another manifest, or of another version of kiket-gen",
      fix: "run kiket-gen, and commit the result; kiket-gen --check shows the difference",
    },
  );
  return [first, ...more];
}

/** Whether each event has a handler that somebody has written. */
export function checkHandlers({ model, actions, unfilled }: Report): Finding {
  if (model === undefined)
    return projectFinding("handlers", "not-testable", "while there are errors, no handler is known");
  const stubs = actions.filter(({ ownership }) => ownership === "scaffold");
  const missing = stubs.filter(({ kind }) => kind === "create").map(({ path }) => path);
  if (missing.length > 0) {
    return projectFinding("handlers", "wrong", `files do not exist: ${pathsInWords(missing)}`, {
      why: "generated code imports them, so the project does not compile",
      fix: "run kiket-gen, which makes a stub for each, and fill it; or get them back with git",
    });
  }
  const [noun, effect] =
    model.adapter === undefined ? ["handler", "answers 501"] : ["normaliser", "fails each of its events"];
  if (unfilled.length > 0) {
    return projectFinding(
      "handlers",
      "warning",
      `${unfilled.length} of ${model.events.length} ${noun}s ${unfilled.length === 1 ? "is" : "are"} not filled`,
      {
        where: pathsInWords(unfilled),
        why: `an unfilled ${noun} ${effect}`,
        fix: "write what it does, in place of the stub; kiket-gen --check --require-handlers fails for them in CI",
      },
    );
  }
  return projectFinding(
    "handlers",
    "ok",
    model.events.length === 1 ? `the event has its ${noun}` : `each of ${model.events.length} events has its ${noun}`,
  );
}
