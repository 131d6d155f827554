import { inWordsOf } from "../base/package-manager.js";
import { UsageError } from "../base/usage-error.js";
import { cloudRun } from "./cloud-run.js";
import { cloudflare } from "./cloudflare.js";
import { compose } from "./compose.js";
import { type DeployTarget, onlyForRequests } from "./deploy-targets.js";
import type { DeployFile, DeployPackages, DeployProject, DeployTemplate } from "./deploy-template.js";
import { docker } from "./docker.js";
import { fly } from "./fly.js";
import { kubernetes } from "./kubernetes.js";
import { lambda } from "./lambda.js";
import { besideGenerated } from "./program-file.js";

/** In the order of the help. */
export const deployTemplates: readonly DeployTemplate[] = [
  ...[docker, compose, kubernetes, cloudRun],
  ...[lambda, cloudflare, fly],
];

/** The templates of targets, each once, and before each those that it needs. */
export function templatesFor(targets: readonly DeployTarget[]): readonly DeployTemplate[] {
  const found = new Set<DeployTemplate>();
  const add = (target: DeployTarget) => {
    const template = deployTemplates.find((one) => one.target === target);
    if (template === undefined || found.has(template)) return;
    template.needs.forEach(add);
    found.add(template);
  };
  targets.forEach(add);
  return [...found];
}

/**
 * The files of several templates, each once.
 * @throws {UsageError} if the project takes no requests, and a target runs programs for nothing else.
 */
export function deployFiles(templates: readonly DeployTemplate[], project: DeployProject): readonly DeployFile[] {
  const unfit = project.listens ? [] : templates.filter(({ target }) => onlyForRequests.includes(target));
  if (unfit.length > 0) {
    const names = unfit.map(({ target }) => target).join(" and ");
    throw new UsageError(
      `an evidence adapter asks Kiket for work, and ${names} runs programs only for a request: choose docker, for example`,
    );
  }
  return [...new Map(templates.flatMap(({ files }) => files(project)).map((file) => [file.path, file])).values()];
}

/** The packages that several templates need. */
export function deployPackages(
  templates: readonly DeployTemplate[],
  project: Pick<DeployProject, "listens">,
): Required<DeployPackages> {
  return joinedPackages(templates.map(({ packages }) => packages(project)));
}

export function joinedPackages(all: readonly DeployPackages[]): Required<DeployPackages> {
  return {
    dependencies: Object.assign({}, ...all.map(({ dependencies }) => dependencies)),
    devDependencies: Object.assign({}, ...all.map(({ devDependencies }) => devDependencies)),
  };
}

/** The program that templates want; undefined if the one that is generated does. */
export function deployProgram(templates: readonly DeployTemplate[], project: DeployProject): DeployFile | undefined {
  const wanted = project.listens ? templates.find(({ program }) => program !== undefined) : undefined;
  return wanted?.program && { path: besideGenerated(project, "main.ts"), text: wanted.program(project) };
}

/** The commands that install what the project lacks. */
export function installCommands(templates: readonly DeployTemplate[], project: DeployProject): readonly string[] {
  const { dependencies, devDependencies } = deployPackages(templates, project);
  const install = (command: string, packages: Readonly<Record<string, string>>) => {
    const lacking = Object.entries(packages).filter(([name]) => !project.has(name));
    return lacking.length === 0 ? [] : [`${command} ${lacking.map(([name, range]) => `${name}@${range}`).join(" ")}`];
  };
  const commands = [...install("npm install", dependencies), ...install("npm install --save-dev", devDependencies)];
  return commands.map((command) => inWordsOf(project.installer, command));
}
