import type { Schema, TypeName } from "../contracts/schemas/schema.js";
import { type Described, targetOf, type View, viewOf } from "./schema-view.js";

type ChangeKind =
  | "event-added"
  | "event-removed"
  | "operation-added"
  | "operation-removed"
  | "permission-added"
  | "permission-removed"
  | "member-added"
  | "member-removed"
  | "member-optional"
  | "member-required"
  | "type-widened"
  | "type-narrowed"
  | "type-changed"
  | "value-added"
  | "value-removed";

/** One difference between two versions of a schema. */
export interface SchemaChange {
  readonly kind: ChangeKind;
  readonly breaking: boolean;
  /** For example `issue.title`. `[]` means every item of a list, `*` every value of a map; empty means the whole schema. */
  readonly path: string;
  readonly message: string;
}

/** Whether handlers read such values or create them. A new possible value breaks a reader; a new required member breaks a creator. */
type UseSide = "read" | "made";

const narrower: Readonly<Partial<Record<TypeName, TypeName>>> = { integer: "number" };

/** Types of `view` that `other` does not have. */
function beyond(view: View, other: View): TypeName[] {
  return [...view.types.keys()].filter((name) => !other.types.has(name) && !other.types.has(narrower[name] ?? name));
}

function wordsOf({ types }: View): string {
  return types.size === 7 ? "anything" : types.size === 0 ? "nothing" : [...types.keys()].join(" or ");
}

function typeChanges(before: View, after: View, side: UseSide): SchemaChange[] {
  const [added, removed] = [beyond(after, before), beyond(before, after)];
  if (added.length > 0 || removed.length > 0) {
    const kind = removed.length === 0 ? "type-widened" : added.length === 0 ? "type-narrowed" : "type-changed";
    const breaking = kind === "type-changed" || (kind === "type-widened") === (side === "read");
    return [{ kind, breaking, path: "", message: `was ${wordsOf(before)}, is ${wordsOf(after)}` }];
  }
  return [...after.types].flatMap(([name, now]): SchemaChange[] => {
    const then = before.types.get(name);
    if (!before.types.has(name) || (now === undefined && then === undefined)) return [];
    if (now === undefined || then === undefined) {
      const kind = now === undefined ? "type-widened" : "type-narrowed";
      const message = now === undefined ? `any ${name} is allowed` : `only ${[...now].join(", ")} are allowed`;
      return [{ kind, breaking: (now === undefined) === (side === "read"), path: "", message }];
    }
    const more = [...now].filter((value) => !then.has(value));
    const less = [...then].filter((value) => !now.has(value));
    return [
      ...more.map(
        (value): SchemaChange => ({
          kind: "value-added",
          breaking: side === "read",
          path: "",
          message: `may now be ${value}`,
        }),
      ),
      ...less.map(
        (value): SchemaChange => ({
          kind: "value-removed",
          breaking: side === "made",
          path: "",
          message: `can no longer be ${value}`,
        }),
      ),
    ];
  });
}

function presenceChanges(path: string, before: View, after: View, side: UseSide): SchemaChange[] {
  const [was, is] = [before.required.has(path), after.required.has(path)];
  if (!before.members.has(path)) {
    const message = is ? "added, always present" : "added, may be absent";
    const requirement = is ? "added, required" : "added, optional";
    return [
      { kind: "member-added", breaking: side === "made" && is, path, message: side === "read" ? message : requirement },
    ];
  }
  if (!after.members.has(path)) return [{ kind: "member-removed", breaking: true, path, message: "removed" }];
  if (was === is) return [];
  const words = side === "read" ? ["now always present", "may now be absent"] : ["now required", "now optional"];
  return is
    ? [{ kind: "member-required", breaking: side === "made", path, message: words[0] ?? "" }]
    : [{ kind: "member-optional", breaking: side === "read", path, message: words[1] ?? "" }];
}

/** Finished and running comparisons, so that a recursive schema is compared once. */
type Known = Map<Schema, Map<Schema, readonly SchemaChange[]>>;

function below(step: string, { path, ...change }: SchemaChange): SchemaChange {
  const joint = path === "" || path.startsWith("[]") ? "" : ".";
  return { ...change, path: `${step}${joint}${path}` };
}

function compareViews(before: Described, after: Described, side: UseSide, known: Known): SchemaChange[] {
  const [old, now] = [viewOf(before), viewOf(after)];
  const inner = (a: Schema | undefined, b: Schema | undefined, step: string) =>
    a === undefined || b === undefined
      ? []
      : compareKnown({ ...before, schema: a }, { ...after, schema: b }, side, known).map((change) =>
          below(step, change),
        );
  const objects = old.types.has("object") && now.types.has("object");
  const names = new Set(objects ? [...old.members.keys(), ...now.members.keys()] : []);
  return [
    ...typeChanges(old, now, side),
    ...[...names].flatMap((name) => [
      ...presenceChanges(name, old, now, side),
      ...inner(old.members.get(name), now.members.get(name), name),
    ]),
    ...inner(old.values, now.values, "*"),
    ...inner(old.items, now.items, "[]"),
  ];
}

function compareKnown(before: Described, after: Described, side: UseSide, known: Known): readonly SchemaChange[] {
  const [a, b] = [targetOf(before), targetOf(after)];
  const results = known.get(a) ?? new Map<Schema, readonly SchemaChange[]>();
  known.set(a, results);
  const earlier = results.get(b);
  if (earlier !== undefined) return earlier;
  results.set(b, []);
  const changes = compareViews({ ...before, schema: a }, { ...after, schema: b }, side, known);
  results.set(b, changes);
  return changes;
}

/** The differences between two versions of a schema, depth first, in the order of the members. */
export function schemaChanges(before: Described, after: Described, side: UseSide): readonly SchemaChange[] {
  return compareKnown(before, after, side, new Map());
}
