import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { check } from "../../../generator/lint/lint.js";
import type { Format } from "../../../generator/model/format.js";
import { projectOf } from "../../support/corpus/corpus.js";
import { root } from "../../support/project.js";
import { completeDisk, lintFolder } from "./support.js";

const oauthStep = "error S1 unknown setup step `oauth`";
const pinInWizardOnly = "note KG819 the wizard asks for `OVEN_PIN`, which is not declared";
const oldModule = "error M2 `module` must be text";

function unread(format: Format): string {
  return `note KG824 the platform's linter does not read the format ${format}, so its rules about \`extension\` are not checked`;
}

/** The expected diagnostics of the manifests that have every key of their format: no key is called unknown. */
const own: Readonly<Record<Format, readonly string[]>> = {
  canonical: [pinInWizardOnly, oauthStep],
  "canonical-1.1": [
    pinInWizardOnly,
    oauthStep,
    "error L7 `extension.delivery` must be text",
    "error L8 `extension.delivery` must be http or internal, found a map",
  ],
  scaffold: ["warning L14 `extension` has no `sdk`", "error L6 `extension` has no `delivery`"],
  "scaffold-text": ["warning L14 `extension` has no `sdk`"],
  marketplace: [
    "warning S7 `OVEN_TOKEN` is not in `extension.configuration`",
    pinInWizardOnly,
    "warning S13 `loaves` is not in `extension.configuration`",
    oauthStep,
  ],
  "flat-settings": [unread("flat-settings"), oldModule],
  "flat-properties": [unread("flat-properties"), oldModule],
  minimal: [unread("minimal"), oldModule],
  "evidence-adapter": [
    unread("evidence-adapter"),
    "warning KG833 Kiket reads the manifest of an adapter only from `kiket-extension.yaml` at the root of the repository",
  ],
  "legacy-json": [unread("legacy-json")],
  "version-two": [unread("version-two")],
  webhook: [],
};

describe.each(Object.entries(own))("a manifest of %s, with every key of the format", (format, expected) => {
  it("has only its own mistakes", () => {
    const [manifest, ...modules] = Object.entries(projectOf(format as Format)).map(([path, text]) => ({ path, text }));
    if (manifest === undefined) throw new Error("a project without manifest");
    const all = check({ manifest, modules, diagnostics: [] }, completeDisk);
    // No mistake: every manifest with such an event has it.
    const found = all.filter(({ code }) => code !== "KG830");
    expect(found.map(({ severity, code, message }) => `${severity} ${code} ${message}`)).toEqual(expected);
  });
});

const corpus = join(root, "../shared/manifests");

/**
 * The expected diagnostics of each real manifest, as severity, code and line. For the platform's rules they were compared with a
 * re-implementation of its linter. It reports only a missing sdk, S1 for `oauth` steps, L1, L7, L8 and L14 for the format
 * canonical-1.1, and M3 and M7 for legacy module ids (fact 662).
 */
const expectations: Readonly<Record<string, readonly string[]>> = {
  email: ["note KG830 44"],
  github: [
    "note KG830 43",
    ...["warning KG802 98", "warning KG105 111", "warning KG105 233", "warning KG809 235"],
    ...["warning M3 1", "warning M7 1"],
  ],
  "github-adapter": ["note KG824 1"],
  "google-calendar": ["error S1 108"],
  "google-oauth": ["warning L14 2", "warning KG804 16"],
  "mailjet-inbound": ["note KG818 94"],
  "mailjet-inbound-earlier": ["note KG818 90"],
  "mailjet-inbound-flat": ["note KG824 1"],
  "servicenow-adapter": ["note KG824 1"],
  slack: ["note KG830 49", "note KG819 263", "warning KG809 322", "warning M3 1", "warning M7 1"],
  "slack-evidence-adapter": ["note KG824 1"],
  teams: ["note KG830 59", "warning KG809 303"],
  twilio: ["note KG830 39", "warning KG809 280"],
  "twilio-dialect-b": ["warning L1 1", "warning L14 2", "error L7 13", "error L8 13", "note KG814 17", "note KG830 29"],
  "twilio-legacy-json": ["note KG824 1"],
};

/** Reported for every case: the corpus contains only manifests, without tests and a README. */
const missingFiles = ["L12", "L13"];

describe.skipIf(!existsSync(corpus))("real manifests (skipped where the folder beside the project is absent)", () => {
  it("are all in the table", () => {
    const folders = readdirSync(corpus).filter((name) => name !== "README.md" && !name.startsWith("_"));
    expect(Object.keys(expectations).sort()).toEqual(folders.sort());
  });

  it.each(Object.entries(expectations))("%s", async (name, expected) => {
    const found = await lintFolder(join(corpus, name));
    const [disk, rest] = [true, false].map((wanted) =>
      found.filter(({ code }) => missingFiles.includes(code) === wanted),
    );
    expect(rest?.map(({ severity, code, at }) => `${severity} ${code} ${at.line}`)).toEqual(expected);
    expect(disk?.map(({ code }) => code).sort()).toEqual(missingFiles);
  });

  it("include a module that has no manifest in the corpus", () => {
    const schema = { path: ".kiket/modules/time_entries/schema.yml", text: "" };
    const text = readFileSync(join(corpus, "_modules/time_entries/schema.yml"), "utf8");
    const manifest = { path: ".kiket/manifest.yaml", text: "model_version: '1.0'\nextension: { id: ab }\n" };
    const found = check({ manifest, modules: [{ ...schema, text }], diagnostics: [] }, completeDisk);
    expect(found.filter(({ at }) => at.file === schema.path).map(({ code }) => code)).toEqual(["M7"]);
  });
});
