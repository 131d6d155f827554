import { bareVersion } from "../base/event-version.js";
import { child, type ManifestNode } from "../yaml/node.js";
import { type LintContext, mapsIn, textIn, textOf } from "./context.js";

/** A hook with its event and, if it has one, its template. */
export interface Hook {
  readonly event: string;
  /** Without a leading `v`. */
  readonly version: string;
  readonly template: string | undefined;
  readonly templateNode: ManifestNode | undefined;
}

export function hooksOf({ places, model }: LintContext): readonly Hook[] {
  return places
    .flatMap((place) => mapsIn(place, "hooks"))
    .flatMap((hook): Hook[] => {
      const event = textIn(hook, "event");
      if (event === undefined) return [];
      const version = bareVersion(textIn(hook, "version") || model.apiVersion);
      const templateNode = child(hook, "template");
      return [{ event, version, template: textOf(templateNode), templateNode }];
    });
}
