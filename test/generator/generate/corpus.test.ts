import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import type { Format } from "../../../generator/model/format.js";
import { eventPathsOf } from "../../../generator/output/render/event-paths.js";
import { compile } from "../../support/compile.js";
import { manifests, projectOf } from "../../support/corpus/corpus.js";
import { openPlatform } from "../../support/open-kiket.js";
import { createProject, removeProject, root } from "../../support/project.js";
import { withoutIds } from "../../support/replies.js";

const corpus = join(root, "../shared/manifests");

async function casesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("_")).map(({ name }) => name);
}

/** Each real manifest and the format it is written in. */
const formats: Readonly<Record<string, string>> = {
  email: "canonical",
  github: "canonical",
  "github-adapter": "evidence-adapter",
  "google-calendar": "canonical",
  "google-oauth": "canonical",
  "mailjet-inbound": "canonical",
  "mailjet-inbound-earlier": "canonical",
  "mailjet-inbound-flat": "flat-settings",
  "servicenow-adapter": "evidence-adapter",
  slack: "canonical",
  "slack-evidence-adapter": "evidence-adapter",
  teams: "canonical",
  twilio: "canonical",
  "twilio-dialect-b": "canonical-1.1",
  "twilio-legacy-json": "legacy-json",
};

const cases = await casesIn(corpus);
const platform = await openPlatform();

/** Generates in a folder, compiles, and delivers each event to the stubs. */
async function expectStubs(folder: string, format: string): Promise<void> {
  const { diagnostics, model } = await generate({ dir: folder });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(model?.format).toBe(format);
  expect(await compile(folder, "7.0", true)).toBe("");
  if (model?.adapter !== undefined) {
    const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(folder, "dist/adapter.js")).href);
    for (const { name: sourceEventType } of model.events) {
      expect(() => normalizeExtensionRawEvent({ sourceEventType })).toThrow(
        `Normalizer not implemented: ${sourceEventType}`,
      );
    }
    return;
  }
  const { createExtension } = await import(pathToFileURL(join(folder, "dist/generated/extension.gen.js")).href);
  const extension = createExtension({ baseUrl: platform.baseUrl, logger: { info() {}, warn() {}, error() {} } });
  const events = model?.events ?? [];
  const declared = eventPathsOf(events);
  for (const { name, version } of events) {
    const own = declared.filter(([, names]) => names.some((event) => event === name || event === `${name}@${version}`));
    for (const path of [undefined, ...own.map(([path]) => path)]) {
      const at = path === undefined ? {} : { path };
      const outcome = await platform.deliver(extension, { event: name, version, payload: {}, ...at });
      expect([outcome.status, withoutIds(outcome.body)]).toEqual([
        501,
        { error: `Handler not implemented: ${name}.${version}` },
      ]);
    }
  }
  await extension.close();
}

describe.each(Object.keys(manifests) as Format[])("a manifest of %s, with every key of the format", (format) => {
  it("is generated without an error, compiles, and answers a signed delivery of each of its events", async () => {
    const folder = await createProject(projectOf(format));
    await expectStubs(folder, format).finally(() => removeProject(folder));
  });
});

describe.skipIf(cases.length === 0)("the corpus of real manifests (skipped where it is not beside the project)", () => {
  it("lists the format of each manifest", () => {
    expect(cases.sort()).toEqual(Object.keys(formats).sort());
  });

  it.each(cases)("%s is generated, compiles, and answers a signed delivery of each of its events", async (name) => {
    const folder = await createProject({});
    await cp(join(corpus, name), folder, { recursive: true });
    await expectStubs(folder, formats[name] ?? "").finally(() => removeProject(folder));
  });
});
