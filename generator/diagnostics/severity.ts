/** With an error, kiket-gen writes no file. Warnings and notes do not stop it. */
export type Severity = "error" | "warning" | "note";
