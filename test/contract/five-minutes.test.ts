import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { openPage } from "../docs/open-page.js";
import { linkDependency, startDev } from "../support/dev-session.js";
import { freePort } from "../support/free-port.js";
import { createProject, linkPackage, removeProject, root } from "../support/project.js";
import { runVitest } from "../support/run-vitest.js";

const page = await openPage("docs/start/quickstart.md");
const loop = await openPage("docs/start/dev-loop.md");

/** Runs a command in a shell, as a reader would. */
async function runAsWritten(command: string, cwd: string): Promise<string> {
  const cli = `"${process.execPath}" "${join(root, manifest.bin["kiket-gen"])}"`;
  // The exit status is 1 where doctor finds something.
  const { stdout } = await promisify(execFile)("sh", ["-c", command.replace("npx kiket-gen", cli)], { cwd }).catch(
    (error) => error,
  );
  return String(stdout);
}

/** Runs the command of a page that has these words. */
const run = (words: string, cwd: string, within = page, address = "") =>
  runAsWritten(within.command(words).replace("http://127.0.0.1:8000", address), cwd);

it("the quick start ends as it says", async () => {
  const parent = await createProject({});
  const [init = "", ...others] = page.commands("published").flatMap((line) => line.split(" && "));
  expect(others).toEqual(["cd my-extension", "npm install", "npm run dev"]);
  await runAsWritten(init, parent);
  const folder = join(parent, "my-extension");
  await linkPackage(folder);
  await linkDependency(folder, "typescript");
  try {
    expect(JSON.parse(await readFile(join(folder, "package.json"), "utf8")).scripts).toMatchObject({
      dev: "kiket-gen dev",
      test: "vitest run",
    });
    const dev = startDev(folder);
    const { extension = "" } = await dev.next("ready");
    expect(await run("trigger issue.created", folder)).toContain("200 allow");
    const handler = "src/handlers/issue.created.v1.ts";
    expect(page.text).toContain(`Open \`${handler}\``);
    await writeFile(join(folder, handler), page.block(handler));
    await dev.next("restarted");
    expect(await run("replay last", folder)).toContain("200 deny");
    page.command("npm test");
    expect(await runVitest(folder)).toEqual({ "test/extension.test.ts": "2 of 2" });
    expect(await run("--payload -", folder, loop)).toContain("200 allow");
    expect(await run("--flaw expired-token", folder, loop)).toContain("not accepted, as it should be");
    const own = await run("npx kiket-gen doctor", folder, loop);
    expect(own).toMatch(/^ {2}ok +dev-build /m);
    expect(own).toMatch(/^ {2}ok +handlers /m);
    // Only one of doctor and dev can have the port of the local Kiket.
    expect(loop.text).toContain("Press `q` in the terminal of `dev` first");
    expect(loop.commands("receiver")).toEqual(["npm run build", "KIKET_BASE_URL=http://127.0.0.1:4849 npm start"]);
    const graded = await run("doctor --url", folder, loop, `${extension} --port ${await freePort()} --wait 1`);
    expect(graded).toMatch(/^ {2}ok +no-proof /m);
    expect(await dev.end()).toBe(128 + 15);
  } finally {
    await removeProject(parent);
  }
});

it("uses every block and command of the quick start and of the development loop", () => {
  // readme.test.ts and CI are about these.
  expect(page.unused()).toEqual(["sh from a clone"]);
  expect(loop.unused()).toEqual([]);
});
