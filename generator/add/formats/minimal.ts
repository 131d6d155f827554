import { isSameVersion } from "../../base/event-version.js";
import { refuse } from "../../base/refusal.js";
import type { Existing } from "../../manifest/additions.js";
import { mapsAt, namesAt, textAt } from "../../yaml/node.js";
import type { CommandRequest, EventRequest, Request } from "../parse-request.js";
import { type Additions, addScope, ignore, nothing } from "./additions.js";

const canonical = "use a canonical manifest, .kiket/manifest.yaml";

function addEvent({ name, version, template }: EventRequest, { model, root }: Existing): Additions {
  if (template !== undefined) return refuse("a manifest of this format cannot have templates", canonical);
  if (version !== undefined && !isSameVersion(version, model.apiVersion)) {
    return refuse(`all events of this manifest have the version ${model.apiVersion}`, canonical);
  }
  if (namesAt(root, "events", ignore).some((event) => event.name === name)) return nothing;
  return { additions: [{ path: ["events"], value: name }] };
}

function addAction({ name, title, description, category }: CommandRequest, { root }: Existing): Additions {
  if (description ?? category) return refuse("an action of this manifest can only have a title", canonical);
  if (mapsAt(root, "actions", ignore).some((action) => textAt(action, "key", ignore) === name)) return nothing;
  return { additions: [{ path: ["actions"], value: { key: name, label: title } }] };
}

/** What a request adds to a minimal manifest. */
export function minimalAdditions(request: Request, existing: Existing): Additions {
  switch (request.kind) {
    case "event":
      return addEvent(request, existing);
    case "command":
      return addAction(request, existing);
    case "scope":
      return addScope(request, existing);
    case "secret":
    case "setting":
    case "table":
      return refuse(`a manifest of this format can have events, actions and scopes, but no ${request.kind}`, canonical);
  }
}
