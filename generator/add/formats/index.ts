import type { Dialect } from "../../model/model.js";
import type { Request } from "../parse-request.js";
import { canonicalAdditions } from "./canonical.js";
import { type Additions, type Existing, refuse } from "./existing.js";
import { flatAdditions } from "./flat.js";
import { minimalAdditions } from "./minimal.js";

const byDialect: Readonly<Partial<Record<Dialect, (request: Request, existing: Existing) => Additions>>> = {
  A: canonicalAdditions,
  E: flatAdditions,
  G: minimalAdditions,
};

/** What a request comes to in the manifest's own dialect. */
export function additionsFor(request: Request, existing: Existing): Additions {
  const { dialect } = existing.model;
  const additions = byDialect[dialect];
  if (additions !== undefined) return additions(request, existing);
  const hint = "edit the file yourself, or write a canonical one";
  return refuse(`manifests of dialect ${dialect} are read, but not edited`, hint);
}
