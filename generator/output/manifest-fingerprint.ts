import { createHash } from "node:crypto";
import { compare } from "../base/naming.js";
import type { Model, Position } from "../model/model.js";

/** One thing that the manifest declares: its name in words, and a hash of its declaration. */
export interface Fact {
  /** `permission issues:read`, `event issue.created v1`, `setting BURST`. */
  readonly name: string;
  readonly hash: string;
  readonly at: Position;
}

function withoutPositions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPositions);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "at" && key !== "schema")
      .map(([key, item]) => [key, withoutPositions(item)]),
  );
}

/** Short, because it is saved in a committed file. After a collision, only one change is not listed. */
function hashOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(withoutPositions(value)))
    .digest("base64url")
    .slice(0, 12);
}

/** Everything in the model that a generated file depends on, in code-unit order of name. */
export function factsOf(model: Model): Fact[] {
  const fact = (name: string, value: { readonly at: Position }): Fact => ({ name, hash: hashOf(value), at: value.at });
  return [
    ...(model.receiver === undefined ? [] : [fact("webhook path", model.receiver)]),
    ...model.events.map((event) => fact(`event ${event.name} ${event.version}`, event)),
    ...model.scopes.map((scope) => fact(`permission ${scope.value}`, scope)),
    ...model.settings.map((setting) => fact(`setting ${setting.key}`, setting)),
    ...model.secrets.map((secret) => fact(`secret ${secret.key}`, secret)),
    ...model.customData.map(({ tables: _tables, ...module }) => fact(`custom-data module ${module.id}`, module)),
    ...model.customData.flatMap(({ id, tables }) => tables.map((table) => fact(`table ${id} ${table.name}`, table))),
  ].sort((a, b) => compare(a.name, b.name));
}

/** One difference between the manifest and the one that the lock file was written for. */
export interface ManifestChange {
  readonly kind: "added" | "changed" | "removed";
  /** What changed, such as `event issue.created v1`. */
  readonly name: string;
  /** Where the manifest declares it; absent if it was removed. */
  readonly at: Position | undefined;
}

/** The differences between the facts in the lock file and the current ones. */
export function changesBetween(before: Readonly<Record<string, string>>, now: readonly Fact[]): ManifestChange[] {
  const current = new Set(now.map(({ name }) => name));
  const changed = now.flatMap(({ name, hash, at }): ManifestChange[] => {
    const known = Object.hasOwn(before, name) ? before[name] : undefined;
    if (known === hash) return [];
    return [{ kind: known === undefined ? "added" : "changed", name, at }];
  });
  const removed = Object.keys(before)
    .filter((name) => !current.has(name))
    .map((name): ManifestChange => ({ kind: "removed", name, at: undefined }));
  return [...changed, ...removed];
}
