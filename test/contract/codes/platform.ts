import type { platformCodes } from "../../../generator/diagnostics/codes/platform.js";
import { type Case, extension, linting, manifest, manifestPath, withModule } from "./case.js";

type Cases = Readonly<Record<string, Case>>;

const id = "module: ab.log";
const tables = "tables: { entries: { columns: [{ name: a, type: text }] } }";

/** Rules that are checked while the files are read. */
export const platformCases: Readonly<Record<keyof typeof platformCodes, Case>> = {
  L2: linting(manifest("^extension: ab\n")),
  M1: linting(withModule(`^${tables}`)),
  M4: linting(withModule(`^${id}`)),
  M5: linting(withModule("module: ^]")),
  M6: linting(extension("custom_data: { permissions: [{ module: ab.log, operations: [^list] }] }")),
  O1: linting(extension("output_fields: ^[inbox]")),
  O3: linting(extension("output_fields: { inbox: ^Inbox }")),
  O5: linting(extension("output_fields: { inbox: { type: ^text } }")),
};

export const manifestRuleCases: Cases = {
  L0: { ...linting({}), at: `${manifestPath}:1:1` },
  L1: linting(manifest("^extension: {}\n")),
  L3: linting(manifest("^extension: {}\n")),
  L4: linting(manifest("^extension: {}\n")),
  L5: linting(extension("id: ^Mail")),
  L6: linting(manifest("^extension: {}\n")),
  L7: linting(extension("delivery: ^7")),
  L8: linting(extension("delivery: ^post")),
  L9: linting(extension("delivery: ^http")),
  L10: linting(extension("delivery: ^http")),
  L11: linting(extension("delivery: http", "callback: { timeout: ^99 }")),
  L12: { ...linting(extension("id: ab")), at: "test:1:1" },
  L13: { ...linting(extension("id: ab")), at: "README.md:1:1" },
  L14: linting(extension("sdk: ^cobol")),
  L15: linting(extension("api_version: ^one")),
};

export const moduleRuleCases: Cases = {
  M2: linting(withModule(`module: ^{ id: ab.log, ${tables} }`)),
  M3: linting(withModule("module: ^ab_log", tables)),
  M7: linting(withModule("module: ^ab.other", tables)),
};

export const outputFieldCases: Cases = {
  O2: linting(extension("output_fields: { ^Inbox: { label: Inbox } }")),
  O4: linting(extension("output_fields: { ^inbox: {} }")),
  O6: linting(extension("output_fields: { inbox: { icon: ^Box } }")),
  O7: linting(extension("output_fields: { inbox: { help_url: ^ftp } }")),
};

export const setupCases: Cases = {
  S1: linting(extension("setup: [{ ^oauth: {} }]")),
  S2: linting(extension("setup: [{ ^secrets: {} }]")),
  S3: linting(extension("setup: [{ secrets: { fields: [^{ label: City }] } }]")),
  S4: linting(extension("setup: [{ secrets: { fields: [{ key: A, obtain: { type: ^spell } }] } }]")),
  S5: linting(extension("setup: [{ secrets: { fields: [{ key: A, obtain: { type: ^oauth2 } }] } }]")),
  S6: linting(extension("setup: [{ secrets: { fields: [{ key: A, obtain: { type: ^oauth2 } }] } }]")),
  S7: linting(extension("setup: [{ secrets: { collect: [^A] } }]")),
  S8: linting(extension("setup: [{ ^configure: {} }]")),
  S9: linting(extension("setup: [{ configure: { fields: [^{ label: City }] } }]")),
  S10: linting(extension("setup: [{ configure: { fields: [{ key: A, showWhen: { field: ^B } }] } }]")),
  S11: linting(extension("setup: [{ configure: { fields: [{ key: A, type: ^select }] } }]")),
  S12: linting(extension("setup: [{ configure: { fields: [{ key: A, type: board, ^options: [b] }] } }]")),
  S13: linting(extension("setup: [{ configure: { collect: [^A] } }]")),
  S14: linting(extension("setup: [{ ^test: {} }]")),
  S15: linting(extension("setup: [{ ^info: {} }]")),
  S16: linting(extension("setup: [{ info: { title: Done, links: [^{ label: Help }] } }]")),
};
