import type { auditCodes } from "../../../generator/diagnostics/codes/audit.js";
import { type Case, extension, manifestPath, withModule } from "./case.js";

const handler = "src/handlers/issue.created.v1.ts";

/** A module of the sources. What it does is on its line 4. */
function handling(...body: readonly string[]): string {
  return `import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({}, async (payload, context) => {
${body.map((line) => `  ${line}\n`).join("")}  return allow();
});
`;
}

/** The handler uses nothing that the manifest declares, and the things that it does not declare. */
const audited = {
  ...withModule("module: ab.log", "tables: { entries: { columns: [{ name: a, type: text }] } }"),
  ...extension(
    "permissions: [issues:read]",
    "hooks: [{ event: issue.created }]",
    "configuration: { CITY: { type: string }, TOKEN: { type: string, secret: true } }",
    "custom_data: { permissions: [{ module: ab.log, operations: [read] }] }",
  ),
  [handler]: handling(
    'context.requireScopes("boards:read");',
    'context.secret("OTHER");',
    "void context.settings.OTHER;",
    "void context.customData(1).other;",
  ),
};

const undecided = { ...audited, [handler]: handling("void context.settings[payload.issue.key as never];") };

const renamed = {
  ...extension("hooks: [{ event: issue.created }]"),
  [handler]: handling('context.log.info("issue.created", payload);'),
};

function auditing(files: Case["files"], at: string): Case {
  return { command: "audit", args: [], files, at };
}

function renaming(args: readonly string[], at: string): Case {
  return { command: "rename", args, files: renamed, at };
}

export const auditCases: Readonly<Record<keyof typeof auditCodes, Case>> = {
  KG601: auditing(audited, `${manifestPath}:2:17`),
  KG602: auditing(audited, `${handler}:4:25`),
  KG603: auditing(audited, `${manifestPath}:4:44`),
  KG604: auditing(audited, `${handler}:5:18`),
  KG605: auditing(audited, `${manifestPath}:4:20`),
  KG606: auditing(audited, `${handler}:6:25`),
  KG607: auditing(audited, `${manifestPath}:5:42`),
  KG608: auditing(audited, `${handler}:7:30`),
  KG609: auditing(undecided, `${handler}:4:8`),
  KG610: auditing({ ...extension("id: ab"), "tsconfig.json": "{ broken" }, `${manifestPath}:1:1`),
  KG621: renaming(["issue.deleted", "issue.removed"], `${manifestPath}:1:1`),
  KG622: renaming(["issue.created", "case.created"], `${manifestPath}:1:1`),
  KG623: renaming(["issue.created", "case.created"], "src/handlers/case.created.v1.ts:4:21"),
};
