import { isSameVersion } from "../../base/event-version.js";
import { scopeKey, spellFor } from "../../model/scopes.js";
import { child, mapsAt, namesAt, textAt } from "../../yaml/node.js";
import type { CommandRequest, EventRequest, Request, ScopeRequest } from "../parse-request.js";
import { type Additions, type Existing, ignore, nothing, refuse } from "./existing.js";

const canonical = "only the canonical manifest, .kiket/manifest.yaml, can";

function addEvent({ name, version, template }: EventRequest, { model, root }: Existing): Additions {
  if (template !== undefined) return refuse("this manifest has no templates", canonical);
  if (version !== undefined && !isSameVersion(version, model.apiVersion)) {
    return refuse(`an event of this manifest has the version ${model.apiVersion}`, canonical);
  }
  if (namesAt(root, "events", ignore).some((event) => event.name === name)) return nothing;
  return { additions: [{ path: ["events"], value: name }] };
}

function addAction({ name, title, description, category }: CommandRequest, { root }: Existing): Additions {
  if (description ?? category) return refuse("an action of this manifest has a title and no more", canonical);
  if (mapsAt(root, "actions", ignore).some((action) => textAt(action, "key", ignore) === name)) return nothing;
  return { additions: [{ path: ["actions"], value: { key: name, label: title } }] };
}

/** `issue:write` goes into `scopes.write`, or as it is where scopes are a list. */
function addScope({ scope }: ScopeRequest, { model, root }: Existing): Additions {
  if (model.scopes.some(({ value }) => scopeKey(value) === scopeKey(scope))) return nothing;
  const spelled = spellFor(model, scope);
  if (child(root, "scopes")?.kind === "list") return { additions: [{ path: ["scopes"], value: spelled }] };
  const [noun = "", verb, ...others] = spelled.split(":");
  if (verb === undefined || others.length > 0) {
    return refuse(`"${scope}" does not fit the map of this manifest's scopes`, "write it like issue:write");
  }
  return { additions: [{ path: ["scopes", verb], value: noun }] };
}

/** The minimal manifest of the documentation (manifest-and-events §1.3). */
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
      return refuse(`this manifest holds events, actions and scopes, but no ${request.kind}`, canonical);
  }
}
