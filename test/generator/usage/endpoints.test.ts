import { expect, it, onTestFinished } from "vitest";
import { catalog } from "../../../generator/contracts/catalog.gen.js";
import { operations } from "../../../generator/contracts/operations.gen.js";
import { generatedFiles } from "../../../generator/generate/generated-files.js";
import { defaultLayout as layout } from "../../../generator/project/layout.js";
import { readUsage } from "../../../generator/usage/read-usage.js";
import { openSources } from "../../../generator/usage/sources.js";
import { tableNames, widen } from "../../../generator/usage/widened-model.js";
import { endpointMembers } from "../../support/endpoints.js";
import { createProject, removeProject } from "../../support/project.js";
import { event, model } from "../model/model.js";

/** How a handler calls each member. A group is a member, or what a member returns: one of both compiles, and is read. */
const uses = endpointMembers.map(([path, calls]) => {
  const [name, inner] = path.split(".");
  const at = `context.endpoints.${name}`;
  return [inner === undefined ? `${at}();` : `${at}.${inner}(); ${at}().${inner}();`, calls] as const;
});

it("a call of any member of the endpoints is read", async () => {
  const top = `import { defineHandler } from "../generated/events/issue.created.v1.gen.js";
export default defineHandler({}, async (_, context) => {`;
  const folder = await createProject({
    "src/handlers/issue.created.v1.ts": [top, ...uses.map(([use]) => use), "});"].join("\n"),
  });
  onTestFinished(() => removeProject(folder));
  const wide = widen(model({ events: [event("issue.created")] }));
  const files = generatedFiles(wide, { layout, importExtension: ".js" }, { catalog, operations, diagnostics: [] });
  const sources = openSources(folder, files, { layout, tests: false });
  const { calls } = readUsage(sources, { layout, tables: tableNames(wide), scopes: new Map() });
  const read = uses.map(([use], index) => {
    const own = calls.filter(({ through, at }) => through === "endpoints" && at.line === index + 3);
    return [use, own.map(({ call }) => call)];
  });
  expect(read).toEqual(uses);
});
