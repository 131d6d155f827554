import { auditCodes } from "./codes/audit.js";
import { fileCodes } from "./codes/files.js";
import { manifestCodes } from "./codes/manifest.js";
import { moduleCodes } from "./codes/modules.js";
import { nameCodes } from "./codes/names.js";
import { platformCodes } from "./codes/platform.js";
import { readingCodes } from "./codes/reading.js";
import { schemasCodes } from "./codes/schemas.js";
import type { Severity } from "./severity.js";

export interface CodeEntry {
  readonly severity: Severity;
  /** One line, for tables. */
  readonly title: string;
  /** Why it matters and the way out, for `explain`. */
  readonly explanation: string;
}

/**
 * What a diagnostic is called. `KG` codes are our own, the others are rules of the platform's own linter under its numbers, used
 * where the condition is the same.
 */
export type Code = `${"KG" | "L" | "M" | "O" | "S"}${number}`;

/** A code of any stage but the linter, whose rules bring their own. */
export type StageCode =
  | keyof typeof auditCodes
  | keyof typeof readingCodes
  | keyof typeof manifestCodes
  | keyof typeof nameCodes
  | keyof typeof moduleCodes
  | keyof typeof fileCodes
  | keyof typeof platformCodes
  | keyof typeof schemasCodes;

/** Each group has a file in `codes/`. */
export const stageCodes: Readonly<Record<StageCode, CodeEntry>> = {
  ...auditCodes,
  ...readingCodes,
  ...manifestCodes,
  ...nameCodes,
  ...moduleCodes,
  ...fileCodes,
  ...platformCodes,
  ...schemasCodes,
};

/** Every code with its texts, in order. */
export type Catalogue = ReadonlyMap<string, CodeEntry>;
