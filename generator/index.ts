export { UsageError } from "./base/usage-error.js";
export type { Diagnostic } from "./diagnostics/diagnostic.js";
export type { Severity } from "./diagnostics/severity.js";
export { type GenerateOptions, generate, type Mode, type Report } from "./generate/generate.js";
export type {
  AdapterModel,
  ColumnModel,
  EventModel,
  Model,
  ModuleModel,
  ParameterModel,
  Position,
  ReceiverModel,
  Reference,
  ScopeModel,
  SecretModel,
  SettingModel,
  TableModel,
  TemplateVariable,
} from "./model/model.js";
export type { ManifestChange } from "./output/manifest-fingerprint.js";
export type { PlannedFile } from "./output/plan.js";
export type { Action } from "./output/reconcile.js";
export type { CompilerSetup } from "./project/compiler-setup.js";
export { createHost, type Host } from "./project/host.js";
export type { RealPlace } from "./project/writing/real-place.js";
