import type { Position } from "../model/model.js";
import { child, type ManifestNode, type MapNode } from "../yaml/node.js";
import { type LintContext, listIn, mapsIn } from "./context.js";

/** One step of the setup wizard. */
interface Step {
  /** The first key of the step; other keys are ignored. `undefined` if the step is not a map, or is empty. */
  readonly kind: string | undefined;
  readonly at: Position;
  /** The map under the kind; empty if there is no map. */
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

/** The steps of `extension.setup`, or else of a top-level `setup`. */
export function stepsOf({ places }: LintContext): readonly Step[] {
  // As the platform's linter does (fact 660).
  const owner = places.find((place) => child(place, "setup") !== undefined);
  return listIn(owner, "setup").map(stepOf);
}

export function stepsOfKind(context: LintContext, kind: string): readonly Step[] {
  return stepsOf(context).filter((step) => step.kind === kind);
}

/** The fields of all steps of these kinds, in order. */
export function wizardFields(context: LintContext, ...kinds: readonly string[]): readonly MapNode[] {
  const steps = stepsOf(context).filter(({ kind }) => kind !== undefined && kinds.includes(kind));
  return steps.flatMap(({ body }) => mapsIn(body, "fields"));
}
