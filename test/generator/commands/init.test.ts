import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { UsageError } from "../../../generator/base/usage-error.js";
import * as init from "../../../generator/commands/init.js";
import { compile, testedCompilers, tsc } from "../../support/compile.js";
import { createProject, readTree, removeProject, root } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { type Finished, runNode } from "../../support/run-node.js";
import { runVitest } from "../../support/run-vitest.js";

let parent: string;
beforeEach(async () => {
  parent = await createProject({});
});
afterEach(() => removeProject(parent));

function run(folder: string, ...options: string[]): Promise<Finished> {
  return runCommand(init, [join(parent, folder), ...options]);
}

function read(path: string): Promise<string> {
  return readFile(join(parent, path), "utf8");
}

describe("kiket-gen init", () => {
  it("writes a project that compiles, passes its test and is up to date", async () => {
    const done = await run("my-extension");
    expect([done.code, done.stderr]).toEqual([0, ""]);
    const folder = join(parent, "my-extension");
    expect(Object.keys(await readTree(folder)).filter((path) => !path.startsWith("src/generated/"))).toEqual([
      ".dockerignore",
      ".env.example",
      ".gitignore",
      ".kiket/manifest.yaml",
      "Dockerfile",
      "README.md",
      "deploy/bundle.mjs",
      "package.json",
      "src/handlers/issue.created.v1.ts",
      "src/main.ts",
      "test/extension.test.ts",
      "tsconfig.build.json",
      "tsconfig.json",
    ]);
    expect((await read("my-extension/.kiket/manifest.yaml")).split("\n")[0]).toBe(
      "# yaml-language-server: $schema=../node_modules/kiket-gen/schemas/extension.schema.json",
    );

    for (const version of testedCompilers) {
      expect(await tsc(folder, [], version), version).toEqual({ code: 0, stdout: "", stderr: "" });
      expect(await compile(folder, version)).toBe("");
    }
    expect(await runVitest(folder)).toEqual({ "test/extension.test.ts": "2 of 2" });
    const { run: generate } = await import("../../../generator/commands/generate.js");
    expect((await runCommand({ run: generate }, [folder, "--check"])).code).toBe(0);
  });

  it.each<[template: string, files: string[], modeline: string, test: object]>([
    [
      "adapter",
      ["kiket-extension.yaml", "src/adapter.ts", "src/handlers/ticket_closed.v1.ts", "test/adapter.test.ts"],
      "extension.schema.json",
      { "test/adapter.test.ts": "3 of 3" },
    ],
    [
      "webhook",
      ["kiket-webhook.yaml", "src/handlers/case.created.v1.ts", "test/receiver.test.ts"],
      "webhook.schema.json",
      { "test/receiver.test.ts": "2 of 2" },
    ],
  ])(
    "writes a project of the template %s that compiles, passes its test and is up to date",
    async (template, own, schema, test) => {
      const done = await run(`my-${template}`, "--template", template);
      expect([done.code, done.stderr]).toEqual([0, ""]);
      expect(done.stdout).not.toContain("not filled");
      expect(done.stdout.includes("\nkiket-webhook.yaml  1 event at /webhook\n")).toBe(template === "webhook");
      const folder = join(parent, `my-${template}`);
      const tree = await readTree(folder);
      const common = [".dockerignore", ".env.example", ".gitignore", "Dockerfile", "README.md", "deploy/bundle.mjs"];
      expect(Object.keys(tree).filter((path) => !path.startsWith("src/generated/"))).toEqual(
        [...common, ...own, "package.json", "src/main.ts", "tsconfig.build.json", "tsconfig.json"].sort(),
      );
      expect(tree[own[0] ?? ""]?.split("\n")[0]).toBe(
        `# yaml-language-server: $schema=node_modules/kiket-gen/schemas/${schema}`,
      );
      expect(tree.Dockerfile?.includes("EXPOSE")).toBe(template === "webhook");
      for (const version of testedCompilers) {
        expect(await tsc(folder, [], version), version).toEqual({ code: 0, stdout: "", stderr: "" });
        expect(await compile(folder, version)).toBe("");
      }
      expect(await runVitest(folder)).toEqual(test);
      const { run: generate } = await import("../../../generator/commands/generate.js");
      expect((await runCommand({ run: generate }, [folder, "--check"])).code).toBe(0);
      const { run: lint } = await import("../../../generator/commands/lint.js");
      expect((await runCommand({ run: lint }, [folder, "--strict"])).code).toBe(0);
    },
  );

  it("writes what deploys it where it is asked to, and installs what that needs", async () => {
    const bundler = () => read("own/package.json").then((text) => JSON.parse(text).devDependencies.esbuild);
    expect((await run("own")).code).toBe(0);
    expect(await bundler()).toBe("^0.28.2");
    expect(await read("own/README.md")).toContain("\n`npx kiket-gen add deploy docker` says how to deploy it; ");
    await rm(join(parent, "own"), { recursive: true });
    expect((await run("own", "--deploy", "none")).code).toBe(0);
    expect(await bundler()).toBe(undefined);
    expect(Object.keys(await readTree(join(parent, "own"))).filter((path) => /docker|deploy/i.test(path))).toEqual([]);
    await expect(run("other", "--deploy", "docker,moon")).rejects.toThrow(
      /^a project can be deployed with docker.* or none, not with "moon"$/,
    );
    await expect(run("other", "--deploy", "docker,none")).rejects.toThrow(UsageError);
  });

  it("writes a program for several instances, and installs what it loads, where there are several", async () => {
    const options = ["--deploy", "compose,kubernetes", "--out", "src/app/types"];
    const done = await run("many", ...options);
    expect([done.code, done.stderr]).toEqual([0, ""]);
    const { dependencies } = JSON.parse(await read("many/package.json"));
    expect(Object.keys(dependencies)).toEqual(["bullmq", "ioredis", "kiket-gen", "prom-client"]);
    const program = await read("many/src/app/main.ts");
    expect(program).toContain('import { createExtension } from "./types/extension.gen.js";\n');
    expect(program).toContain("deliveryStore: await createRedisStore(), queue: createQueue()");
    expect(await read("many/.env.example")).toMatch(/\n#REDIS_URL=redis:.*\n\n.*\n#KIKET_QUEUE_KEY=\n$/);
    expect(await read("many/README.md")).toContain("\n`npx kiket-gen add deploy compose kubernetes` says how to ");
    const files = Object.keys(await readTree(join(parent, "many")));
    expect(files.filter((path) => /docker|compose|^deploy/i.test(path))).toEqual([
      ".dockerignore",
      "Dockerfile",
      "compose.yaml",
      "deploy/Caddyfile",
      "deploy/bundle.mjs",
      "deploy/kubernetes/extension.yaml",
      "deploy/kubernetes/kustomization.yaml",
      "deploy/kubernetes/worker.yaml",
      "deploy/prometheus.yml",
    ]);
    // What it wrote is what `add deploy` would write.
    const { run: add } = await import("../../../generator/commands/add.js");
    const again = await runCommand({ run: add }, ["deploy", "compose", "kubernetes", "--dir", join(parent, "many")]);
    expect([again.code, again.stdout.match(/created|differs|is yours/g)]).toEqual([0, null]);

    expect((await run("worker", "--deploy", "lambda,cloudflare")).code).toBe(0);
    // Programs of hosts are beside that of `npm run dev` and `npm start`, and not in its place.
    expect((await readTree(join(parent, "worker")))["src/main.ts"]).toContain("void run(() => createExtension());\n");
    expect(await read("worker/src/lambda.ts")).toContain("toLambdaHandler(extension)");
    expect(await read("worker/.gitignore")).toMatch(/\n\.wrangler\/\n\/secrets\/\n/);
    expect((await run("one", "--template", "adapter", "--deploy", "compose")).code).toBe(0);
    expect(Object.keys(JSON.parse(await read("one/package.json")).dependencies)).toEqual(["kiket-gen"]);
  });

  it("prepares each template for kiket-gen dev", async () => {
    for (const template of ["extension", "adapter", "webhook"]) {
      expect((await run(template, "--template", template)).stdout).toContain("&& npm install && npm run dev\n");
      const { scripts } = JSON.parse(await read(`${template}/package.json`));
      expect(scripts).toMatchObject({ dev: "kiket-gen dev", start: "node --enable-source-maps dist/main.js" });
      expect((await read(`${template}/.dockerignore`)).split("\n")).toContain(".kiket-gen");
      expect((await read(`${template}/.gitignore`)).split("\n")).toEqual(
        expect.arrayContaining(["recordings/", ".env", ".dev.vars*", "/secrets/", "/secrets.env", "/secrets.json"]),
      );
      expect((await read(`${template}/.env.example`)).includes("KIKET_RECORD")).toBe(template !== "adapter");
      expect(await read(`${template}/.env.example`)).toContain("npm run dev");
      expect(await read(`${template}/README.md`)).toMatch(
        /^ {4}npm run dev\n[\s\S]*^ {4}npx kiket-gen trigger [\w.]+\n/m,
      );
    }
  });

  it.each<[agent: string, options: string[], files: string[], words: string[]]>([
    [
      "npm/11.19.1 node/v20.20.2 linux x64",
      [],
      [],
      ["npm install", "npm run dev", "npx kiket-gen trigger", "npm test"],
    ],
    [
      "pnpm/9.15.9 npm/? node/v20.20.2 linux x64",
      [],
      ["pnpm-workspace.yaml"],
      ["pnpm install", "pnpm run dev", "pnpm exec kiket-gen trigger", "pnpm test"],
    ],
    [
      "yarn/4.18.1 npm/? node/v20.20.2 linux x64",
      [],
      [".yarnrc.yml"],
      ["yarn install", "yarn run dev", "yarn kiket-gen trigger", "yarn test"],
    ],
    ["", ["--package-manager", "bun"], [], ["bun install", "bun run dev", "bunx kiket-gen trigger", "bun run test"]],
  ])("is for the package manager that runs it: %j %j", async (agent, options, own, words) => {
    const environment = { npm_config_user_agent: agent };
    const args = [join(parent, "bell"), ...options];
    const done = await runCommand(init, args, undefined, { environment });
    const [install = "", dev = ""] = words;
    expect([done.code, done.stderr]).toEqual([0, ""]);
    expect(done.stdout).toContain(`\nNext: cd ${join(parent, "bell")} && ${install} && ${dev}\n`);
    const tree = await readTree(join(parent, "bell"));
    expect(Object.keys(tree).filter((path) => /pnpm|yarn|bun\b/.test(path))).toEqual(own);
    for (const line of words) expect(tree["README.md"]).toContain(`    ${line}`);
    expect(tree[".env.example"]).toContain(`then: ${dev}, or`);
    const [manager, version] = agent.split(/[ /]/);
    const { packageManager, scripts } = JSON.parse(tree["package.json"] ?? "");
    expect(packageManager).toBe(/^(?:npm)?$/.test(manager ?? "") ? undefined : `${manager}@${version}`);
    // Yarn runs no script before another one.
    expect([scripts.prebuild, scripts.build]).toEqual(
      manager === "yarn"
        ? [undefined, "kiket-gen && tsc -p tsconfig.build.json"]
        : ["kiket-gen", "tsc -p tsconfig.build.json"],
    );
    const installs = { "": "bun install --frozen-lockfile", npm: "npm ci", pnpm: "pnpm install", yarn: "yarn install" };
    expect(tree.Dockerfile).toContain(installs[manager as "npm"]);
  });

  it("does not say what to do next where something else does", async () => {
    expect((await run("bell", "--no-next")).stdout).not.toContain("Next:");
  });

  it("builds with source maps, so that an error names the user's own line", async () => {
    await run("maps");
    await writeFile(join(parent, "maps/src/main.ts"), `\n\nthrow new Error("on purpose");\n`);
    expect(await tsc(join(parent, "maps"), ["-p", "tsconfig.build.json"])).toMatchObject({ code: 0 });
    const { scripts } = JSON.parse(await read("maps/package.json"));
    const [, ...rest] = String(scripts.start).split(" ");
    const done = await runNode(rest, join(parent, "maps"));
    expect(done.stderr).toMatch(/src\/main\.ts:3/);
  });

  it("writes the other templates with folders, names and events of the user's own", async () => {
    const name = `*/ \`x\` <b> \${y} 'z'`;
    const places = ["--out", "src/app/types", "--handlers", "src/on", "--name", name];
    const adapter = ["--template", "adapter", "--id", "a-1", "--event", "seal.broken", ...places];
    expect((await run("a", ...adapter)).stderr).toBe("");
    const webhook = ["--template", "webhook", "--event", "sla.breach", ...places];
    expect((await run("w", ...webhook)).stderr).toBe("");
    expect(parseYaml(await read("a/kiket-extension.yaml"))).toMatchObject({
      metadata: { key: "a-1", name },
      spec: { sourceSystem: "a-1", sourceEventTypes: ["seal.broken"] },
    });
    expect(parseYaml(await read("w/kiket-webhook.yaml"))).toEqual({
      name,
      path: "/webhook",
      events: ["sla.breach"],
    });
    for (const folder of ["a", "w"]) expect(await compile(join(parent, folder)), folder).toBe("");
    expect(await runVitest(parent)).toEqual({
      "a/test/adapter.test.ts": "3 of 3",
      "w/test/receiver.test.ts": "2 of 2",
    });
  });

  it("tells a receiver how to register its address, with the events that it lists", async () => {
    await run("mirror", "--template", "webhook", "--event", "approval.requested");
    // The address of the documentation, which alone knows of the registration.
    expect(await read("mirror/README.md")).toContain("curl https://api.kiket.dev/api/v1/webhooks ");
    expect(await read("mirror/README.md")).toContain(
      `-d '{"url":"https://your.host/webhook","events":["approval.requested"]}'`,
    );
    expect(await read("mirror/.env.example")).toContain("\nKIKET_WEBHOOK_SECRET=\n");
  });

  it.each(["2026", "true", "null", "~", "1e3"])(
    "takes a folder %j for a receiver, whose name is a text",
    async (folder) => {
      expect((await run(folder, "--template", "webhook")).stderr).toBe("");
    },
  );

  it("takes any first type of an adapter's raw events, and no mistyped event of a receiver", async () => {
    expect((await run("a", "--template", "adapter", "--event", "case.creatd")).code).toBe(0);
    const done = await run("w", "--template", "webhook", "--event", "case.creatd");
    expect([done.code, done.stderr]).toEqual([
      1,
      "kiket-gen: no documented event is named case.creatd\n    hint: did you mean case.created? If the name is right, use --force\n",
    ]);
  });

  it("writes folders of its own to package.json, for later runs", async () => {
    const done = await run("my-extension", "--out", "src/app/types", "--handlers", "src/on");
    expect([done.code, done.stderr]).toEqual([0, ""]);
    const folder = join(parent, "my-extension");
    const { scripts, "kiket-gen": settings } = JSON.parse(await read("my-extension/package.json"));
    expect([scripts.start, settings]).toEqual([
      "node --enable-source-maps dist/app/main.js",
      { out: "src/app/types", handlers: "src/on" },
    ]);
    expect(await read("my-extension/deploy/bundle.mjs")).toContain('const [program = "src/app/main.ts", ');
    expect(await read("my-extension/README.md")).toContain("The handlers in `src/on` are yours");
    expect(await read("my-extension/README.md")).toContain(
      "`node_modules/kiket-gen/docs/README.md` lists the documentation",
    );
    expect(Object.keys(await readTree(join(folder, "src"))).filter((path) => !path.startsWith("app/types/"))).toEqual([
      "app/main.ts",
      "on/issue.created.v1.ts",
    ]);
    expect(await compile(folder)).toBe("");
    expect(await runVitest(folder)).toEqual({ "test/extension.test.ts": "2 of 2" });
    const { run: generate } = await import("../../../generator/commands/generate.js");
    expect((await runCommand({ run: generate }, [folder, "--check"])).code).toBe(0);
  });

  it.each([
    [["--out", "lib/generated"], '--out must name a folder below src, not "lib/generated"'],
    [["--handlers", "../x"], '--handlers must name a folder inside the project, not "../x"'],
    [["--handlers", "src/generated"], "--out and --handlers must be different folders"],
  ])("refuses %j", async (options, message) => {
    await expect(run("my-extension", ...options)).rejects.toThrow(new UsageError(message));
    expect(await readTree(parent)).toEqual({ "package.json": expect.any(String) });
  });

  it.each(testedCompilers)(
    "checks the types of its tests as well, and builds without them, with TypeScript %s",
    async (version) => {
      await run("my-extension");
      const folder = join(parent, "my-extension");
      const { scripts } = JSON.parse(await read("my-extension/package.json"));
      expect([scripts.check, scripts.build]).toEqual([
        "kiket-gen --check && kiket-gen lint && tsc",
        "tsc -p tsconfig.build.json",
      ]);
      const check = () => tsc(folder, [], version);
      const build = () => tsc(folder, ["-p", "tsconfig.build.json"], version);
      expect(await build()).toEqual({ code: 0, stdout: "", stderr: "" });
      expect(
        Object.keys(await readTree(join(folder, "dist"))).filter((path) => !path.startsWith("generated/")),
      ).toEqual(["handlers/issue.created.v1.js", "handlers/issue.created.v1.js.map", "main.js", "main.js.map"]);
      const before = await readTree(folder);
      expect((await check()).code).toBe(0);
      expect(await readTree(folder)).toEqual(before);

      await writeFile(join(folder, "test/wrong.test.ts"), 'export const wrong: number = "text";\n');
      expect((await check()).stdout).toContain("test/wrong.test.ts(1,14): error TS2322");
      expect((await build()).code).toBe(0);
    },
  );

  it("does so for other events as well", async () => {
    const events = ["workflow.before_transition", "acme.nightly", "case.created", "external.webhook.form_submitted"];
    for (const event of events) {
      expect((await run(event, "--event", event)).code, event).toBe(0);
      expect(await compile(join(parent, event)), event).toBe("");
      for (const version of testedCompilers)
        expect((await tsc(join(parent, event), [], version)).stdout, event).toBe("");
    }
    const each = events.map((event) => [`${event}/test/extension.test.ts`, "1 of 1"] as const);
    expect(await runVitest(parent)).toEqual(Object.fromEntries(each));
  });

  it.each([`Grüße & "Küsse" */ \${x}`, "it's `that`", "# a: [b", "-"])("takes a folder called %j", async (folder) => {
    const done = await run(folder, "--event", "issue.created");
    expect([done.code, done.stderr]).toEqual([0, ""]);
    const { extension } = parseYaml(await read(`${folder}/.kiket/manifest.yaml`));
    expect(extension.id).toMatch(/^com\.example\.[a-z0-9-]+$/);
    expect(JSON.parse(await read(`${folder}/package.json`)).name).toMatch(/^[a-z0-9-]+$/);
    expect(await compile(join(parent, folder))).toBe("");
  });

  it("uses the names given, whatever they hold", async () => {
    const name = `*/ \${x} \`y\` "z" <b> # [a](b): 'c'`;
    expect((await run("given", "--id", "com.acme.greeter", "--name", name)).code).toBe(0);
    const { extension } = parseYaml(await read("given/.kiket/manifest.yaml"));
    expect([extension.id, extension.name]).toEqual(["com.acme.greeter", name]);
    expect((await read("given/README.md")).split("\n")[0]).toBe(
      "# \\*/ $\\{x\\} \\`y\\` \"z\" \\<b\\> \\# \\[a\\]\\(b\\): 'c'",
    );
    expect(await compile(join(parent, "given"))).toBe("");
  });

  it("touches nothing where there is something", async () => {
    await mkdir(join(parent, "full/src"), { recursive: true });
    await writeFile(join(parent, "full/README.md"), "mine");
    const before = await readTree(parent);
    const done = await run("full");
    expect([done.code, done.stdout]).toEqual([1, ""]);
    expect(done.stderr).toBe(
      `kiket-gen: ${join(parent, "full")} is not empty: README.md, src\n    hint: use a folder that does not exist yet, or an empty one\n`,
    );
    expect(await readTree(parent)).toEqual(before);
  });

  it("names a few of many files in the way, and none of them as it is written where that is no text", async () => {
    await mkdir(join(parent, "many"));
    for (let n = 10; n < 23; n += 1) await writeFile(join(parent, "many", `${n}\u001b[31m`), "");
    expect((await run("many")).stderr).toContain(
      "10\\u{1b}[31m, 11\\u{1b}[31m, 12\\u{1b}[31m, 13\\u{1b}[31m, 14\\u{1b}[31m, 15\\u{1b}[31m, 16\\u{1b}[31m, 17\\u{1b}[31m, 18\\u{1b}[31m, 19\\u{1b}[31m and 3 more\n",
    );
  });

  it("takes an empty folder, and one of git", async () => {
    await mkdir(join(parent, "cloned/.git"), { recursive: true });
    expect((await run("cloned")).code).toBe(0);
  });

  it("cannot be a file", async () => {
    await writeFile(join(parent, "file"), "mine");
    await expect(run("file")).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(await read("file")).toBe("mine");
  });

  it.each<[args: string[], message: string]>([
    [[], "expected the folder of the new project"],
    [["a", "b"], 'expected one folder, also got "b"'],
    [["a", "--overwrite"], "unknown option --overwrite"],
    [["a", "--id", "Com Example"], '"Com Example" is not a valid extension name'],
    [["a", "--id", "com..example"], '"com..example" is not a valid extension name'],
    [["a", "--event", "../x"], '"../x" is not a valid event name'],
    [["a", "--template", "receiver"], '--template takes extension, adapter or webhook, not "receiver"'],
    [["a", "--template", ""], '--template takes extension, adapter or webhook, not ""'],
    [["a", "--template", "constructor"], '--template takes extension, adapter or webhook, not "constructor"'],
    [["a", "--template", "webhook", "--id", "b"], "a receiver of webhooks has no --id"],
    [["a", "--template", "adapter", "--id", "com.b"], '"com.b" is not a valid key of an adapter'],
    [["a", "--package-manager", "cargo"], '--package-manager takes npm, pnpm, yarn or bun, not "cargo"'],
    [["a", "--name", " "], "--name takes one line"],
    [["a", "--name", "a\nb"], "--name takes one line"],
  ])("refuses %j", async (args, message) => {
    const call = runCommand(init, args);
    await expect(call).rejects.toThrow(UsageError);
    await expect(call).rejects.toThrow(message);
  });

  it("asks for the versions that this repository is tested with", async () => {
    await run("versions");
    const own = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const project = JSON.parse(await read("versions/package.json"));
    expect(project.engines).toEqual(own.engines);
    expect(project.dependencies).toEqual({ "kiket-gen": `^${own.version}` });
    for (const [name, range] of Object.entries<string>(project.devDependencies)) {
      const [major, minor] = own.devDependencies[name].split(".");
      expect(range.slice(1).split(".")[0], name).toBe(major);
      expect(Number(range.split(".")[1]), name).toBeLessThanOrEqual(Number(minor));
    }
  });
});
