import type { Code } from "../diagnostics/codes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { unreadManifest } from "./rules/disk.js";
import { unknownKey } from "./rules/keys.js";

/** Under the platform's code where reading the files finds what a rule of the platform's linter is about. */
export function withPlatformCode(diagnostic: Diagnostic, modules: ReadonlySet<string>): Diagnostic {
  if (diagnostic.code === "KG102") return { ...diagnostic, code: unreadManifest.code };
  if (diagnostic.code === "KG104" && modules.has(diagnostic.at.file)) return { ...diagnostic, code: "M5" };
  return diagnostic;
}

/** What these say of a place in general, a rule of the platform at the same place says exactly. */
const general: ReadonlySet<Code> = new Set<Code>(["KG204", "KG205", "KG801", unknownKey.code]);

function placeOf({ at }: Diagnostic): string {
  return `${at.file}\n${at.line}:${at.column}`;
}

export function withoutGeneral(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const ruled = new Set(diagnostics.filter(({ code }) => !code.startsWith("KG")).map(placeOf));
  return diagnostics.filter((diagnostic) => !general.has(diagnostic.code) || !ruled.has(placeOf(diagnostic)));
}
