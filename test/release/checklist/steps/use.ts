import { access, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../../support/free-port.js";
import { type Command, succeed } from "../processes.js";
import { type Release, type Step, StepFailure } from "../step.js";

/** How long a program may take to listen. */
const longest = 120_000;

/** The folder of the step, and its registry, are gone when this is read. */
const fix =
  "if npm did not find a package of others, see whether the registry behind answers: npm ping; else run the command in an empty folder: --only pack --keep <folder> gives the tarballs";

/** The commands of the quickstart in a README, in order: the ones of the first terminal, and the delivery of the second one. */
export interface Quickstart {
  /** What is run first, as one line. */
  readonly before: string;
  readonly folder: string;
  /** What then goes on running. */
  readonly running: string;
  readonly delivery: string;
}

export function quickstartOf(readme: string): Quickstart {
  const line = (words: string) => new RegExp(`^(?: {4})?(npx kiket-gen ${words} .*)$`, "m").exec(readme)?.[1] ?? "";
  const parts = line("init").split(" && ");
  const running = parts.at(-1) ?? "";
  const folder = /^npx kiket-gen init (\S+)/.exec(parts[0] ?? "")?.[1] ?? "";
  const delivery = line("trigger");
  if (folder === "" || parts.length < 3 || delivery === "")
    throw new StepFailure([
      {
        what: "README.md has no quickstart that can be run",
        why: "it needs one line `npx kiket-gen init <folder> && … && npm run dev`, and one line `npx kiket-gen trigger …`",
        fix: "correct README.md, or `quickstartOf` in test/release/checklist/steps/use.ts",
      },
    ]);
  return { before: parts.slice(0, -1).join(" && "), folder, running, delivery };
}

async function newFolder(
  release: Release,
  name: string,
): Promise<{ cwd: string; run: (line: string, cwd?: string) => Command }> {
  const cwd = join(release.folder, name);
  await mkdir(cwd);
  const { env } = await release.registry();
  return { cwd, run: (line, at = cwd) => ({ program: "sh", args: ["-c", line], cwd: at, env }) };
}

function expectText(command: string, text: string, expected: string): void {
  if (text.includes(expected)) return;
  const problem = {
    what: `\`${command}\` did not print "${expected}"`,
    why: `it printed:\n${text}`,
    fix: "correct the command, or what is expected here",
  };
  throw new StepFailure([problem]);
}

const needs = ["build", "pack", "publish"];

export const quickstart: Step = {
  name: "quickstart",
  title: "the README's quickstart works from that registry, in an empty folder with an empty home",
  needs,
  async run(release) {
    const { processes, root } = release;
    const [own] = await release.tarballs();
    const { cwd, run } = await newFolder(release, "quickstart");
    const { stdout } = await succeed(processes, run("npx --yes kiket-gen --version"), fix);
    expectText("npx kiket-gen --version", stdout, own?.version ?? "");
    const { before, folder, running, delivery } = quickstartOf(await readFile(join(root, "README.md"), "utf8"));
    // Nobody can say yes to npx here.
    await succeed(processes, run(before.replace("npx ", "npx --yes ")), fix);
    const project = join(cwd, folder);
    const dev = processes.start(run(running, project));
    await dev.printed(/\bready\b/, longest);
    expectText(delivery, (await succeed(processes, run(delivery, project), fix)).stdout, "200 allow");
    await dev.end();
    return `kiket-gen ${stdout.trim()}; ${running}, and a delivery was answered 200 allow`;
  },
};

export const create: Step = {
  name: "create",
  title: "npm create makes a project from that registry, which generates, builds, tests, starts and answers",
  needs,
  async run(release) {
    const { processes } = release;
    const { cwd, run } = await newFolder(release, "create");
    await succeed(processes, run("npm create --yes kiket-extension@latest bell -- --template extension"), fix);
    const project = join(cwd, "bell");
    await access(join(project, "package.json"));
    for (const line of ["npm install", "npx kiket-gen", "npx kiket-gen --check", "npm run build", "npm test"])
      await succeed(processes, run(line, project), fix);
    const [port, kiketPort] = [await freePort(), await freePort()];
    const started = run("npm start", project);
    const program = processes.start({
      ...started,
      env: { ...started.env, PORT: `${port}`, KIKET_BASE_URL: `http://127.0.0.1:${kiketPort}` },
    });
    await program.printed(/listening/i, longest);
    const delivery = `npx kiket-gen trigger issue.created --url http://127.0.0.1:${port} --kiket-port ${kiketPort}`;
    expectText(delivery, (await succeed(processes, run(delivery, project), fix)).stdout, "200 allow");
    await program.end();
    return "generated, built, tested, started, and a signed delivery was answered 200 allow";
  },
};
