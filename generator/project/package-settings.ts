import { didYouMean } from "../base/did-you-mean.js";
import { isUsageError } from "../base/usage-error.js";
import { diagnose } from "../diagnostics/diagnose.js";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.js";
import type { Position } from "../model/model.js";
import type { ManifestNode } from "../yaml/node.js";
import { readJson } from "../yaml/read-json.js";
import { outputFolder } from "./layout.js";
import { leadsOut, plainPath } from "./paths.js";

/** The parts of a project whose paths can be set. */
export const placeNames = ["out", "handlers", "manifest", "events", "openapi"] as const;

export type PlaceName = (typeof placeNames)[number];

/** A path in `package.json`. */
interface Setting {
  readonly path: string;
  readonly at: Position;
}

/** What stands under `kiket-gen` in `package.json`. */
export interface PackageSettings {
  readonly settings: Readonly<Partial<Record<PlaceName, Setting>>>;
  readonly diagnostics: readonly Diagnostic[];
}

const file = "package.json";
const key = "kiket-gen";

/** Why a path cannot be used, if it cannot. */
function objection(name: PlaceName, path: string): string | undefined {
  if (path.trim() === "") return "must not be empty";
  if (leadsOut(path)) return `must be inside the project, not "${path}"`;
  if (name !== "out" && name !== "handlers") return undefined;
  try {
    outputFolder(".", name, path);
    return undefined;
  } catch (error) {
    if (!isUsageError(error)) throw error;
    return error.message.replace(`--${name} `, "");
  }
}

function settingOf(name: PlaceName, node: ManifestNode): Setting | Diagnostic {
  const wrong = (message: string) => diagnose("KG511", node.at, `\`${key}.${name}\` ${message}`);
  if (node.kind !== "scalar" || typeof node.value !== "string") return wrong("must be a text: a path");
  const problem = objection(name, node.value);
  return problem === undefined ? { path: plainPath(node.value), at: node.at } : wrong(problem);
}

/** The settings in the text of `package.json`. They come with the project and cannot be trusted: no path leads out of the project. */
export function readPackageSettings(text: string | undefined): PackageSettings {
  if (!text?.includes(`"${key}"`)) return { settings: {}, diagnostics: [] };
  const found: Diagnostic[] = [];
  const root = readJson({ path: file, text }, (diagnostic) => found.push(diagnostic));
  if (root === undefined) {
    const unreadable = found.filter((diagnostic) => hasErrors([diagnostic]));
    return { settings: {}, diagnostics: unreadable.map(({ at, message }) => diagnose("KG511", at, message)) };
  }
  const own = root.kind === "map" ? root.entries.get(key)?.value : undefined;
  if (own === undefined) return { settings: {}, diagnostics: [] };
  if (own.kind !== "map") {
    const message = `\`${key}\` must be a map with some of ${placeNames.join(", ")}`;
    return { settings: {}, diagnostics: [diagnose("KG511", own.at, message)] };
  }
  const settings: Partial<Record<PlaceName, Setting>> = {};
  const diagnostics = found.filter(({ message }) => message.includes(`\`${key}.`));
  for (const [name, { keyAt, value }] of own.entries) {
    const known = placeNames.find((candidate) => candidate === name);
    if (known === undefined) {
      const hint = didYouMean(name, placeNames, `the keys are ${placeNames.join(", ")}`);
      diagnostics.push(diagnose("KG511", keyAt, `unknown key \`${key}.${name}\``, hint));
      continue;
    }
    const setting = settingOf(known, value);
    if ("code" in setting) diagnostics.push(setting);
    else settings[known] = setting;
  }
  return { settings, diagnostics };
}
