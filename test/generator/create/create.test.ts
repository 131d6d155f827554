import { describe, expect, it } from "vitest";
import { create, type Shell } from "../../../generator/create/create.js";
import own from "../../../generator/create/package.json" with { type: "json" };
import type { Asked } from "../../../generator/create/questions.js";
import manifest from "../../../package.json" with { type: "json" };

/** Answers in the order of the questions; `undefined` cancels. */
function answers(...given: unknown[]): { asked: Asked; questions: string[] } {
  const questions: string[] = [];
  const next = async <T>(question: string): Promise<T> => {
    questions.push(question);
    return given.shift() as T;
  };
  const asked: Asked = {
    begin: () => {},
    cancelled: (message) => void questions.push(message),
    async text(question, _usual, problemOf) {
      const answer = await next<string | undefined>(question);
      const problem = answer === undefined ? undefined : problemOf?.(answer);
      if (problem === undefined) return answer;
      questions.push(problem);
      return this.text(question, _usual, problemOf);
    },
    one: (question, choices) => next(`${question} ${choices.map(({ value }) => value).join(" ")}`),
    several: (question, choices) => next(`${question} ${choices.map(({ value }) => value).join(" ")}`),
    confirm: (question) => next(question),
  };
  return { asked, questions };
}

async function run(args: string[], more: Partial<Shell> = {}) {
  const said = { stdout: "", stderr: "", ran: [] as string[] };
  const shell: Shell = {
    out: (text) => {
      said.stdout += text;
    },
    err: (text) => {
      said.stderr += text;
    },
    version: "1.2.3",
    agent: "npm/11.0.0 node/v20.20.2 linux x64",
    asked: undefined,
    problemOf: () => undefined,
    init: async (words) => {
      said.ran.push(`kiket-gen ${words.join(" ")}`);
      return 0;
    },
    run: async (command, words, folder) => {
      said.ran.push(`${folder}$ ${command} ${words.join(" ")}`);
      return 0;
    },
    ...more,
  };
  return { code: await create(args, shell), ...said };
}

describe("create-kiket-extension", () => {
  it("has the version of kiket-gen, and depends on exactly that", () => {
    expect([own.version, own.dependencies, own.engines, own.license]).toEqual([
      manifest.version,
      { "kiket-gen": manifest.version },
      manifest.engines,
      manifest.license,
    ]);
  });

  it("gives init what the command line says, and asks nothing where nobody can answer", async () => {
    const done = await run(["my-extension", "--template", "webhook", "--event", "sla.breach", "--force"]);
    expect([done.code, done.stderr, done.ran]).toEqual([
      0,
      "",
      ["kiket-gen init --template=webhook --event=sla.breach --force --no-next -- my-extension"],
    ]);
    expect(done.stdout).toContain("\nNext: cd my-extension && npm install && npm run dev\n");
  });

  it("asks what the command line leaves open, and then installs", async () => {
    const { asked, questions } = answers("bell", "adapter", "", ["docker", "fly"], true, true);
    const done = await run([], { asked, agent: "pnpm/9.15.9 npm/? node/v20.20.2 linux x64" });
    expect(questions).toEqual([
      "Folder of the new project",
      "What is it? extension adapter webhook",
      "Name of the project, empty for the name of the folder",
      // An adapter takes no requests, and the others run a program for nothing else.
      "Where is it to be deployed? docker compose kubernetes fly",
      "Make a git repository?",
      "Install the packages with pnpm now?",
    ]);
    expect([done.code, done.ran]).toEqual([
      0,
      [
        "kiket-gen init --template=adapter --deploy=docker,fly --no-next -- bell",
        "bell$ git init --quiet",
        "bell$ pnpm install",
      ],
    ]);
    expect(done.stdout).toBe(
      `
Next: cd bell && pnpm run dev
      pnpm test                                  runs its tests
      pnpm run check                             checks the manifest, the generated files and the types
      pnpm exec kiket-gen add deploy docker fly  says how to deploy it
`,
    );
  });

  it("asks nothing of what is given", async () => {
    const { asked, questions } = answers("");
    const given = ["bell", "--template", "extension", "--deploy", "none", "--no-git", "--no-install"];
    const done = await run(given, { asked });
    expect(questions).toEqual(["Name of the project, empty for the name of the folder"]);
    expect(done.ran).toEqual(["kiket-gen init --template=extension --deploy=none --no-next -- bell"]);
    const yes = await run(["bell", "--yes"], { asked });
    expect([yes.code, yes.ran, questions.length]).toEqual([0, ["kiket-gen init --no-next -- bell"], 1]);
  });

  it.each([0, 1, 2, 3, 4, 5])("does nothing when the user cancels after %i answers", async (count) => {
    const { asked, questions } = answers(...["bell", "extension", "Bell", ["docker"], true, true].slice(0, count));
    const done = await run([], { asked });
    expect([done.code, done.ran, questions.at(-1)]).toEqual([130, [], "Cancelled. Nothing was written."]);
  });

  it("refuses a folder that cannot be used before it asks the rest", async () => {
    const problemOf = (dir: string) => (dir === "full" ? "full is not empty" : undefined);
    const { asked, questions } = answers("full", "bell", "webhook", "", [], false, false);
    const done = await run([], { asked, problemOf });
    expect(questions.slice(0, 4)).toEqual([
      "Folder of the new project",
      "full is not empty",
      "Folder of the new project",
      "What is it? extension adapter webhook",
    ]);
    expect([done.code, done.ran]).toEqual([0, ["kiket-gen init --template=webhook --deploy=none --no-next -- bell"]]);
    const given = answers();
    const refused = await run(["full"], { asked: given.asked, problemOf });
    expect([refused.code, refused.ran, given.questions, refused.stderr]).toEqual([
      1,
      [],
      [],
      "create-kiket-extension: full is not empty\n    hint: use a folder that does not exist yet, or an empty one\n",
    ]);
  });

  it("says how to enter a folder that is the current one, or looks like an option", async () => {
    expect((await run(["."])).stdout).toContain("\nNext: npm install && npm run dev\n");
    expect((await run(["--", "-x"])).stdout).toContain("\nNext: cd ./-x && npm install && npm run dev\n");
  });

  it("ends with the status of init, and runs nothing after it has failed", async () => {
    const done = await run(["bell", "--install", "--git"], { init: async () => 1 });
    expect([done.code, done.ran, done.stdout]).toEqual([1, [], ""]);
  });

  it("says that the project is complete when the install fails", async () => {
    const failed = await run(["bell", "--install"], { run: async () => 7 });
    expect([failed.code, failed.stderr]).toEqual([
      1,
      "create-kiket-extension: npm install ended with status 7\n    hint: the project in bell is complete; run npm install there\n",
    ]);
    expect(failed.stdout).toContain("Next: cd bell && npm install && npm run dev\n");
    const missing = async () => Promise.reject(Object.assign(new Error("spawn"), { code: "ENOENT" }));
    const absent = await run(["bell", "--install", "--package-manager", "bun"], { run: missing });
    expect(absent.stderr).toContain("bun install cannot be started: bun is not installed\n");
  });

  it("says that kiket-gen is missing", async () => {
    const done = await run(["bell"], { init: () => undefined });
    expect([done.code, done.stderr.split("\n")[0]]).toEqual([
      1,
      "create-kiket-extension: kiket-gen is not installed beside this package",
    ]);
  });

  it.each([
    [["bell", "--tempalte", "webhook"], "unknown option --tempalte; did you mean --template?"],
    [[], "expected the folder of the new project"],
    [["--yes"], "expected the folder of the new project"],
    [[""], 'expected a folder, got ""; the current one is "."'],
    [["bell", "--git", "--no-git"], "--git and --no-git cannot be used together"],
    [["bell", "--install", "--no-install"], "--install and --no-install cannot be used together"],
    [["bell", "other"], 'expected one folder, also got "other"'],
    [["bell", "--package-manager", "cargo"], '--package-manager takes npm, pnpm, yarn or bun, not "cargo"'],
    [["bell", "--template", "extention"], '--template takes extension, adapter or webhook, not "extention"'],
    [
      ["bell", "--deploy", "docker,dokcer"],
      'a project can be deployed with docker, compose, kubernetes, cloud-run, lambda, cloudflare, fly or none, not with "dokcer"',
    ],
    [["bell", "--deploy", "docker,none"], "--deploy none cannot be combined with other targets"],
  ])("refuses %j", async (args, message) => {
    const done = await run(args);
    expect([done.code, done.ran, done.stderr]).toEqual([
      2,
      [],
      `create-kiket-extension: ${message}\nRun create-kiket-extension --help for the options.\n`,
    ]);
  });

  it("prints its help and its version", async () => {
    expect((await run(["--help"])).stdout).toContain("  --package-manager <name>\n");
    expect(await run(["--version"])).toMatchObject({ code: 0, stdout: "1.2.3\n", ran: [] });
  });
});
