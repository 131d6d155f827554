import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { errors, extensionSchema, moduleSchema, read, selected } from "./manifest-schema.js";

const corpus = fileURLToPath(new URL("../../../shared/manifests/", import.meta.url));
const present = existsSync(corpus);

describe.skipIf(!present)(`real manifests${present ? "" : " (skipped: ../shared/manifests is absent)"}`, () => {
  const files = present
    ? readdirSync(corpus, { recursive: true, encoding: "utf8" }).filter((name) => /\.(ya?ml|json)$/.test(name))
    : [];
  const expected: Readonly<Record<string, string>> = {
    "github-adapter": "formatEvidenceAdapter",
    "mailjet-inbound-flat": "formatFlatSettings",
    "servicenow-adapter": "formatEvidenceAdapter",
    "slack-evidence-adapter": "formatEvidenceAdapter",
    "twilio-dialect-b": "formatCanonical11",
    "twilio-legacy-json": "formatLegacyJson",
  };

  it("are found", () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files.sort())("%s validates", (name) => {
    const document = read(readFileSync(`${corpus}${name}`, "utf8"));
    const isModule = /schema\.ya?ml$/.test(name);
    expect(errors(isModule ? "module.schema.json" : "extension.schema.json", document)).toEqual([]);
    const chosen = isModule ? selected(moduleSchema, document) : selected(extensionSchema, document);
    expect(chosen).toBe(isModule ? "form1" : (expected[name.split(/[\\/]/)[0] ?? ""] ?? "formatCanonical"));
  });
});
