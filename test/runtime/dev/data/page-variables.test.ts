import { expect, it } from "vitest";
import { objectionToValue } from "../../../../runtime/dev/data/page-variables.js";
import type { DevSetting } from "../../../../runtime/dev.js";
import { createMemoryStorage, openKiketOf, project } from "../project.js";

const settings = [
  { key: "GREETING", type: "string" },
  { key: "limit", type: "integer" },
  { key: "Node_Options", type: "string" },
  { key: "__proto__", type: "string" },
] satisfies readonly DevSetting[];

it("of a kept file, the extension gets only what the page could set: a file can come with a project", async () => {
  const variables = {
    GREETING: "Ahoy",
    limit: "many",
    NODE_OPTIONS: "--require ./evil.cjs",
    Node_Options: "--require ./evil.cjs",
    LD_PRELOAD: "./evil.so",
    OTHER: "not of the manifest",
  };
  const storage = createMemoryStorage({ "kiket.json": JSON.stringify({ version: 1, data: {}, variables }) });
  const kiket = await openKiketOf({ storage, project: { ...project, settings }, onVariables: () => undefined });
  expect(kiket.variables()).toEqual({ GREETING: "Ahoy" });
  kiket.change({ ...project, settings: [] });
  expect(kiket.variables()).toEqual({});
});

it.each([
  "NODE_OPTIONS",
  "node_options",
  "Path",
  "PATHEXT",
  "ComSpec",
  "LD_PRELOAD",
  "DYLD_INSERT_LIBRARIES",
  "BASH_ENV",
  "GIT_SSH_COMMAND",
  "ALL_PROXY",
  "npm_config_registry",
  "KIKET_BASE_URL",
  "KIKET_GEN_CLOCK_AHEAD",
])("%s is not set from a page", (key) => {
  expect(objectionToValue({ key, type: "string" }, "x")).toMatch(/^is read from /);
});

it.each(["language", "git_branch", "environment", "pathway", "home_port", "nodes"])("%s is", (key) => {
  expect(objectionToValue({ key, type: "string" }, "x")).toBeUndefined();
});
