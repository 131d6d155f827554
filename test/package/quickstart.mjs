// Runs the quick start of the README as a newcomer does: in a clone, with a real install of the package, each command as written.
// Only `npm ci` is not run again: the clone gets what it has installed here, which takes a minute less.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, expectExit, root } from "./tarball.mjs";

const readme = await readFile(join(root, "README.md"), "utf8");

function commandsOf(name) {
  const [, text = ""] = new RegExp(`^\`\`\`sh ${name}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(readme) ?? [];
  check(text !== "", `README.md has no block of commands "${name}"`);
  return text.trimEnd().split("\n");
}

/** Runs a command until it has printed a text. Returns what ends it, with its children. */
async function startUntil(command, text, cwd) {
  const child = spawn("bash", ["-c", command], { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  // It has a group of processes of its own, by which all of them are ended: Ctrl+C does not reach it.
  const endAll = () => process.kill(-child.pid, "SIGTERM");
  process.once("exit", endAll);
  const ended = new Promise((resolve) => child.once("exit", resolve)).finally(() => process.off("exit", endAll));
  let said = "";
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        said += data;
        if (said.includes(text)) resolve();
      });
    ended.then((code) => reject(new Error(`${command} ended with ${code}:\n${said}`)));
  });
  return async () => {
    endAll();
    await ended;
    return said;
  };
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
const folder = await mkdtemp(join(tmpdir(), "kiket-gen-quickstart-"));
try {
  const clone = join(folder, "kiket-gen");
  await expectExit(0, "git", ["clone", "--quiet", root, clone], folder);
  // Links take no time, and are possible on the same disk only: a temporary folder may be in memory.
  const isSameDisk = (await stat(folder)).dev === (await stat(root)).dev;
  const link = isSameDisk ? ["--link"] : [];
  await expectExit(0, "cp", ["-a", ...link, join(root, "node_modules"), clone], folder);
  // It leads here; a build makes the one of the clone.
  await rm(join(clone, "node_modules/kiket-gen"));
  const commands = commandsOf("quickstart");
  const run = commands.pop();
  await expectExit(0, "bash", ["-euc", commands.join("\n")], clone);

  const project = join(folder, "my-extension");
  const end = await startUntil(run, "ready", project);
  let told;
  try {
    const [trigger, test] = commandsOf("second terminal");
    const { stdout } = await expectExit(0, "bash", ["-c", trigger], project);
    check(stdout.includes("200 allow"), `the delivery was answered otherwise:\n${stdout}`);
    await expectExit(0, "bash", ["-c", test], project);
  } finally {
    told = await end();
  }
  check(told.includes("200 allow"), `dev does not show the delivery:\n${told}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log("the quick start of the README works as written");
