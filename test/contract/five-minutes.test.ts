import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { createTemplateProject, linkDependency, startDev } from "../support/dev-session.js";
import { freePort } from "../support/free-port.js";
import { removeProject, root } from "../support/project.js";

const readme = await readFile(join(root, "README.md"), "utf8");
const sectionOf = (heading: string) => readme.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
const section = sectionOf("Five minutes");
const trouble = sectionOf("When it goes wrong");

/** The command of a section that has these words, run in a shell as a reader would. */
async function run(words: string, cwd: string, within = section, address = ""): Promise<string> {
  const line = within.split("\n").find((text) => /^ {4}.*\bnpx /.test(text) && text.includes(words)) ?? "";
  expect(line, words).toContain("npx kiket-gen");
  const cli = `"${process.execPath}" node_modules/kiket-gen/dist/generator/cli.cjs`;
  const command = line.replace("npx kiket-gen", cli).replace("http://127.0.0.1:8000", address);
  // The exit status is 1 where doctor finds something.
  const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd }).catch((error) => error);
  return String(stdout);
}

it("the README's five minutes end as it says", async () => {
  const folder = await createTemplateProject("extension");
  await linkDependency(folder, "typescript");
  try {
    expect(JSON.parse(await readFile(join(folder, "package.json"), "utf8")).scripts.dev).toBe("kiket-gen dev");
    const dev = startDev(folder);
    const { extension = "" } = await dev.next("ready");
    expect(await run("trigger issue.created", folder)).toContain("200 allow");
    const [, path = "", code = ""] = /^Open `([^`]+)`[\s\S]*?^```ts\n([\s\S]*?)^```$/m.exec(section) ?? [];
    await writeFile(join(folder, path), code);
    await dev.next("restarted");
    expect(await run("replay last", folder)).toContain("200 deny");
    expect(await run("--payload -", folder, trouble)).toContain("200 allow");
    expect(await run("--flaw expired-token", folder, trouble)).toContain("not accepted, as it should be");
    const own = await run("kiket-gen doctor", folder, trouble);
    expect(own).toMatch(/^ {2}ok +dev-build /m);
    expect(own).toMatch(/^ {2}ok +handlers /m);
    const graded = await run("doctor --url", folder, trouble, `${extension} --port ${await freePort()} --wait 1`);
    expect(graded).toMatch(/^ {2}ok +no-proof /m);
    expect(await dev.end()).toBe(128 + 15);
  } finally {
    await removeProject(folder);
  }
});
