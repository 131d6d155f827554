import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../../../generator/base/usage-error.js";
import * as add from "../../../../generator/commands/add.js";
import { createProject, readTree, removeProject } from "../../../support/project.js";
import { runCommand } from "../../../support/run-command.js";
import type { Finished } from "../../../support/run-node.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.desk
  name: Desk
  hooks:
    - event: issue.created
`;

let folder: string;
beforeEach(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest });
});
afterEach(() => removeProject(folder));

const at = (path: string) => join(folder, path);

function run(...targets: string[]): Promise<Finished> {
  return runCommand(add, ["deploy", ...targets, "--dir", folder]);
}

describe("kiket-gen add deploy", () => {
  it("creates the files of a target, and says what to do next", async () => {
    expect(await run("docker")).toEqual({
      code: 0,
      stderr: "",
      stdout: `  created    Dockerfile
  created    .dockerignore
  created    deploy/bundle.mjs

Next:
    printf '%s\\n' '' .env '.dev.vars*' .wrangler/ /secrets/ /secrets.env /secrets.json >> .gitignore
    npm install --save-dev esbuild@^0.28.2
    [ -f .env ] || install -m 600 .env.example .env
    docker build --tag desk .
    docker run --rm --env-file .env --env HOST=0.0.0.0 --publish 127.0.0.1:8000:8000 desk
`,
    });
    expect(Object.keys(await readTree(folder))).toEqual([
      ".dockerignore",
      ".kiket/manifest.yaml",
      "Dockerfile",
      "deploy/bundle.mjs",
      "package.json",
    ]);
  });

  it("says what to do for each of several targets, and keeps out of git what has secrets", async () => {
    await writeFile(at(".gitignore"), "/secrets\r\n");
    const { stdout } = await run("kubernetes", "cloudflare", "fly");
    expect(stdout).toContain("with docker, which kubernetes and fly need\n");
    expect(stdout.slice(stdout.indexOf("\nNext:"))).toBe(`
Next:
    printf '%s\\n' '' .env '.dev.vars*' .wrangler/ /secrets.env /secrets.json >> .gitignore
    npm install ioredis@^6.0.0 prom-client@^15.1.0
    npm install --save-dev esbuild@^0.28.2 wrangler@^4.164.0
  kubernetes
    docker build --tag registry.example.com/desk:1 . && docker push registry.example.com/desk:1
    kubectl create secret generic desk --from-file=secrets/REDIS_URL
    kubectl apply --kustomize deploy/kubernetes
  cloudflare
    npm run build && npx wrangler deploy
  fly
    fly apps create desk
    fly deploy
`);
  });

  it("changes nothing when all files are as it would write them, whatever their line ends are", async () => {
    await run("docker");
    const text = await readFile(at("Dockerfile"), "utf8");
    await writeFile(at("Dockerfile"), text.replaceAll("\n", "\r\n"));
    const before = await readTree(folder);
    const again = await run("docker");
    expect([again.code, again.stderr]).toEqual([0, ""]);
    expect(again.stdout).toMatch(
      /^ {2}unchanged {2}Dockerfile\n {2}unchanged {2}\.dockerignore\n {2}unchanged {2}deploy\/bundle\.mjs\n\nNext:/,
    );
    expect(await readTree(folder)).toEqual(before);
  });

  it("shows what differs and keeps it, creates what is missing, and ends with 1", async () => {
    await run("docker");
    const mine = (await readFile(at("Dockerfile"), "utf8")).replace("EXPOSE 8000\n", "EXPOSE 9292\n");
    await writeFile(at("Dockerfile"), mine);
    await rm(at(".dockerignore"));
    const done = await run("docker");
    expect([done.code, done.stderr]).toEqual([
      1,
      "kiket-gen: one file differs from the template, and was not changed; take from the diff what you want\n",
    ]);
    expect(done.stdout).toContain(
      "  differs    Dockerfile\n  created    .dockerignore\n  unchanged  deploy/bundle.mjs\n\n--- Dockerfile\ton disk\n+++ Dockerfile\tfrom the template\n@@ ",
    );
    expect(done.stdout).toContain("\n-EXPOSE 9292\n+EXPOSE 8000\n");
    expect(await readFile(at("Dockerfile"), "utf8")).toBe(mine);
    expect(await readFile(at(".dockerignore"), "utf8")).toContain("node_modules\n");
  });

  it("creates what a target needs too, and shows what the program should do until it does so", async () => {
    const program = "void run(() => createExtension());\n";
    await mkdir(at("src"));
    await writeFile(at("src/main.ts"), program);
    const first = await run("compose");
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toContain("with docker, which compose needs\n  created    Dockerfile\n");
    expect(first.stdout).toContain(
      "\nsrc/main.ts is yours, and was not changed. With several instances, it should do this:\n--- src/main.ts",
    );
    expect(first.stdout).toContain("\n-void run(() => createExtension());\n");
    expect(first.stdout).toContain("\n+const shared = async () => ({ deliveryStore: await createRedisStore() });\n");
    expect(first.stdout).toContain("\n    npm install ioredis@^6.0.0 prom-client@^15.1.0\n");
    expect(await readFile(at("src/main.ts"), "utf8")).toBe(program);

    await writeFile(at("src/main.ts"), "const deliveryStore = createRedisStore();\n");
    const second = await run("docker", "compose");
    expect(second.stdout).not.toMatch(/is yours|which compose needs/);
  });

  it.skipIf(process.platform === "win32")(
    "lets git leave out files with secrets, as far as it does not yet",
    async () => {
      await writeFile(at(".gitignore"), "secrets\n.env");
      const [, command = ""] = /Next:\n {4}(printf .*)\n/.exec((await run("kubernetes")).stdout) ?? [];
      expect(command).toBe("printf '%s\\n' '' '.dev.vars*' .wrangler/ /secrets.env /secrets.json >> .gitignore");
      execFileSync("/bin/sh", ["-c", command], { cwd: folder });
      expect(await readFile(at(".gitignore"), "utf8")).toBe(
        "secrets\n.env\n.dev.vars*\n.wrangler/\n/secrets.env\n/secrets.json\n",
      );
      expect((await run("kubernetes")).stdout).not.toContain(".gitignore");
    },
  );

  it("creates the program that a target wants where there is none, with the other files", async () => {
    const first = await run("compose");
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toContain("\n  created    src/main.ts\n");
    expect(first.stdout).not.toContain("is yours");
    expect(await readFile(at("src/main.ts"), "utf8")).toContain("deliveryStore: await createRedisStore()");
    expect((await run("compose")).stdout).not.toContain("src/main.ts");
  });

  it("does not compare a file that is too long for it", async () => {
    await writeFile(at("Dockerfile"), "FROM x\n".repeat(1_000_000));
    const done = await run("docker");
    expect(done.code).toBe(1);
    expect(done.stdout).toContain("\nDockerfile is too long to show how it differs\n");
  });

  it("looks at the lock file", async () => {
    await writeFile(at("pnpm-lock.yaml"), "");
    expect((await run("docker")).stdout).toContain("\n    pnpm add --save-dev esbuild@^0.28.2\n");
    expect(await readFile(at("Dockerfile"), "utf8")).toContain("pnpm install --frozen-lockfile");
  });

  it.each([
    ["compose", "compose.yaml", "docker-compose.yml"],
    ["cloudflare", "wrangler.jsonc", "wrangler.toml"],
    ["lambda", "template.yaml", "template.yml"],
    ["docker", ".dockerignore", "Dockerfile.dockerignore"],
  ])("for %s creates no %s beside a %s, which has its place", async (target, path, other) => {
    await writeFile(at(other), "mine\n");
    const done = await run(target);
    expect(done.code).toBe(1);
    expect(done.stdout).toContain(`  differs    ${other}\n`);
    expect(done.stdout).toContain(`\n--- ${other}\ton disk\n`);
    expect(Object.keys(await readTree(folder))).not.toContain(path);
    expect(await readFile(at(other), "utf8")).toBe("mine\n");
  });

  it("makes a worker that starts once a handler is deferred", async () => {
    await writeFile(at("package.json"), '{ "dependencies": { "bullmq": "^6.7.0" } }\n');
    await mkdir(at("src/handlers"), { recursive: true });
    await run("compose");
    expect(await readFile(at("compose.yaml"), "utf8")).toContain("\n    profiles: [worker]\n");
    await writeFile(at("src/handlers/issue.created.v1.ts"), "export default defineHandler({ defer: true }, run);\n");
    const done = await run("compose");
    expect(done.code).toBe(1);
    expect(done.stdout).toContain("\n-    profiles: [worker]\n");
  });

  it("reads and writes nothing through a link that leads out of the project", async () => {
    const outside = await createProject({ secret: "TOP SECRET\n" });
    try {
      await symlink(join(outside, "secret"), at("Dockerfile"));
      const file = await run("docker");
      expect([file.code, file.stdout]).toEqual([1, ""]);
      expect(file.stderr).toMatch(
        /^Dockerfile:1:1 {2}error {2}KG510 {2}`Dockerfile` is a link that leads out of the pro/,
      );
      expect(file.stderr).not.toContain("TOP SECRET");

      await rm(at("Dockerfile"));
      await mkdir(at("src"));
      await symlink(join(outside, "secret"), at("src/main.ts"));
      const program = await run("compose");
      expect([program.code, program.stdout]).toEqual([1, ""]);
      expect(program.stderr).not.toContain("TOP SECRET");

      await rm(at("src/main.ts"));
      await writeFile(join(outside, "a.ts"), "{ defer: true }");
      await symlink(outside, at("src/handlers"), "dir");
      await writeFile(at("package.json"), '{ "dependencies": { "bullmq": "^6.7.0" } }\n');
      await run("compose");
      expect(await readFile(at("compose.yaml"), "utf8")).toContain("profiles: [worker]");
      for (const path of ["Dockerfile", ".dockerignore", "compose.yaml", "deploy", "src"])
        await rm(at(path), { recursive: true });
      await rm(join(outside, "a.ts"));

      await symlink(outside, at("deploy"), "dir");
      const below = await run("docker");
      expect([below.code, below.stdout]).toEqual([1, ""]);
      expect(Object.keys(await readTree(outside)).sort()).toEqual(["package.json", "secret"]);
      expect(Object.keys(await readTree(folder))).not.toContain("Dockerfile");
    } finally {
      await removeProject(outside);
    }
  });

  it("writes all files or none", async () => {
    // What is read is read before anything is written.
    await mkdir(at("src/main.ts"), { recursive: true });
    await expect(run("compose")).rejects.toThrow("EISDIR");
    expect(Object.keys(await readTree(folder))).toEqual([".kiket/manifest.yaml", "package.json"]);
    await rm(at("src"), { recursive: true });
    // A file where a folder must be.
    await writeFile(at("deploy"), "");
    await expect(run("docker")).rejects.toThrow(/ENOTDIR|EEXIST/);
    expect(Object.keys(await readTree(folder))).toEqual([".kiket/manifest.yaml", "deploy", "package.json"]);
  });

  it("writes nothing while the manifest has errors", async () => {
    await writeFile(at(".kiket/manifest.yaml"), `${manifest}  permissions: 7\n`);
    const done = await run("docker");
    expect([done.code, done.stdout]).toEqual([1, ""]);
    expect(done.stderr).toMatch(/error {2}KG\d+ {2}.*\n(.*\n)*fix 1 error first; nothing was written\n$/);
    expect(Object.keys(await readTree(folder))).toEqual([".kiket/manifest.yaml", "package.json"]);
  });

  it.each([
    [["deploy"], /^expected where to deploy: docker/],
    [["deploy", "moon"], /^a project can be deployed with docker.*, not with "moon"$/],
    [["deploy", "docker", "--force"], /^--force cannot be used with add deploy$/],
    [["deploy", "docker", "--no-generate"], /^--no-generate cannot be used with add deploy$/],
    [["deploy", "docker", "--label", "x"], /^--label cannot be used with add deploy$/],
    [["ship"], /^expected event, command, secret, setting, table, scope or deploy, not "ship"$/],
  ])("refuses %j", async (args, message) => {
    const failure = await runCommand(add, [...args, "--dir", folder]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect((failure as Error).message).toMatch(message);
  });

  it("finds the project by --dir, and needs a manifest", async () => {
    const empty = await createProject({});
    try {
      await mkdir(join(empty, "src"));
      const done = await runCommand(add, ["deploy", "docker", "--dir", empty]);
      expect(done.code).toBe(1);
      expect(Object.keys(await readTree(empty))).toEqual(["package.json"]);
    } finally {
      await removeProject(empty);
    }
  });
});
