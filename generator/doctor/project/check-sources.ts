import { version } from "../../base/version.gen.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { generateFrom, type Report } from "../../generate/generate.js";
import { lint } from "../../lint/lint.js";
import { paths } from "../../output/plan.js";
import type { Project } from "../../project/read-project.js";
import type { Finding } from "../finding.js";
import { attempt } from "./attempt.js";
import { topFolder } from "./read/locks.js";
import { checkBuild, checkCompiler } from "./rules/compiler.js";
import { checkGenerated, checkHandlers, checkManifest } from "./rules/generated.js";
import type { Subject } from "./subject.js";

/** The generated files that the compiler reads. */
function generatedSources({ actions }: Report): readonly string[] {
  return actions.flatMap(({ ownership, kind, path }) =>
    ownership === "generated" && kind !== "delete" && path.endsWith(".ts") ? [path] : [],
  );
}

/** The findings about the compiler, and about the manifest and what is made of it. `objection`: what keeps generated files from compiling. */
export async function checkSources(
  { host, dir, folder }: Subject,
  project: Project,
  objection: Diagnostic | undefined,
): Promise<readonly Finding[]> {
  const { compiler, layout, sources } = project;
  let report: Report | undefined;
  const ofManifest = await attempt("manifest", async () => [
    checkManifest(await lint(host, project), sources.manifest?.path),
  ]);
  const ofFiles = await attempt("generated", async () => {
    report = await generateFrom(host, project, "check");
    return [...checkGenerated(report, version), checkHandlers(report)];
  });
  const atConfig = objection?.at.file === "package.json" && compiler.path !== undefined ? undefined : objection;
  const { path: config, options, typescript } = compiler;
  const ofBuild = await attempt("dev-build", async () => {
    if (report?.model === undefined) return [];
    const { tryBuild } = await import("../../dev/build/create-builder.js");
    return checkBuild(tryBuild(dir, paths.main(layout), topFolder(folder)), generatedSources(report));
  });
  // What the building has found wrong may be the configuration itself, which then seems to have no options.
  const isUnread = Object.keys(options).length === 0 && ofBuild.some(({ status }) => status === "wrong");
  const ofCompiler =
    isUnread && atConfig === undefined ? [] : checkCompiler({ config, options, typescript, objection: atConfig });
  return [...ofCompiler, ...ofBuild, ...ofManifest, ...ofFiles];
}
