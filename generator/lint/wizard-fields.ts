import type { Position } from "../model/model.js";
import { child, type ManifestNode, type MapNode } from "../yaml/node.js";
import { type LintContext, listIn, mapsIn } from "./context.js";

/** One step of the setup wizard. */
interface Step {
  /** Its first key, which decides; `undefined` where the step is no map or an empty one. */
  readonly kind: string | undefined;
  readonly at: Position;
  /** What stands below the kind; empty where that is no map. */
  readonly body: MapNode;
}

function stepOf(node: ManifestNode): Step {
  const first = node.kind === "map" ? [...node.entries][0] : undefined;
  if (first === undefined) {
    return { kind: undefined, at: node.at, body: { kind: "map", path: node.path, at: node.at, entries: new Map() } };
  }
  const [kind, { keyAt, value }] = first;
  const empty: MapNode = { kind: "map", path: value.path, at: keyAt, entries: new Map() };
  return { kind, at: keyAt, body: value.kind === "map" ? value : empty };
}

/** The wizard of `extension.setup`, else the one at the top. */
export function stepsOf({ places }: LintContext): readonly Step[] {
  const owner = places.find((place) => child(place, "setup") !== undefined);
  return listIn(owner, "setup").map(stepOf);
}

export function stepsOfKind(context: LintContext, kind: string): readonly Step[] {
  return stepsOf(context).filter((step) => step.kind === kind);
}

/** Every field of the steps of these kinds, in order. */
export function wizardFields(context: LintContext, ...kinds: readonly string[]): readonly MapNode[] {
  const steps = stepsOf(context).filter(({ kind }) => kind !== undefined && kinds.includes(kind));
  return steps.flatMap(({ body }) => mapsIn(body, "fields"));
}
