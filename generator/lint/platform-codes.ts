import type { Code } from "../diagnostics/codes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { unreadManifest } from "./rules/disk.js";
import { unknownKey } from "./rules/keys.js";

/** Gives a diagnostic the platform's code if a rule of the platform's linter is about the same mistake. */
export function withPlatformCode(diagnostic: Diagnostic, modules: ReadonlySet<string>): Diagnostic {
  if (diagnostic.code === "KG102") return { ...diagnostic, code: unreadManifest.code };
  if (diagnostic.code === "KG104" && modules.has(diagnostic.at.file)) return { ...diagnostic, code: "M5" };
  return diagnostic;
}

/** Codes that repeat, less exactly, what a rule of the platform reports at the same place. */
const repeating: ReadonlySet<Code> = new Set<Code>(["KG204", "KG205", "KG801", unknownKey.code]);

function placeOf({ at }: Diagnostic): string {
  return `${at.file}\n${at.line}:${at.column}`;
}

/** Removes diagnostics that repeat what a rule of the platform reports at the same place. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const platformPlaces = new Set(diagnostics.filter(({ code }) => !code.startsWith("KG")).map(placeOf));
  return diagnostics.filter(
    (diagnostic) => !repeating.has(diagnostic.code) || !platformPlaces.has(placeOf(diagnostic)),
  );
}
