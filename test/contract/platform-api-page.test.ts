import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, testedCompilers } from "../support/compile.js";
import { createProject, removeProject, root } from "../support/project.js";
import { runNode } from "../support/run-node.js";
import { runVitest } from "../support/run-vitest.js";

const page = await readFile(join(root, "docs/reference/platform-api.md"), "utf8");
const [program = "", ownTest = ""] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text);

/** The first cells of the table below a heading, without back quotes. */
function firstCells(heading: string): string[] {
  const section = page.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

let folder: string;
beforeAll(async () => {
  folder = await createProject({ "src/move-case.ts": program, "test/move-case.test.ts": ownTest });
});
afterAll(() => removeProject(folder));

describe("docs/reference/platform-api.md", () => {
  it("names every option", async () => {
    const sources = ["platform/api-key-options.ts", "options.ts"].map((name) => join(root, "runtime/api", name));
    const [own = "", attempts = ""] = await Promise.all(sources.map((path) => readFile(path, "utf8")));
    const members = (text: string) => [...text.matchAll(/readonly (\w+)\??:/g)].map(([, name = ""]) => name);
    const shared = attempts.slice(attempts.indexOf("interface AttemptOptions"), attempts.indexOf("\n}"));
    const options = new Set([...members(own), ...members(shared)]);
    expect(firstCells("Options").sort()).toEqual([...options].sort());
  });

  it("names every call about cases", async () => {
    const text = await readFile(join(root, "runtime/api/platform/cases.ts"), "utf8");
    const start = text.indexOf("export interface CasesClient");
    const members = [...text.slice(start, text.indexOf("\n}", start)).matchAll(/^ {2}(\w+)\(/gm)];
    const named = firstCells("Cases").flatMap((cell) => /^cases\.(\w+)\(/.exec(cell)?.[1] ?? []);
    expect(named).toEqual(members.map(([, name]) => name));
  });

  it.each(testedCompilers)("has a program that compiles with TypeScript %s", async (version) => {
    expect(await compile(folder, version, true)).toBe("");
  });

  it("has a test that passes", async () => {
    expect(await runVitest(folder)).toEqual({ "test/move-case.test.ts": "1 of 1" });
  });

  it("has a program that creates a case and tells what blocks it", async () => {
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      const { method, url = "", headers } = request;
      seen.push([method, url, headers["x-api-key"], headers["x-organization-id"]]);
      const isBlocked = url.endsWith("/transition");
      const blockers = [{ type: "documents", message: "A required document is missing" }];
      const answer = isBlocked ? { blockers } : method === "POST" ? { id: "case_1" } : { data: [{ id: "case_1" }] };
      response.writeHead(isBlocked ? 409 : 200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
    try {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const env = { KIKET_API_KEY: "kik_1", KIKET_ORGANIZATION_ID: "org_1", KIKET_API_URL: `http://127.0.0.1:${port}` };
      const { code, stdout, stderr } = await runNode(["dist/move-case.js"], folder, { ...process.env, ...env });
      expect([code, stdout, stderr]).toEqual([0, "documents: A required document is missing\n1 cases\n", ""]);
    } finally {
      server.close();
    }
    expect(seen).toEqual([
      ["POST", "/api/v1/platform/cases", "kik_1", "org_1"],
      ["POST", "/api/v1/platform/cases/case_1/transition", "kik_1", "org_1"],
      ["GET", "/api/v1/platform/cases?workspaceId=ws_1", "kik_1", "org_1"],
    ]);
  });
});
