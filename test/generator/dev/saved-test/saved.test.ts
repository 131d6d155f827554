import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DeliveryRecord, TestPlan } from "kiket-gen/dev";
import { describe, expect, it, onTestFinished } from "vitest";
import { compile, testedCompilers } from "../../../support/compile.js";
import { createTemplateProject, type DevSession, handlerIn, startDev } from "../../../support/dev-session.js";
import { removeProject } from "../../../support/project.js";
import { runVitest } from "../../../support/run-vitest.js";

async function project(template: string): Promise<string> {
  const folder = await createTemplateProject(template);
  onTestFinished(() => removeProject(dirname(folder)));
  return folder;
}

/** A running `dev`, with a function that calls its inspector. */
async function runDev(folder: string, env: NodeJS.ProcessEnv = {}) {
  const dev: DevSession = startDev(folder, ["--port", "0"], env);
  onTestFinished(async () => void (await dev.end()));
  const { inspector, token } = await dev.next("ready");
  const call = async (path: string, body?: unknown) => {
    const response = await fetch(`${inspector}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "x-kiket-gen-token": token, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as TestPlan & { error?: string; hint?: string } };
  };
  const save = async ({ id }: DeliveryRecord, name: string) => {
    const saved = await call("/api/tests", { delivery: id, name });
    expect(saved).toMatchObject({ status: 201 });
    return saved.body;
  };
  return { dev, call, save };
}

const hostile = ["`$", "{process.exit(9)}` */ \u2028 '); process.exit(9); //"].join("");

describe("a delivery that is saved as a test", () => {
  it("passes as written, with the calls, secrets and settings that the handler needed, and hides what is secret", async () => {
    const folder = await project("extension");
    await writeFile(
      join(folder, ".kiket/manifest.yaml"),
      (await readFile(join(folder, ".kiket/manifest.yaml"), "utf8"))
        .replace("- issues:read", "- issues:read\n    - custom_data:read\n    - custom_data:write")
        .concat("  secrets:\n    - { key: API_KEY }\n    - { key: FROM_ENV }\n"),
    );
    await writeFile(
      await handlerIn(folder),
      `import { allow, defineHandler, deny } from "../generated/events/issue.created.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

export default defineHandler({ requiredScopes: [Scope.IssuesRead] }, async ({ issue }, context) => {
  if (context.settings.GREETING !== "Moin") return deny({ message: "not greeted as in the environment" });
  const [key, other] = [await context.secret("API_KEY"), await context.secret("FROM_ENV")];
  if (key === undefined || other === undefined) return deny({ message: "no secret" });
  if (issue.key === "SECOND" && issue.description !== \`the key is \${key}\`) return deny({ message: "another key" });
  const { customData } = context.endpoints;
  // In one moment, so that the answers must not be mixed up.
  const [one, two] = await Promise.all([1, 2].map((id) => customData(1).get("m", "boats", id).catch(() => null)));
  if (issue.key === "SECOND" && (one?.["name"] !== "Ingrid" || two !== null)) return deny({ message: "other answers" });
  await customData(1).create("m", "boats", { name: "Ingrid" });
  return allow({ message: String(issue.title) });
});
`,
    );
    await writeFile(join(folder, ".env"), "GREETING=Moin\nFROM_ENV=s3cret-of-the-environment\n");
    const { dev, call, save } = await runDev(folder);
    const secrets = { API_KEY: "s3cret-of-the-delivery" };
    await dev.send({ event: "issue.created", secrets });
    const sent = await dev.send({
      ...{ event: "issue.created", secrets },
      set: {
        "issue.key": "SECOND",
        "issue.title": hostile,
        "issue.description": "the key is s3cret-of-the-delivery",
        "issue.url": "postgres://me:p4ssw0rd@db.example/x",
      },
    });
    expect(sent.attempts[0]?.reply).toMatchObject({ status: 200, body: expect.stringContaining('"allow"') });

    const planned = await call(`/api/tests/${sent.id}`);
    expect(planned).toEqual({
      status: 200,
      body: {
        name: "issue-created-1",
        files: ["test/saved/issue-created-1.test.ts", "test/saved/issue-created-1.json"],
        command: "npx vitest run test/saved/issue-created-1.test.ts",
        asserts: [
          "the status is 200",
          "the verdict is allow",
          "getCustomDataRecord is called",
          "createCustomDataRecord is called",
        ],
        remarks: [
          "Stand-ins are in the place of these secrets: API_KEY, FROM_ENV.",
          "Written with their values from the environment: GREETING.",
          "Hidden in the payload: issue.url.",
        ],
      },
    });
    expect((await save(sent, "issue-created-1")).files).toEqual(planned.body.files);
    expect(await call(`/api/tests/${sent.id}`)).toMatchObject({ body: { name: "issue-created-2" } });
    expect(await call("/api/tests", { delivery: sent.id, name: "issue-created-1" })).toEqual({
      status: 409,
      body: { error: "test/saved has a file of this name already: issue-created-1", hint: "choose another name" },
    });
    const failing = await dev.send({ event: "issue.created", scopes: [] });
    expect(failing.attempts[0]?.reply?.status).toBe(403);
    await save(failing, "no-scope");

    const [code, data] = await Promise.all(planned.body.files.map((file) => readFile(join(folder, file), "utf8")));
    expect(code).not.toContain("process.exit");
    expect(JSON.parse(data ?? "")).toMatchObject({ body: { issue: { title: hostile } } });
    for (const text of [code, data]) expect(text).not.toMatch(/s3cret|p4ss|eyJ/);
    expect(await runVitest(folder)).toMatchObject({
      "test/saved/issue-created-1.test.ts": "1 of 1",
      "test/saved/no-scope.test.ts": "1 of 1",
    });
    for (const version of testedCompilers) expect(await compile(folder, version)).toBe("");
  });

  it("of an adapter, or of a receiver of webhooks, passes as written too", async () => {
    for (const [template, event] of [
      ["adapter", "ticket_closed"],
      ["webhook", "case.created"],
    ] as const) {
      const folder = await project(template);
      const { dev, save } = await runDev(folder);
      const payload = template === "adapter" ? { payload: { ticket: hostile, token: "t0p-secret" } } : {};
      const sent = await dev.send({ event, ...payload });
      expect(sent.state).toBe("delivered");
      const { files } = await save(sent, "seen");
      for (const file of files) expect(await readFile(join(folder, file), "utf8")).not.toContain("t0p-secret");
      expect(await runVitest(folder)).toMatchObject({ "test/saved/seen.test.ts": "1 of 1" });
      for (const version of testedCompilers) expect(await compile(folder, version)).toBe("");
      await dev.end();
    }
  });
});
