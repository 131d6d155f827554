import type { readingCodes } from "../../../generator/diagnostics/codes/reading.js";
import { type Case, generating, manifest, manifestPath } from "./case.js";

export const readingCases: Readonly<Record<keyof typeof readingCodes, Case>> = {
  KG101: generating({ ...manifest("^extension: {}\n"), "extension.yaml": "extension: {}\n" }),
  KG102: { ...generating({}), at: `${manifestPath}:1:1` },
  KG103: { ...generating({}, "--manifest", "other.yaml"), at: "other.yaml:1:1" },
  KG104: generating(manifest("extension: ^[\n")),
  KG105: generating(manifest("extension: {}\n^extension: {}\n")),
  KG106: generating(manifest("extension: ^*base\n")),
  KG107: generating(manifest(`extension: ${"[".repeat(99)}^[`)),
  KG108: generating(manifest(`^extension: {}\n#${" ".repeat(2 * 1024 * 1024)}\n`)),
  KG109: generating(manifest("extension: ^!spell {}\n")),
  KG110: generating(manifest(`^${[..."extension: {}"].join("\0")}\0`)),
  KG111: generating(manifest("^<<<<<<< HEAD\nextension: {}\n=======\n>>>>>>> other\n")),
};
