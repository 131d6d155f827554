import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundlerRange } from "../../generator/deploy/bundle-script.js";
import { deployProjectOf } from "../../generator/deploy/deploy-project.js";
import { deploySummaries } from "../../generator/deploy/deploy-targets.js";
import { queuePackages, sharingPackages, sharingProgram } from "../../generator/deploy/sharing-program.js";
import { deployTemplates, installCommands, templatesFor } from "../../generator/deploy/templates.js";
import manifest from "../../package.json" with { type: "json" };
import { filesIn } from "../hosts/page.js";
import { deployProjects, deskSubject } from "../support/deploy-projects.js";
import { root } from "../support/project.js";

const pageOf = (name: string) => readFile(join(root, "docs/deploy", `${name}.md`), "utf8");
const withQueue = deployProjectOf({
  ...deskSubject,
  secretKeys: ["API_KEY"],
  packageJson: JSON.stringify({ name: "my-extension", ...queuePackages }),
});

describe("the pages about deployment", () => {
  it("are one for each target, with its line in the list", async () => {
    const rows = [...(await pageOf("README")).matchAll(/^\| \[([\w-]+)\]\(\1\.md\) \| (.*) \|$/gm)];
    expect(rows.map(([, target, summary]) => [target, summary])).toEqual(Object.entries(deploySummaries));
  });

  it.each(deployTemplates.map((template) => [template.target, template] as const))(
    "that of %s has its command, what to install, its files, and what to do next",
    async (target, template) => {
      const page = await pageOf(target);
      expect(page).toContain(`    npx kiket-gen add deploy ${target}\n`);
      const installs = installCommands(templatesFor([target]), withQueue).map((line) => line.replaceAll(/@\S+/g, ""));
      for (const line of installs) expect(page).toContain(`    ${line}\n`);
      for (const { path } of template.files(withQueue)) expect(page).toContain(path.replace("deploy/kubernetes/", ""));
      const project =
        target === "cloud-run"
          ? deployProjectOf({ ...deskSubject, secretKeys: ["API_KEY"], packageJson: '{ "name": "my-extension" }' })
          : withQueue;
      for (const line of template.next(project)) expect(page).toContain(`    ${line}\n`);
    },
  );

  it("have the program for several instances that is written for new projects", async () => {
    expect(filesIn(await pageOf("README"))["src/main.ts"]).toBe(sharingProgram(withQueue));
    expect(sharingProgram(deployProjects.plain as never)).not.toMatch(/queue: |bullmq/);
  });

  it("let packages be installed that the runtime takes", () => {
    const { peerDependencies, devDependencies } = manifest;
    const wanted = { ...sharingPackages.dependencies, ...queuePackages.dependencies };
    expect(
      Object.entries(wanted).filter(([name, range]) => (peerDependencies[name as "bullmq"] ?? range) !== range),
    ).toEqual([]);
    expect(bundlerRange).toBe(`^${devDependencies.esbuild}`);
  });
});
