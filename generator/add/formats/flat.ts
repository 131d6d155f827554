import { refuse } from "../../base/refusal.js";
import type { Existing } from "../../manifest/additions.js";
import type { Request } from "../parse-request.js";
import { type Additions, declared, given } from "./additions.js";
import { nativeDefault, settingType } from "./setting-type.js";

/** What a request adds to a flat manifest, which has a list of settings and secrets, and nothing else. */
export function flatAdditions(request: Request, existing: Existing): Additions {
  if (request.kind !== "secret" && request.kind !== "setting") {
    const hint = "use a canonical manifest, .kiket/manifest.yaml";
    return refuse(`a flat manifest can have settings and secrets, but no ${request.kind}`, hint);
  }
  const known = declared(request.kind, request.key, existing);
  if (known !== undefined) return known;
  const { key, label, description } = request;
  const required = request.required || undefined;
  if (request.kind === "secret") {
    return { additions: [{ path: ["settings"], value: given({ key, secret: true, required, label, description }) }] };
  }
  if (request.options.length > 0) return refuse("a setting in a flat manifest cannot have options", "remove --options");
  const value = nativeDefault(request);
  // The type follows from the value, unless a type was given or there is no value.
  const type = request.type ?? (value === undefined ? settingType(request) : undefined);
  const entry = given({ key, type, default: value, required, label, description });
  return { additions: [{ path: ["settings"], value: entry }] };
}
