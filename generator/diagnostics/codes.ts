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
  /** One line of at most 60 characters, for lists. */
  readonly title: string;
  /** Why it matters and how to fix it, for `kiket-gen explain`. */
  readonly explanation: string;
}

/** The code of a diagnostic. `KG` codes are kiket-gen's own; the others are rules of the platform's linter, with its numbers. */
export type Code = `${"KG" | "L" | "M" | "O" | "S"}${number}`;

/** A code of any stage except the linter: each lint rule has its own code and texts. */
export type StageCode =
  | keyof typeof auditCodes
  | keyof typeof readingCodes
  | keyof typeof manifestCodes
  | keyof typeof nameCodes
  | keyof typeof moduleCodes
  | keyof typeof fileCodes
  | keyof typeof platformCodes
  | keyof typeof schemasCodes;

/** The codes of all stages except the linter. Each group has a file in `codes/`. */
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

/** Every code with its severity and texts, in order. */
export type Catalogue = ReadonlyMap<string, CodeEntry>;
