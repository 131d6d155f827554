import { refuse } from "../../base/refusal.js";
import type { Existing } from "../../manifest/additions.js";
import { type FormatTraits, traitsOf } from "../../model/format.js";
import type { Request } from "../parse-request.js";
import { adapterAdditions } from "./adapter.js";
import type { Additions } from "./additions.js";
import { canonicalAdditions } from "./canonical.js";
import { flatAdditions } from "./flat.js";
import { minimalAdditions } from "./minimal.js";
import { webhookAdditions } from "./webhook.js";

type Adder = (request: Request, existing: Existing) => Additions;

const adders: Readonly<Record<NonNullable<FormatTraits["additions"]>, Adder>> = {
  nested: canonicalAdditions,
  flat: flatAdditions,
  minimal: minimalAdditions,
  webhook: webhookAdditions,
  adapter: adapterAdditions,
};

/** What to add for a request, in the format of the manifest. */
export function additionsFor(request: Request, existing: Existing): Additions {
  const { summary, additions } = traitsOf(existing.model);
  if (additions !== undefined) return adders[additions](request, existing);
  return refuse(`this is ${summary}, which \`add\` cannot edit`, "edit the file yourself, and run kiket-gen");
}
