import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.js";
import { type Parsed, parse } from "../../../generator/manifest/parse.js";
import type { Model } from "../../../generator/model/model.js";

/** Parses a manifest and module files given by folder name. */
export function parseText(text: string, modules: Readonly<Record<string, string>> = {}): Parsed {
  return parse({
    manifest: { path: "m.yaml", text },
    modules: Object.entries(modules).map(([folder, schema]) => {
      return { path: `.kiket/modules/${folder}/schema.yml`, text: schema };
    }),
  });
}

/** One line a diagnostic: `file:line:column code message`. */
export function told(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ at, code, message }) => `${at.file}:${at.line}:${at.column} ${code} ${message}`);
}

/** The model of a manifest without any diagnostic. */
export function cleanModel(text: string, modules: Readonly<Record<string, string>> = {}): Model {
  const { model, diagnostics } = parseText(text, modules);
  if (model === undefined || diagnostics.length > 0) throw new Error(told(diagnostics).join("\n") || "no model");
  return model;
}

/** A value without positions. */
export function withoutPlaces(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutPlaces);
  const entries = Object.entries(value).filter(([key]) => key !== "at");
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutPlaces(item)]));
}

/** A canonical manifest with these lines under `extension`. `extension` is on line 1, the first of the lines on line 2. */
export function extension(...lines: readonly string[]): string {
  return ["extension:", ...lines.map((line) => `  ${line}`), ""].join("\n");
}
