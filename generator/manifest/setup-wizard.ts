import type { SecretModel } from "../model/model.js";
import {
  child,
  itemsAt,
  type ManifestNode,
  type MapNode,
  mapAt,
  mapsAt,
  type Reporter,
  requiredTextAt,
  textAt,
} from "../yaml/node.js";
import { readSecretList } from "./fields.js";
import type { EventSource } from "./merge-events.js";

/** A field of a `configure` step, not yet parsed: its meaning depends on whether `configuration` declares its key. */
export interface WizardField {
  readonly key: string;
  readonly node: MapNode;
}

/** What the setup wizard adds to the extension. */
export interface Setup {
  /** Fields of `secrets` steps. */
  readonly secrets: readonly SecretModel[];
  readonly fields: readonly WizardField[];
  /** Actions of `test` steps. */
  readonly events: readonly EventSource[];
}

/** A body that is no map is reported: what it asks for would be missing. */
function stepBody(step: ManifestNode, kind: string, report: Reporter): MapNode | undefined {
  return step.kind === "map" ? mapAt(step, kind, report) : undefined;
}

function readFields(body: MapNode, report: Reporter): WizardField[] {
  return mapsAt(body, "fields", report).flatMap((node) => {
    const key = requiredTextAt(node, "key", report);
    return key === undefined ? [] : [{ key, node }];
  });
}

function readTest(body: MapNode, report: Reporter): EventSource[] {
  const name = textAt(body, "action", report);
  if (name === undefined || name === "") return [];
  const description = textAt(body, "description", report) ?? textAt(body, "title", report);
  return [{ name, origin: "setup", description, at: child(body, "action")?.at ?? body.at }];
}

/** Reads the steps under `setup`. Steps of other kinds (info, oauth) add nothing. */
export function readSetup(owner: MapNode | undefined, report: Reporter): Setup {
  // (facts 570 to 574)
  const steps = itemsAt(owner, "setup", report);
  const bodies = (kind: string): MapNode[] => steps.flatMap((step) => stepBody(step, kind, report) ?? []);
  return {
    secrets: bodies("secrets").flatMap((body) => readSecretList(body, "fields", report).map(({ secret }) => secret)),
    fields: bodies("configure").flatMap((body) => readFields(body, report)),
    events: bodies("test").flatMap((body) => readTest(body, report)),
  };
}
