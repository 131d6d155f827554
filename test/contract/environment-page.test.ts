import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createExtension, defineHandler } from "../../runtime/index.js";
import { createTestExtension } from "../../runtime/testing.js";
import { readTree, root } from "../support/project.js";

const page = await readFile(join(root, "docs/reference/environment.md"), "utf8");
const files = await Promise.all(["runtime", "generator"].map((folder) => readTree(join(root, folder))));
const sources = files.flatMap((tree) =>
  Object.entries(tree)
    .filter(([path]) => /\.tsx?$/.test(path) && !/\.gen\.ts$|\/page\//.test(path))
    .map(([, text]) => text.replace(/\/\*[\s\S]*?\*\/|^ *\/\/.*$/gm, "")),
);

/** The variables that the source reads: as a member of the environment, by a name in quotes, or taken out of it. */
function variablesOf(text: string): string[] {
  const members = [...text.matchAll(/\b(?:env|environment|processEnvironment\(\)\))\??\.([A-Z][A-Z0-9_]+)\b/g)];
  const quoted = [...text.matchAll(/"(KIKET_[A-Z_]*[A-Z])"/g)];
  const taken = [
    ...text.matchAll(/const \{([^}]*)\} = (?:env|environment|options\.environment);/g),
    ...text.matchAll(/\{([^{}]*)\}: Environment\b/g),
  ].flatMap(([, names = ""]) => [...names.matchAll(/(?:^|,)\s*([A-Z]\w+)/g)]);
  return [...members, ...quoted, ...taken].map(([, name]) => name ?? "");
}

/** Names between back quotes in the first cells of the tables, without those of the user's own settings. */
const documented = page
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .flatMap((line) =>
    [...(line.split(" | ")[0] ?? "").matchAll(/`([A-Za-z_]+(?:<KEY>)?)`/g)].map(([, name]) => name ?? ""),
  );

/** Named in another way where they are read. */
const builtFromParts = ["HOST", "PORT", "KIKET_METRICS_HOST", "KIKET_METRICS_PORT", "KIKET_SECRET_<KEY>"];
/** In texts that commands print or write, and not read. */
const onlyWritten = ["NAME", "BASE_URL", "SECRETS_FOLDER"];

describe("docs/reference/environment.md", () => {
  it("has every variable that the source reads, and no other", () => {
    const read = new Set(sources.flatMap(variablesOf).filter((name) => !onlyWritten.includes(name)));
    expect(read.size).toBeGreaterThan(35);
    expect([...read].filter((name) => !documented.includes(name))).toEqual([]);
    expect([...new Set(documented)].filter((name) => !read.has(name) && !builtFromParts.includes(name))).toEqual([]);
  });

  it("names the sources of secrets and settings in their order", async () => {
    expect(page).toContain("`KIKET_SECRET_API_TOKEN` for `api.token`");
    const handler = defineHandler({ event: "issue.created", version: "v1" }, (_, { secret, settings }) => ({
      prefixed: secret("api.token"),
      plain: secret("PLAIN"),
      setting: settings.LIMIT,
    }));
    const kiket = await createTestExtension({
      handlers: [handler],
      settingDefinitions: { LIMIT: { type: "integer", default: 1 } },
      env: { KIKET_SECRET_API_TOKEN: "first", "api.token": "second", PLAIN: "own name", LIMIT: "20" },
    });
    const { body } = await kiket.deliver("issue.created", "v1");
    await kiket.close();
    expect(body).toEqual({ prefixed: "first", plain: "own name", setting: 20 });
  });

  it("says what an invalid variable is: an error that names it", () => {
    const create = (env: Record<string, string>) => () => createExtension({ handlers: [], env });
    expect(create({ KIKET_QUEUE: "redis" })).toThrow('KIKET_QUEUE must be "memory" or not set.');
    expect(create({ KIKET_QUEUE: "" })).not.toThrow();
  });
});
