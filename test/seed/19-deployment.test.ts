import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as add from "../../generator/commands/add.js";
import { filesIn } from "../hosts/page.js";
import { tsc } from "../support/compile.js";
import { closeAfterwards } from "../support/open-kiket.js";
import { createProject, readTree, removeProject, root } from "../support/project.js";
import { runCommand } from "../support/run-command.js";

const example = join(root, "examples/marketing-automation");
const targets = ["docker", "compose", "kubernetes", "cloud-run"];

test("19: the files of the sample's deployment are those that the command writes", async () => {
  const folder = await createProject({});
  closeAfterwards(() => removeProject(folder));
  await cp(example, folder, {
    recursive: true,
    filter: (path) => !/node_modules|marketing-automation\/dist/.test(path),
  });
  const before = await readTree(folder);
  const done = await runCommand(add, ["deploy", ...targets, "--dir", folder]);
  expect([done.code, done.stderr]).toEqual([0, ""]);
  const [files = ""] = done.stdout.split("\nNext:");
  expect(files.trimEnd().split("\n")).toEqual(
    [
      ...[
        "Dockerfile",
        ".dockerignore",
        "deploy/bundle.mjs",
        "compose.yaml",
        "deploy/Caddyfile",
        "deploy/prometheus.yml",
      ],
      ...["kustomization", "extension", "worker"].map((name) => `deploy/kubernetes/${name}.yaml`),
      "deploy/cloud-run.yaml",
    ].map((path) => `  unchanged  ${path}`),
  );
  expect(await readTree(folder)).toEqual(before);
});

test("19: the sample's program is that for several instances, and compiles", async () => {
  const page = filesIn(await readFile(join(root, "docs/deploy/README.md"), "utf8"));
  expect(await readFile(join(example, "src/main.ts"), "utf8")).toBe(page["src/main.ts"]);
  expect(await tsc(example, ["--noEmit"])).toEqual({ code: 0, stdout: "", stderr: "" });
});
