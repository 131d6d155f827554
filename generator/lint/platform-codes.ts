import type { Code } from "../diagnostics/codes.js";
import { type Diagnostic, errorsIn } from "../diagnostics/diagnostic.js";
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

function placesOf(diagnostics: readonly Diagnostic[]): ReadonlySet<string> {
  return new Set(diagnostics.map(placeOf));
}

/** Removes diagnostics that repeat what another one reports at the same place, never an error because of a warning. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const ofPlatform = diagnostics.filter(({ code }) => !code.startsWith("KG"));
  const [platformPlaces, platformErrors] = [placesOf(ofPlatform), placesOf(errorsIn(ofPlatform))];
  const refused = placesOf(diagnostics.filter(({ code }) => code === "KG835"));
  return diagnostics.filter((diagnostic) => {
    const { code, severity } = diagnostic;
    if (code === "KG207") return !refused.has(placeOf(diagnostic));
    const repeated = severity === "error" ? platformErrors : platformPlaces;
    return !repeating.has(code) || !repeated.has(placeOf(diagnostic));
  });
}
