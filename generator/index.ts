export type { Diagnostic, Severity } from "./diagnostics.js";
export { type GenerateOptions, generate, type Mode, type Report } from "./generate.js";
export { createHost, type Host } from "./host.js";
export type { EventModel, Model, Position } from "./model.js";
export type { Action } from "./reconcile.js";
