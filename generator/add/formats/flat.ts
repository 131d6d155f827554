import type { Existing } from "../../manifest/additions.js";
import type { Request } from "../parse-request.js";
import { type Additions, declared, given, refuse } from "./additions.js";
import { nativeDefault, settingType } from "./setting-type.js";

/** A list of settings and secrets, and nothing else (manifest-and-events §1.3). */
export function flatAdditions(request: Request, existing: Existing): Additions {
  if (request.kind !== "secret" && request.kind !== "setting") {
    const hint = "only the canonical manifest, .kiket/manifest.yaml, can";
    return refuse(`a flat manifest holds settings and secrets, but no ${request.kind}`, hint);
  }
  const known = declared(request.kind, request.key, existing);
  if (known !== undefined) return known;
  const { key, label, description } = request;
  const required = request.required || undefined;
  if (request.kind === "secret") {
    return { additions: [{ path: ["settings"], value: given({ key, secret: true, required, label, description }) }] };
  }
  if (request.options.length > 0) return refuse("a setting of a flat manifest has no options", "leave --options out");
  const value = nativeDefault(request);
  // The value is its own type, unless it was asked for, or there is no value.
  const type = request.type ?? (value === undefined ? settingType(request) : undefined);
  const entry = given({ key, type, default: value, required, label, description });
  return { additions: [{ path: ["settings"], value: entry }] };
}
