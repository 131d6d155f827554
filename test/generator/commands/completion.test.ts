import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, removeProject, root } from "../../support/project.js";
import { runCli } from "../../support/run-node.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.own
  name: Own
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  hooks: [{ event: issue.created }, { event: acme.thing_made }, { event: "acme.$(touch pwned)" }]
`;

let folder: string;
beforeAll(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest });
  // As an installed package does it.
  await mkdir(join(folder, "bin"));
  await writeFile(
    join(folder, "bin/kiket-gen"),
    `#!/bin/sh\nexec "${process.execPath}" "${root}/dist/generator/cli.cjs" "$@"\n`,
  );
  await chmod(join(folder, "bin/kiket-gen"), 0o755);
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout, stderr } = await runCli(["completion", shell], folder);
    expect([code, stderr]).toEqual([0, ""]);
    await writeFile(join(folder, shell), stdout);
  }
  await mkdir(join(folder, "project"));
}, 60_000);
afterAll(() => removeProject(folder));

async function run(shell: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(shell, args, {
    cwd: folder,
    env: { ...process.env, PATH: `${folder}/bin:${process.env.PATH}` },
  });
  return stdout
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

async function has(shell: string): Promise<boolean> {
  return run(shell, ["-c", "echo yes"]).then(
    () => true,
    () => false,
  );
}

/** What a shell offers for the last of the words. */
const completers: Readonly<Record<string, (words: readonly string[]) => Promise<string[]>>> = {
  bash: (words) =>
    run("bash", [
      "--norc",
      "-c",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
      '. ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kiket_gen; printf "%s\\n" "${COMPREPLY[@]}"',
      "bash",
      "kiket-gen",
      ...words,
    ]),
  zsh: (words) =>
    run("zsh", [
      "-f",
      "-c",
      `compdef() { :; }; _files() { :; }
       compadd() { shift; local one; for one in "$@"; do [[ $one == "$words[CURRENT]"* ]] && print -r -- $one; done; }
       . ./zsh; words=("$@"); CURRENT=$#; _kiket_gen`,
      "zsh",
      "kiket-gen",
      ...words,
    ]),
  fish: async (words) => {
    const line = ["kiket-gen", ...words].join(" ");
    const found = await run("fish", ["--no-config", "-c", `source ./fish; complete -C "${line}"`]);
    return found.map((one) => one.split("\t")[0] ?? "");
  },
};

const shells: string[] = [];
for (const shell of Object.keys(completers)) if (await has(shell)) shells.push(shell);

it("is tested with one shell at least", () => {
  expect(shells).toContain("bash");
});

describe.each(shells)("in %s", (shell) => {
  const complete = (...words: string[]) => completers[shell]?.(words) ?? Promise.resolve([]);

  it.each<[words: string[], expected: string[]]>([
    [["li"], ["lint"]],
    [["comp"], ["compare", "completion"]],
    [["lint", "--str"], ["--strict"]],
    [["--show"], ["--show-config"]],
    [["check", "--form"], ["--format"]],
    [["--check", "--format", "s"], ["sarif"]],
    [
      ["add", "se"],
      ["secret", "setting"],
    ],
    [["add", "event", "issue.clo"], ["issue.closed"]],
    [["add", "event", "issue.closed", "--tem"], ["--template"]],
    [["rename", "--force", "issue.clo"], ["issue.closed"]],
    [
      ["explain", "KG60"],
      ["KG601", "KG602", "KG603", "KG604", "KG605", "KG606", "KG607", "KG608", "KG609"],
    ],
    [
      ["explain", "se"],
      ["settings", "setup"],
    ],
    [["events", "issue.clo"], ["issue.closed"]],
    [["events", "--js"], ["--json"]],
    [["trigger", "issue.clo"], ["issue.closed"]],
    [["trigger", "acme"], ["acme.thing_made"]],
    [["trigger", "issue.created", "--sec"], ["--secret-file"]],
    [["replay", "la"], ["last"]],
    [["completion", "f"], ["fish"]],
    [["init", "--templ"], ["--template"]],
    [["init", "--template", "a"], ["adapter"]],
    [
      ["init", "mirror", "--template", ""],
      ["adapter", "extension", "webhook"],
    ],
    [["jobs", "re"], ["retry"]],
    [["jobs", "retry", "--de"], ["--dead"]],
    [
      ["jobs", "list", "--state", "de"],
      ["dead", "delayed"],
    ],
    [["help", "aud"], ["audit"]],
  ])("completes %j", async (words, expected) => {
    expect((await complete(...words)).sort()).toEqual(expected);
  });
});

it("knows every option of the help, and no other", async () => {
  const bash = await readFile(join(folder, "bash"), "utf8");
  const cli = await readFile(join(root, "generator/cli.ts"), "utf8");
  const names = [...cli.matchAll(/^ {2}(\w+): \{ summary/gm)].map(([, name]) => name ?? "");
  expect(names.length).toBeGreaterThan(5);
  for (const name of ["generate", ...names]) {
    const { stdout } = await runCli([name, "--help"], folder);
    const inHelp = new Set(stdout.match(/(?<![\w-])--[a-z-]+[a-z]/g));
    const table = new RegExp(`^ {4}'${name}'\\) echo '([^']*)'.* ;;$`, "m").exec(bash)?.[1] ?? "";
    const known = table.split(" ").filter((word) => word.startsWith("--") && word !== "--help");
    expect(
      known.filter((option) => !inHelp.has(option)),
      name,
    ).toEqual([]);
    expect(known.length > 0 || inHelp.size === 0, name).toBe(true);
  }
});
