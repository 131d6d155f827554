import type { FaultKind, FaultRequest } from "../../../trouble.js";
import { type FaultField, faultKinds } from "./trouble-words.js";

/** A fault as it is written in the form. An empty text is none. */
export interface FaultDraft {
  readonly kind: FaultKind;
  readonly operations: readonly string[];
  readonly times: string;
  readonly milliseconds: string;
  readonly status: string;
  readonly retryAfter: string;
  readonly performed: boolean;
}

export const firstFault: FaultDraft = {
  kind: "error",
  operations: [],
  times: "",
  milliseconds: "2000",
  status: "500",
  retryAfter: "",
  performed: false,
};

/** The fault that is written, with the members of its kind alone. */
export function faultOfDraft(draft: FaultDraft): FaultRequest {
  const has = (field: FaultField): boolean => faultKinds[draft.kind].fields.includes(field);
  const number = (field: "milliseconds" | "status" | "retryAfter") =>
    has(field) && draft[field] !== "" ? { [field]: Number(draft[field]) } : {};
  return {
    kind: draft.kind,
    ...(draft.times === "" ? {} : { times: Number(draft.times) }),
    ...number("milliseconds"),
    ...number("status"),
    ...number("retryAfter"),
    ...(has("performed") && draft.performed ? { performed: true } : {}),
    ...(has("operations") && draft.operations.length > 0 ? { operations: draft.operations } : {}),
  };
}
