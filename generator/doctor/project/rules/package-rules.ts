import { isObject } from "../../../base/shape.js";
import { programsOf, readBuildScripts } from "../../../dev/build/scripts.js";
import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";
import type { PackageContent } from "./package-json.js";

const file = "package.json";
const own = "kiket-gen";

/** The groups in which a package may be named, the one that counts at run time first. */
export const dependencyGroups = [
  "dependencies",
  "optionalDependencies",
  "peerDependencies",
  "devDependencies",
] as const;

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

/** Packages with what is asked for of each, by the group that names them. Values that are no texts are left out. */
export function dependenciesIn(content: PackageContent): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const texts = (group: unknown) =>
    Object.fromEntries(
      Object.entries(record(group)).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  return Object.fromEntries(dependencyGroups.map((group) => [group, texts(content[group])]));
}

/** Whether the package's `.js` files are what generated code is. `objection`: what the compiler's setup says against it. */
export function checkModuleType(
  { type }: PackageContent,
  objection: Pick<Finding, "why" | "fix"> | undefined,
): Finding {
  if (objection !== undefined) {
    const what = type === "module" ? "the package is one of ES modules" : 'package.json has no "type": "module"';
    return projectFinding("module-type", "wrong", what, { where: file, ...objection });
  }
  if (type === "module") return projectFinding("module-type", "ok", "the package is one of ES modules");
  return projectFinding("module-type", "ok", "the package is CommonJS, and loads kiket-gen as this Node can");
}

/** Whether a command generates, or fails where that has to be done: `kiket-gen`, alone or with options or a path. Another word is a command. */
function generates([program, first = ".", ...rest]: readonly string[]): boolean {
  return (
    program === own &&
    !rest.includes("--show-config") &&
    (!/^[a-z]+$/.test(first) || /^(?:generate|check)$/.test(first))
  );
}

/** Whether the build generates before it compiles. */
export function checkScripts(content: PackageContent): Finding {
  const scripts = record(content.scripts);
  const more = {
    where: `${file} scripts`,
    why: "after a change of the manifest, a build would take the files of before",
    fix: "npm pkg set scripts.prebuild=kiket-gen",
  };
  if (typeof scripts.build === "string") {
    const programs = programsOf("build", scripts);
    const first = programs.findIndex(generates);
    const compiles = programs.findIndex(([program = ""]) =>
      /^(?:tsc|tsgo|tsup|esbuild|rollup|vite|swc|babel|webpack)$/.test(program),
    );
    if (first < 0) return projectFinding("scripts", "warning", "`npm run build` does not generate", more);
    if (compiles >= 0 && compiles < first)
      return projectFinding("scripts", "warning", "`npm run build` compiles first, and generates then", more);
    return projectFinding("scripts", "ok", "`npm run build` generates, and compiles then");
  }
  if (Object.keys(scripts).some((name) => programsOf(name, scripts).some(generates)))
    return projectFinding("scripts", "ok", "a script generates; there is no script `build`");
  return projectFinding("scripts", "warning", "no script generates", more);
}

function origin(spec: string): string {
  if (/^(?:file|link|portal):/.test(spec)) return "from a folder or file of this machine";
  if (spec.startsWith("workspace:")) return "from the workspace";
  if (/^(?:https?:)/.test(spec)) return "from an address";
  if (/^(?:git[+:@]|github:|gitlab:|bitbucket:|[\w.-]+\/[\w.-]+)/.test(spec)) return "from a git repository";
  return "from the registry";
}

/** An address may have a password or a token in it. */
function withoutPassword(spec: string): string {
  return spec.replace(/(:\/\/)[^/]*@/, "$1***@").replace(/\?[^#]*/, "?***");
}

/** Where `package.json` names kiket-gen. `isInstalled`: whether it is found nevertheless. */
export function checkDependency(content: PackageContent, isInstalled: boolean): Finding {
  const groups = dependenciesIn(content);
  const named = dependencyGroups.filter((group) => groups[group]?.[own] !== undefined);
  const [group] = named;
  const why = "generated code imports kiket-gen when the program runs";
  if (group === undefined) {
    const what = isInstalled
      ? "package.json does not name kiket-gen, which is found elsewhere"
      : "package.json does not name kiket-gen";
    return projectFinding("dependency", isInstalled ? "warning" : "wrong", what, {
      ...{ where: file, why, fix: "npm install kiket-gen" },
    });
  }
  if (named.length > 1) {
    return projectFinding("dependency", "warning", `package.json names kiket-gen in ${named.join(" and ")}`, {
      where: file,
      why: "package managers take one of them, and not all the same",
      fix: "keep it in dependencies only",
    });
  }
  const spec = groups[group]?.[own] ?? "";
  if (group !== "devDependencies")
    return projectFinding("dependency", "ok", `kiket-gen ${withoutPassword(spec)} in ${group}, ${origin(spec)}`);
  const { bundles } = readBuildScripts(record(content.scripts));
  return projectFinding("dependency", bundles ? "warning" : "wrong", "kiket-gen is in devDependencies only", {
    where: `${file} devDependencies`,
    why: `${why}; npm install --omit=dev leaves it out`,
    fix: "move it to dependencies: npm install --save-prod kiket-gen",
  });
}
