import { isSameVersion } from "../../base/event-version.js";
import { refuse } from "../../base/refusal.js";
import type { Existing } from "../../manifest/additions.js";
import { namesAt } from "../../yaml/node.js";
import type { Request } from "../parse-request.js";
import { type Additions, ignore, nothing } from "./additions.js";

/** What a request adds to the file of a receiver of webhooks, which lists events and nothing else. */
export function webhookAdditions(request: Request, { model, root }: Existing): Additions {
  if (request.kind !== "event") {
    const hint = "only an extension with a manifest of its own can have one";
    return refuse(`a receiver of webhooks has no ${request.kind}`, hint);
  }
  const { name, version, template } = request;
  if (template !== undefined) return refuse("an event of a webhook has no template", "remove --template");
  if (version !== undefined && !isSameVersion(version, model.apiVersion)) {
    return refuse(`webhooks name no version: all are ${model.apiVersion}`, "remove --version");
  }
  if (namesAt(root, "events", ignore).some((event) => event.name === name)) return nothing;
  return { additions: [{ path: ["events"], value: name }] };
}
