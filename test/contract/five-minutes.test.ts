import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { createTemplateProject, linkDependency, startDev } from "../support/dev-session.js";
import { removeProject, root } from "../support/project.js";

const readme = await readFile(join(root, "README.md"), "utf8");
const section = readme.split("## Five minutes\n")[1]?.split("\n## ")[0] ?? "";

/** The command of the section that has these words, run in a shell as a reader would. */
async function run(words: string, cwd: string): Promise<string> {
  const line = section.split("\n").find((text) => text.startsWith("    npx ") && text.includes(words)) ?? "";
  expect(line, words).toContain("npx kiket-gen");
  const command = line.replace("npx kiket-gen", `"${process.execPath}" node_modules/kiket-gen/dist/generator/cli.cjs`);
  return (await promisify(execFile)("sh", ["-c", command], { cwd })).stdout;
}

it("the README's five minutes end as it says", async () => {
  const folder = await createTemplateProject("extension");
  await linkDependency(folder, "typescript");
  try {
    expect(JSON.parse(await readFile(join(folder, "package.json"), "utf8")).scripts.dev).toBe("kiket-gen dev");
    const dev = startDev(folder);
    await dev.next("ready");
    expect(await run("trigger issue.created", folder)).toContain("200 allow");
    const [, path = "", code = ""] = /^Open `([^`]+)`[\s\S]*?^```ts\n([\s\S]*?)^```$/m.exec(section) ?? [];
    await writeFile(join(folder, path), code);
    await dev.next("restarted");
    expect(await run("replay last", folder)).toContain("200 deny");
    expect(await dev.end()).toBe(128 + 15);
  } finally {
    await removeProject(folder);
  }
});
