// Packs both packages, and creates a project with `npm exec`, as `npm create` does: without a terminal, and with questions in one.
// Needs `script` of util-linux, which gives a program a terminal.
import { spawn } from "node:child_process";
import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { check, expectExit, npmInstall, root, withTarball } from "./tarball.mjs";

/** Types the next answer as soon as its question is shown. */
function typeAnswers(command, answers, cwd) {
  return new Promise((resolve) => {
    // The new terminal has no size, and prompts would put each letter on a line.
    const sized = `stty cols 120 rows 40; ${command}`;
    const child = spawn("script", ["--quiet", "--return", "--command", sized, "/dev/null"], { cwd });
    let [raw, said, seen] = ["", "", 0];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      raw += text;
      said = stripVTControlCharacters(raw);
      const [question, keys] = answers[0] ?? [];
      if (question === undefined || !said.slice(seen).includes(question)) return;
      seen = said.length;
      answers.shift();
      child.stdin.write(keys);
    });
    child.once("close", (code) => resolve({ code, said, left: answers.map(([question]) => question) }));
  });
}

await withTarball(async (folder, tarball) => {
  await expectExit(0, "npm", ["run", "--silent", "build"], join(root, "generator/create"));
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder, join(root, "generator/create")];
  const [{ filename }] = Object.values(JSON.parse((await expectExit(0, "npm", args, folder)).stdout));
  const home = join(folder, "home");
  await mkdir(home);
  await writeFile(join(home, "package.json"), '{ "private": true }\n');
  await npmInstall(home, tarball, join(folder, filename));
  const create = (code, ...words) => expectExit(code, "npm", ["exec", "--", "create-kiket-extension", ...words], home);

  const { stdout } = await create(0, "bell", "--template", "webhook", "--deploy", "none", "--git");
  check(stdout.includes("\nNext: cd bell && npm install && npm run dev\n"), stdout);
  check(!stdout.includes("\u001b"), "colours without a terminal");
  await access(join(home, "bell/.git"));
  check((await create(1, "bell")).stderr.includes("bell is not empty: "), "a project was made twice");
  check((await create(2, "other", "--tempalte", "webhook")).stderr.includes("did you mean --template?"), "no hint");
  check((await create(2)).stderr.includes("expected the folder of the new project"), "no folder, and no refusal");
  console.log("created without a terminal");

  const program = "npm exec -- create-kiket-extension";
  const down = "\u001b[B";
  const answers = [
    ["Folder of the new project", "seal\r"],
    ["What is it?", `${down}\r`],
    ["Name of the project", "Seal of all\r"],
    ["Where is it to be deployed?", "\r"],
    ["Make a git repository?", "y"],
    ["Install the packages with npm now?", "n"],
  ];
  const done = await typeAnswers(program, answers, home);
  check(done.code === 0 && done.left.length === 0, `exit ${done.code}, not asked: ${done.left}\n${done.said}`);
  check((await readFile(join(home, "seal/kiket-extension.yaml"), "utf8")).includes("Seal of all"), "not the answers");
  const before = await readdir(home);
  const cancelled = await typeAnswers(
    program,
    [
      ["Folder of the new project", "gone\r"],
      ["What is it?", "\u0003"],
    ],
    home,
  );
  check(
    cancelled.code === 130 && cancelled.said.includes("Nothing was written."),
    `${cancelled.code}\n${cancelled.said}`,
  );
  check(String(await readdir(home)) === String(before), "a cancelled call wrote something");
  console.log("asked in a terminal, and cancelled");

  // The release is not on a registry yet, so the project gets it from the tarball.
  await npmInstall(join(home, "seal"), tarball);
  await expectExit(0, "npm", ["run", "build"], join(home, "seal"));
  await expectExit(0, "npm", ["test"], join(home, "seal"));
  console.log("built and tested what was made");
});
