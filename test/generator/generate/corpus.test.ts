import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate, type Report } from "../../../generator/index.js";
import { compile } from "../../support/compile.js";
import { openPlatform } from "../../support/open-kiket.js";
import { createProject, removeProject, root } from "../../support/project.js";

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

describe.skipIf(cases.length === 0)("the corpus of real manifests (skipped where it is not beside the project)", () => {
  it("lists the format of each manifest", () => {
    expect(cases.sort()).toEqual(Object.keys(formats).sort());
  });

  describe.each(cases)("%s", (name) => {
    let folder: string;
    let report: Report;
    beforeAll(async () => {
      folder = await createProject({});
      await cp(join(corpus, name), folder, { recursive: true });
      report = await generate({ dir: folder });
    });
    afterAll(() => removeProject(folder));

    it("is read as its format, without an error", () => {
      expect(report.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(report.model?.format).toBe(formats[name]);
    });

    it("compiles, and answers a signed delivery of each of its events", async () => {
      expect(await compile(folder, "7.0", true)).toBe("");
      if (report.model?.adapter !== undefined) {
        const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(folder, "dist/adapter.js")).href);
        for (const { name: sourceEventType } of report.model.events) {
          expect(() => normalizeExtensionRawEvent({ sourceEventType })).toThrow(
            `Normalizer not implemented: ${sourceEventType}`,
          );
        }
        return;
      }
      const { createExtension } = await import(pathToFileURL(join(folder, "dist/generated/extension.gen.js")).href);
      const extension = createExtension({ baseUrl: platform.baseUrl, logger: { info() {}, warn() {}, error() {} } });
      for (const event of report.model?.events ?? []) {
        const outcome = await platform.deliver(extension, { event: event.name, version: event.version, payload: {} });
        expect([outcome.status, outcome.body]).toEqual([
          501,
          { error: `Handler not implemented: ${event.name}.${event.version}` },
        ]);
      }
      await extension.close();
    });
  });
});
