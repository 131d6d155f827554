import { type Refusal, refuse } from "../../base/refusal.js";
import { projectFolder } from "../../dev/state-folder.js";
import { tellingAfter } from "../../dev/telling-after.js";
import { parse } from "../../manifest/parse.js";
import { setupProblems } from "../../output/project-setup.js";
import { defaultLayout } from "../../project/layout.js";
import { manifestPlaces } from "../../project/manifest-places.js";
import { type Project, readProject } from "../../project/read-project.js";
import type { Finding } from "../finding.js";
import { attempt } from "./attempt.js";
import { checkMachine } from "./check-machine.js";
import { checkPackage } from "./check-package.js";
import { checkSecretPlaces } from "./check-secrets.js";
import { checkSources } from "./check-sources.js";
import { projectChecks, projectFinding } from "./project-checks.js";
import type { CheckTools, Subject } from "./subject.js";

/** What takes longer is told. In milliseconds. */
const tellTime = 1000;

async function checkAll(subject: Subject): Promise<readonly Finding[]> {
  const { host, dir } = subject;
  let project: Project | undefined;
  const unread = await attempt("manifest", async () => {
    project = await readProject(host, { dir });
    return [];
  });
  const [objection] = project === undefined ? [] : setupProblems(project.packageJson, project.compiler);
  const model = project?.sources.manifest === undefined ? undefined : parse(project.sources).model;
  const ofPackage = await checkPackage(
    subject,
    objection?.at.file === "package.json" && project?.compiler.path !== undefined ? objection : undefined,
  );
  const ofSources = project === undefined ? unread : await checkSources(subject, project, objection);
  const ofSecrets = await checkSecretPlaces(subject, model?.secrets);
  const ofMachine = await checkMachine(subject, project?.layout ?? defaultLayout, model?.adapter === undefined);
  const found = [...ofPackage, ...ofSources, ...ofSecrets, ...ofMachine];
  return whole(found, model?.adapter === undefined ? [] : ["port-extension"]);
}

/** The findings in the order of the checks. A check that found nothing to look at says so, but for those `without` a meaning here. */
function whole(found: readonly Finding[], without: readonly string[]): readonly Finding[] {
  return projectChecks.flatMap(({ id }) => {
    const own = found.filter((finding) => finding.id === id);
    if (own.length > 0 || without.includes(id)) return own;
    return [projectFinding(id, "not-testable", "it needs what is wrong elsewhere; correct that first")];
  });
}

/** Looks at a project and this machine. Refuses a folder that has no project. Changes nothing of the project, and starts nothing. */
export async function checkProject(dir: string, tools: CheckTools): Promise<readonly Finding[] | Refusal> {
  const names = await tools.host.list(".");
  const isManifest = (path: string) => names.includes(path.split("/")[0] ?? "");
  if (!names.includes("package.json") && !manifestPlaces.some(isManifest)) {
    return refuse(
      `there is no project in "${dir}": neither package.json nor a manifest`,
      "pass the folder of a project, or make one with `kiket-gen init <dir>`",
    );
  }
  const subject = { ...tools, dir, folder: projectFolder(dir) };
  return tellingAfter(tellTime, () => tools.say("looking at the project"), checkAll(subject));
}
