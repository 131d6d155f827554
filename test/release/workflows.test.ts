import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { validateWorkflow } from "@action-validator/core";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../support/project.js";
import { runShell } from "./shell.js";

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly WorkflowStep[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, ".github/workflows");
const names = (await readdir(folder)).sort();
const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
const workflows = Object.fromEntries(names.map((name, index) => [name, parse(texts[index] ?? "") as Workflow]));
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);
const runsOf = (workflow: Workflow) => stepsOf(workflow).flatMap(({ run }) => run ?? []);
const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { scripts: object };

it("there are the workflows that the page of releases describes", () => {
  expect(names).toEqual(["ci.yml", "docs.yml", "release.yml"]);
});

it("the validator finds what is wrong in a workflow", () => {
  const wrong = "name: CI\non: push\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    stepz: []\n";
  expect(validateWorkflow(wrong).errors.length).toBeGreaterThan(0);
});

describe.each(names.map((name, index) => ({ name, text: texts[index] ?? "" })))("$name", ({ name, text }) => {
  const workflow = workflows[name] as Workflow;

  it("is a workflow by the schema of GitHub", () => {
    expect(validateWorkflow(text).errors).toEqual([]);
  });

  it("pins each action by its commit, and says which version that is", () => {
    const used = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it("runs scripts that package.json has, and programs that the repository has", async () => {
    const called = runsOf(workflow).flatMap((run) => [...run.matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)]);
    expect(called.map(([, script = ""]) => script).filter((script) => !(script in scripts))).toEqual([]);
    const program = runsOf(workflow).filter((run) => run.startsWith("."));
    for (const path of program) await readFile(join(root, path.trim()));
  });

  it("has shell scripts that a shell can read, without text from outside in them", async () => {
    for (const run of runsOf(workflow)) {
      expect(await runShell(["-n", "-c", run])).toMatchObject({ code: 0, stderr: "" });
      expect(run).not.toContain("${{");
    }
  });

  it("ends each job in a limited time", () => {
    expect(Object.values(workflow.jobs).filter((job) => job["timeout-minutes"] === undefined)).toEqual([]);
  });
});

it("only the jobs that publish may write, and they run nothing of the repository", () => {
  const writing = Object.entries(workflows).flatMap(([name, { permissions = {}, jobs }]) =>
    Object.entries(jobs).map(([job, { permissions: own = permissions, steps }]) => ({
      at: `${name} ${job}`,
      own,
      steps,
    })),
  );
  const mayWrite = writing.filter(({ own }) => Object.values(own).includes("write"));
  expect(mayWrite.map(({ at, own }) => [at, own])).toEqual([
    ["docs.yml deploy", { "id-token": "write", pages: "write" }],
    ["release.yml publish", { "id-token": "write" }],
    ["release.yml announce", { contents: "write" }],
  ]);
  const steps = mayWrite.flatMap(({ steps: all }) => all);
  expect(
    steps.filter(({ uses = "", run = "" }) => uses.includes("checkout") || /npm (?:ci|run|install)/.test(run)),
  ).toEqual([]);
});

describe("the step that publishes", () => {
  const script = runsOf(workflows["release.yml"] as Workflow).find((run) => run.includes("npm publish")) ?? "";
  /** Runs it with an npm that only says how it is called; `has` are the versions in the registry. */
  const publishing = (tag: string, has: string) => {
    const npm =
      'npm() { if [ "$1" = view ]; then case "$HAS" in *"$2"*) echo "$2" ;; *) return 1 ;; esac; else echo "npm $*"; fi; }\n';
    return runShell(["-e", "-c", `cd "$(mktemp -d)"\n${npm}${script}`], { GITHUB_REF_NAME: tag, HAS: has });
  };

  it("publishes both, the one that the other depends on first", async () => {
    expect((await publishing("v1.2.3", "")).stdout).toBe(
      "npm publish ./kiket-gen-1.2.3.tgz --access public --provenance --tag latest\n" +
        "npm publish ./create-kiket-extension-1.2.3.tgz --access public --provenance --tag latest\n",
    );
  });

  it("goes on where it was stopped", async () => {
    expect((await publishing("v1.2.3", "kiket-gen@1.2.3")).stdout).toBe(
      "kiket-gen@1.2.3 is published already\n" +
        "npm publish ./create-kiket-extension-1.2.3.tgz --access public --provenance --tag latest\n",
    );
  });

  it("does not give a version before a release to everyone", async () => {
    expect((await publishing("v2.0.0-beta.1", "")).stdout).toContain(
      "kiket-gen-2.0.0-beta.1.tgz --access public --provenance --tag next",
    );
  });
});
