import { anyOf } from "../base/word-list.js";
import { operationOf } from "../contracts/endpoint-calls.js";
import { callOf, lackingFor, type OperationRecord } from "../contracts/operations.js";
import { diagnose } from "../diagnostics/diagnose.js";
import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.js";
import { covers, type DataOperation } from "../model/data-operation.js";
import type { Model, ModuleModel, Position } from "../model/model.js";
import { grantOf, scopeKey, spellFor } from "../model/scopes.js";
import type { DeclarationKind, NamedUse, Usage } from "../usage/types.js";
import type { ModuleChange, PermissionChange } from "./fix.js";

/** The result of comparing a manifest with what its handlers use: diagnostics, and what `--fix` may change. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly permissions: PermissionChange;
  readonly modules: readonly ModuleChange[];
}

interface AuditInput {
  readonly model: Model;
  readonly usage: Usage;
  readonly operations: readonly OperationRecord[];
  /** Keys that the manifest itself refers to. They count as used. */
  readonly references: ReadonlySet<string>;
}

function undecided(usage: Usage, subject: DeclarationKind): boolean {
  return usage.open.some(({ subjects }) => subjects.includes(subject));
}

/** The first use of each name. */
function firstOfEach(uses: readonly NamedUse[], keyOf: (name: string) => string): NamedUse[] {
  const first = new Map<string, NamedUse>();
  for (const use of uses) if (!first.has(keyOf(use.name))) first.set(keyOf(use.name), use);
  return [...first.values()];
}

interface Declared {
  readonly key: string;
  readonly at: Position;
}

function keyFindings(
  what: "secret" | "setting",
  declared: readonly Declared[],
  used: readonly NamedUse[],
  { model, usage, references }: AuditInput,
): Diagnostic[] {
  const known = new Set(declared.map(({ key }) => key));
  const [unused, undeclared] = what === "secret" ? (["KG603", "KG604"] as const) : (["KG605", "KG606"] as const);
  const templates = new Set(model.events.map(({ template }) => template));
  const names = new Set([...used, ...usage.mentions].map(({ name }) => name));
  const idle = undecided(usage, `${what}s`)
    ? []
    : declared.filter(({ key }) => !names.has(key) && !templates.has(key) && !references.has(key));
  return [
    ...idle.map(({ key, at }) =>
      diagnose(unused, at, `no handler reads the ${what} \`${key}\``, "remove it, or read it in a handler"),
    ),
    ...used
      .filter(({ name }) => !known.has(name))
      .map(({ name, at }) =>
        diagnose(undeclared, at, `the manifest declares no ${what} \`${name}\``, `declare it in ${model.manifest}`),
      ),
  ];
}

/** Calls whose permissions are not known, by the segments of their path: the call may need a permission for one of them. */
function pathNames(operations: readonly OperationRecord[]): ReadonlyMap<string, string> {
  const unknown = operations.filter(({ scopes }) => scopes.length === 0);
  return new Map(
    unknown.flatMap((operation) =>
      operation.path.split("/").map((segment): [string, string] => [scopeKey(`${segment}:read`), callOf(operation)]),
    ),
  );
}

function permissionFindings({ model, usage, operations }: AuditInput): Pick<Findings, "diagnostics" | "permissions"> {
  const byCall = new Map(operations.map((operation) => [callOf(operation) as string, operation]));
  const called = usage.calls.flatMap((use) => {
    const operation = byCall.get(use.call);
    return operation === undefined ? [] : [{ ...use, operation }];
  });
  const { allows } = grantOf(model);

  const missing = [
    ...usage.permissions.map((use) => ({ ...use, why: "a handler requires it" })),
    ...called
      .filter(({ through }) => through !== "tables")
      .flatMap(({ operation, call, at }) =>
        [...new Set(lackingFor(model, [operation]).values())].map((name) => ({ name, at, why: `${call} needs it` })),
      ),
  ].filter(({ name }) => !allows(name));
  const add = firstOfEach(missing, scopeKey).map(({ name }) => name);

  const used = new Set(
    [...usage.permissions.map(({ name }) => name), ...called.flatMap(({ operation }) => operation.scopes)].map(
      scopeKey,
    ),
  );
  const segments = pathNames(called.map(({ operation }) => operation));
  const idle = undecided(usage, "permissions") ? [] : model.scopes.filter(({ value }) => !used.has(scopeKey(value)));
  const isOpen = (value: string) => segments.get(scopeKey(value).replace(/:.*$/, ":read"));

  const diagnostics = idle.map(({ value, at }) => {
    const call = isOpen(value);
    return call === undefined
      ? diagnose(
          "KG601",
          at,
          `no handler uses the permission \`${value}\``,
          "remove it, or add it to the `requiredScopes` of a handler",
        )
      : diagnose(
          "KG609",
          at,
          `cannot tell whether \`${value}\` is used: the permissions that ${call} needs are not known`,
        );
  });
  const undeclared = missing.map(({ name, at, why }) =>
    diagnose(
      "KG602",
      at,
      `the manifest does not declare the permission \`${spellFor(model, name)}\`: ${why}`,
      `add it to the permissions in ${model.manifest}`,
    ),
  );
  const remove = idle.filter(({ value }) => value !== "*" && isOpen(value) === undefined).map(({ value }) => value);
  const named = add.filter((name) => !name.startsWith("Scope."));
  return { diagnostics: [...diagnostics, ...undeclared], permissions: { add: named, remove } };
}

function moduleFindings({ model, usage }: AuditInput): Pick<Findings, "diagnostics" | "modules"> {
  const modules = new Map(model.customData.map((module) => [module.id, module]));
  const diagnostics: Diagnostic[] = usage.strayTables.map(({ name, at }) =>
    diagnose("KG608", at, `the manifest gives no access to custom data \`${name}\``, "declare the module or the table"),
  );
  const needed = new Map<string, Set<DataOperation>>();
  for (const { module: id, table, call, at } of usage.tables) {
    const operation = operationOf[call];
    needed.set(id, (needed.get(id) ?? new Set()).add(operation));
    const module = modules.get(id);
    if (module?.schema !== undefined && !module.tables.some(({ name }) => name === table)) {
      diagnostics.push(
        diagnose("KG608", at, `the module \`${id}\` has no table \`${table}\``, `add it to ${module.schema}`),
      );
    }
    if (module !== undefined && covers(module.operations, operation)) continue;
    const message = `the manifest does not grant \`${operation}\` on \`${id}\`, which ${call} needs`;
    diagnostics.push(diagnose("KG608", at, message, `add it to \`custom_data.permissions\` in ${model.manifest}`));
  }
  const decided = !undecided(usage, "custom data");
  const changes = [...new Set([...modules.keys(), ...needed.keys()])].map((id): ModuleChange => {
    const granted = modules.get(id)?.operations ?? [];
    const wanted = [...(needed.get(id) ?? [])].sort();
    const remove = decided ? granted.filter((operation) => !wanted.includes(operation)) : [];
    const kept = granted.filter((operation) => !remove.includes(operation));
    return { module: id, remove, add: wanted.filter((operation) => !covers(kept, operation)) };
  });
  const unused = changes.flatMap(({ module: id, remove }) => {
    const module = modules.get(id) as ModuleModel;
    return remove.map((operation) =>
      diagnose("KG607", module.at, unusedText(operation, id), "remove it from the granted operations"),
    );
  });
  return {
    diagnostics: [...diagnostics, ...unused],
    modules: changes.filter(({ add, remove }) => add.length + remove.length > 0),
  };
}

function unusedText(operation: DataOperation, module: string): string {
  return operation === "admin"
    ? `no handler needs \`admin\` on \`${module}\`: read, write and delete are enough for every call`
    : `no handler uses \`${operation}\` on \`${module}\``;
}

const subjectNames: Readonly<Record<DeclarationKind, string>> = {
  permissions: "permissions",
  secrets: "secrets",
  settings: "settings",
  "custom data": "custom-data operations",
};

function openFindings({ usage }: AuditInput): Diagnostic[] {
  return usage.open.map(({ subjects, reason, at }) => {
    const list = anyOf(subjects.map((subject) => subjectNames[subject]));
    const hint = "write the names as literals, or give the parameter the type `Context`";
    return diagnose("KG609", at, `cannot tell which ${list} are used: ${reason}`, hint);
  });
}

/** Compares what a manifest declares with what its handlers use. */
export function audit(input: AuditInput): Findings {
  const { model, usage } = input;
  const permissions = permissionFindings(input);
  const modules = moduleFindings(input);
  return {
    diagnostics: inOrder([
      ...permissions.diagnostics,
      ...keyFindings("secret", model.secrets, usage.secrets, input),
      ...keyFindings("setting", model.settings, usage.settings, input),
      ...modules.diagnostics,
      ...openFindings(input),
    ]),
    permissions: permissions.permissions,
    modules: modules.modules,
  };
}
