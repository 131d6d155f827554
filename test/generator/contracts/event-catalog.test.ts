import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../../generator/contracts/catalog.gen.js";
import { shapeOf } from "../../../generator/contracts/event-catalog.js";
import { generate } from "../../../generator/generate/generate.js";
import { compile, testedCompilers } from "../../support/compile.js";
import { createProject, removeProject } from "../../support/project.js";

const records = Object.values(catalog.events);
const names = new Set(records.map(({ name }) => name));
/** Other spellings of a dotted name, which become the same identifier. */
const alternatives = records
  .map(({ name }) => name)
  .filter((name) => names.has(name.replace("_", ".")) && /_/.test(name));
const distinct = records.filter(({ name }) => !alternatives.includes(name));

describe("the event catalog", () => {
  it("finds the record of a version with or without v", () => {
    const event = { name: "issue.created", version: "1", origins: ["hooks"] } as const;
    expect(shapeOf(catalog, event)).toEqual({ record: catalog.events["issue.created@v1"], exact: true });
  });

  it("returns another version's record as inexact", () => {
    const event = { name: "issue.created", version: "v7", origins: ["hooks"] } as const;
    expect(shapeOf(catalog, event)).toEqual({ record: catalog.events["issue.created@v1"], exact: false });
  });

  it.each([
    ["external.webhook.anything", "hooks", "external.webhook"],
    ["external.webhook.anything", "commands", "external.webhook"],
    ["external.webhook.anything", "workflow_actions", "external.webhook"],
    ["acme.do", "commands", "command"],
    ["acme.do", "workflow_actions", "workflow_action"],
    ["acme.check", "setup", "setup_test"],
  ] as const)("takes %s among %s for %s", (name, origin, generic) => {
    const shape = shapeOf(catalog, { name, version: "v1", origins: [origin] });
    expect(shape).toEqual({ record: catalog.generic[generic], exact: true, kind: generic });
  });

  it("has no record of an undocumented event", () => {
    expect(shapeOf(catalog, { name: "moon.rose", version: "v1", origins: ["hooks"] }).record).toBeUndefined();
  });
});

describe("every event of the catalog", () => {
  it("has its own name, except for other spellings", () => {
    expect(alternatives).toEqual(["issue_created", "issue_updated", "sla_breach", "sla_warning"]);
  });

  let folder: string;
  beforeAll(async () => {
    const hooks = distinct.flatMap(({ name }) => [
      `    - { event: ${JSON.stringify(name)} }`,
      `    - { event: ${JSON.stringify(name)}, version: v9 }`,
    ]);
    const manifest = `model_version: "1.0"\nextension:\n  id: com.example.all\n  name: All\n  delivery: http\n  callback: { url: "\${EXTENSION_BASE_URL}" }\n  hooks:\n${hooks.join("\n")}\n`;
    folder = await createProject({ ".kiket/manifest.yaml": manifest });
    const report = await generate({ dir: folder });
    expect(report.diagnostics).toEqual([]);
    expect(report.model?.events).toHaveLength(2 * distinct.length);
  });
  afterAll(() => removeProject(folder));

  it.each(testedCompilers)("compiles with TypeScript %s", async (version) => {
    expect(await compile(folder, version)).toBe("");
  });
});
