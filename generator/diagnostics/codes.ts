import { type AuditCode, auditCodes } from "./codes/audit.js";
import type { CodeEntry } from "./codes/entry.js";
import { type FileCode, fileCodes } from "./codes/files.js";
import { type LintCode, lintCodes } from "./codes/lint.js";
import { type ManifestCode, manifestCodes } from "./codes/manifest.js";
import { type ModuleCode, moduleCodes } from "./codes/modules.js";
import { type NameCode, nameCodes } from "./codes/names.js";
import { type PlatformCode, platformCodes } from "./codes/platform.js";
import { type ReadingCode, readingCodes } from "./codes/reading.js";
import { type SchemaCode, schemasCodes } from "./codes/schemas.js";
import { type SetupCode, setupCodes } from "./codes/setup.js";

export type { CodeEntry } from "./codes/entry.js";

/**
 * Every code a diagnostic can carry; each group has a file in `codes/`. `KG` codes are our own, the others are rules of the
 * platform's own linter under its numbers, used where the condition is the same.
 */
export type Code =
  | AuditCode
  | ReadingCode
  | ManifestCode
  | NameCode
  | ModuleCode
  | FileCode
  | LintCode
  | SetupCode
  | PlatformCode
  | SchemaCode;

export const codes: Readonly<Record<Code, CodeEntry>> = {
  ...auditCodes,
  ...readingCodes,
  ...manifestCodes,
  ...nameCodes,
  ...moduleCodes,
  ...fileCodes,
  ...lintCodes,
  ...platformCodes,
  ...schemasCodes,
  ...setupCodes,
};

export function isCode(name: string): name is Code {
  return Object.hasOwn(codes, name);
}

/** `KG301` before `KG801`, then `L2` before `L10`. */
export function codesInOrder(): readonly Code[] {
  const split = (code: string) => [code.replace(/\d/g, ""), Number(code.replace(/\D/g, ""))] as const;
  return Object.keys(codes)
    .filter(isCode)
    .sort((a, b) => {
      const [[x, m], [y, n]] = [split(a), split(b)];
      return x < y ? -1 : x > y ? 1 : m - n;
    });
}
