import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { validateWorkflow } from "@action-validator/core";
import { expect, it, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { commandsIn, filesIn } from "../hosts/page.js";
import { compile, tsc } from "../support/compile.js";
import { openPlatform } from "../support/open-kiket.js";
import { createProject, removeProject } from "../support/project.js";
import { describeWithRedis, startRedis } from "../support/redis-server.js";
import { runCli, runNode } from "../support/run-node.js";
import { runVitest } from "../support/run-vitest.js";
import { startProgram } from "./program.js";
import { readRecipe } from "./recipes.js";

/** The project of a recipe, generated, in a folder that is removed after the test. `inside` is the package in it. */
async function projectOf(name: string, inside = "."): Promise<string> {
  const folder = await createProject(filesIn(await readRecipe(name)));
  onTestFinished(() => removeProject(folder));
  expect(await runCli([inside], folder)).toMatchObject({ code: 0 });
  return folder;
}

test("a page can be tried in a new project, as the index says", async () => {
  const [remove, ...run] = commandsIn(await readRecipe("README"));
  expect(run).toEqual(["npx kiket-gen", "npx vitest run"]);
  const parent = await createProject({});
  onTestFinished(() => removeProject(parent));
  const folder = join(parent, "tried");
  expect(await runCli(["init", "tried"], parent)).toMatchObject({ code: 0 });
  for (const name of remove?.split(" ").slice(2) ?? []) await rm(join(folder, name), { recursive: true });
  for (const [name, text] of Object.entries(filesIn(await readRecipe("escalate-a-breach")))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { code, stderr } = await runCli([], folder);
  expect([code, stderr]).toEqual([0, ""]);
  expect(await compile(folder)).toBe("");
  expect(await runVitest(folder)).toEqual({ "test/escalate.test.ts": "2 of 2" });
});

test("commonjs: a CommonJS project is compiled and served", async () => {
  const folder = await projectOf("commonjs");
  expect((await tsc(folder)).stdout).toBe("");
  expect(await readFile(join(folder, "dist/main.js"), "utf8")).toContain('require("kiket-gen/runtime/node")');
  const kiket = await openPlatform();
  const { url } = await startProgram(folder, { KIKET_BASE_URL: kiket.baseUrl, GREETING: "Ahoy" });
  const { body } = await kiket.deliver(url, { event: "issue.created", payload: { issue: { title: "Rope" } } });
  expect(body).toEqual({ text: "Ahoy, Rope!" });
  expect((await runNode(["src/health.cjs"], folder)).stdout).toBe("true false\n");
});

test("monorepo: a package of a workspace uses another one", async () => {
  const folder = await projectOf("monorepo", "packages/extension");
  // What `npm install` does with workspaces.
  await mkdir(join(folder, "node_modules/@example"), { recursive: true });
  await symlink(join(folder, "packages/words"), join(folder, "node_modules/@example/words"), "junction");
  for (const name of ["words", "extension"]) expect((await tsc(join(folder, "packages", name))).stdout).toBe("");
  expect(await runCli(["packages/extension", "--check"], folder)).toMatchObject({ code: 0 });
  const kiket = await openPlatform();
  const { url } = await startProgram(join(folder, "packages/extension"), { KIKET_BASE_URL: kiket.baseUrl });
  const { body } = await kiket.deliver(url, { event: "issue.created", payload: { issue: { title: "Rope" } } });
  expect(body).toEqual({ text: 'Thank you for "Rope"' });

  // The manifest at the root, as the page says for a repository where it must be there.
  await mkdir(join(folder, ".kiket"));
  const manifest = await readFile(join(folder, "packages/extension/.kiket/manifest.yaml"), "utf8");
  await writeFile(join(folder, ".kiket/manifest.yaml"), manifest);
  const elsewhere = ["packages/extension", "--manifest", "../../.kiket/manifest.yaml"];
  expect(await runCli(elsewhere, folder)).toMatchObject({ code: 0 });
});

test("two-versions-of-an-event: the old one is removed as the page says", async () => {
  const folder = await projectOf("two-versions-of-an-event");
  const path = join(folder, ".kiket/manifest.yaml");
  const manifest = await readFile(path, "utf8");
  await writeFile(path, manifest.replace("    - event: issue.created\n      version: v1\n", ""));
  expect((await runCli([], folder)).stdout).toContain("deleted  src/generated/events/issue.created.v1.gen.ts");
  expect(await compile(folder)).toContain("src/handlers/issue.created.v1.ts");
  await rm(join(folder, "src/handlers/issue.created.v1.ts"));
  expect(await compile(folder)).toBe("");
});

test("zero-downtime-deploys: it answers while it drains, and ends with 0", async () => {
  const folder = await projectOf("zero-downtime-deploys");
  expect(await compile(folder, undefined, true)).toBe("");
  const kiket = await openPlatform();
  const { url, child, ended } = await startProgram(folder, { KIKET_BASE_URL: kiket.baseUrl, DRAIN_TIME: "5000" });
  const deliver = () => kiket.deliver(url, { event: "issue.created", payload: { issue: { title: "Rope" } } });
  const statusOf = async (path: string) => (await fetch(url + path)).status;
  expect([await statusOf("/health"), await statusOf("/ready")]).toEqual([200, 200]);
  expect((await deliver()).body).toEqual({ seen: "Rope" });
  child.kill("SIGTERM");
  await expect.poll(() => statusOf("/ready")).toBe(503);
  const { body, headers } = await deliver();
  expect([body, headers.get("connection")]).toEqual([{ seen: "Rope" }, "close"]);
  expect(await ended).toBe(0);
});

test("check-in-ci: the workflow is valid, and its commands find what they should", async () => {
  const folder = await projectOf("check-in-ci");
  const workflow = await readFile(join(folder, ".github/workflows/kiket.yml"), "utf8");
  expect(validateWorkflow(workflow).errors).toEqual([]);
  const { jobs } = parse(workflow) as { jobs: { check: { steps: { run?: string }[] } } };
  const commands = jobs.check.steps.flatMap(({ run = "" }) => /^npx kiket-gen (.*)$/.exec(run)?.[1]?.split(" ") ?? []);
  expect(commands.join(" ")).toBe("lint --format github --check --require-handlers --format github audit");
  const [lint, check, audit] = [commands.slice(0, 3), commands.slice(3, 7), commands.slice(7)];
  for (const args of [lint, check, audit])
    expect([args, await runCli(args, folder)]).toMatchObject([args, { code: 0 }]);

  const path = join(folder, ".kiket/manifest.yaml");
  const manifest = await readFile(path, "utf8");
  await writeFile(path, `${manifest}    - event: issue.closed\n`);
  const drift = await runCli(check, folder);
  expect(drift.code).toBe(1);
  expect(drift.stdout).toMatch(/^::error file=src\/generated\/events\/issue\.closed\.v1\.gen\.ts,.* is missing/m);
  await writeFile(path, manifest.replace("[comments:write]", "[]"));
  expect((await runCli(audit, folder)).code).toBe(1);
  await writeFile(path, manifest.replace("delivery: http", "delivery: post"));
  const mistake = await runCli(lint, folder);
  expect(mistake.code).toBe(1);
  expect(mistake.stdout).toMatch(/^::error file=\.kiket\/manifest\.yaml,line=6,/m);
});

describeWithRedis("recipes with Redis", () => {
  async function openRedis(kiket: { readonly baseUrl: string }): Promise<Readonly<Record<string, string>>> {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const key = randomBytes(32).toString("base64");
    return { KIKET_BASE_URL: kiket.baseUrl, REDIS_URL: redis.url, KIKET_QUEUE_KEY: key };
  }

  it("long-work: a worker does the work and reports each step", async () => {
    const folder = await projectOf("long-work");
    expect(await compile(folder, undefined, true)).toBe("");
    const kiket = await openPlatform();
    const env = await openRedis(kiket);
    const { url } = await startProgram(folder, env);
    await startProgram(folder, env, ["--worker"]);
    const { status, body } = await kiket.deliver(url, { event: "issue.created", payload: { issue: { id: 7 } } });
    expect([status, body]).toEqual([200, { ok: true }]);
    const texts = () => kiket.calls.map((call) => (call.body as { comment?: { body: string } } | null)?.comment?.body);
    await expect
      .poll(() => texts().filter((text) => text !== undefined))
      .toEqual([
        "Report: 0 of 3 steps",
        "Report: 1 of 3 steps (read)",
        "Report: 2 of 3 steps (counted)",
        "Report: 3 of 3 steps (written)",
      ]);
  });

  it("more-than-one-machine: a redelivery to the other instance runs nothing, and a worker does what is deferred", async () => {
    const folder = await projectOf("more-than-one-machine");
    expect(await compile(folder, undefined, true)).toBe("");
    const kiket = await openPlatform();
    const env = await openRedis(kiket);
    const [one, other] = [await startProgram(folder, env), await startProgram(folder, env)];
    await startProgram(folder, env, ["--worker"]);
    const closed = { event: "issue.closed", deliveryId: "dlv-1" };
    const first = await kiket.deliver(one.url, closed);
    expect(first.body).toMatchObject({ answeredBy: expect.any(Number) });
    expect((await kiket.deliver(other.url, closed)).body).toEqual(first.body);
    const again = await kiket.deliver(other.url, { event: "issue.closed", deliveryId: "dlv-2" });
    expect(again.body).not.toEqual(first.body);
    await kiket.deliver(one.url, { event: "issue.created", payload: { issue: { id: 7 } } });
    const written = () => kiket.calls.filter(({ operationId }) => operationId === "createIssueComment");
    await expect
      .poll(() => written().map(({ body }) => body))
      .toMatchObject([{ comment: { body: "The report is ready" } }]);
  });
});

test("more-than-one-machine: `kiket-gen dev` needs no Redis", async () => {
  const folder = await projectOf("more-than-one-machine");
  expect(await compile(folder, undefined, true)).toBe("");
  const kiket = await openPlatform();
  const { url } = await startProgram(folder, { KIKET_BASE_URL: kiket.baseUrl, KIKET_QUEUE: "memory" });
  expect((await kiket.deliver(url, { event: "issue.closed" })).status).toBe(200);
});
