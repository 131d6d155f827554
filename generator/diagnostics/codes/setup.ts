import type { CodeEntry } from "./entry.js";

export type SetupCode =
  | "S1"
  | "S2"
  | "S3"
  | "S4"
  | "S5"
  | "S6"
  | "S7"
  | "S8"
  | "S9"
  | "S10"
  | "S11"
  | "S12"
  | "S13"
  | "S14"
  | "S15"
  | "S16";

/** Rules of the platform's own linter on the setup wizard (S), under its numbers in manifest-and-events §1.4. */
export const setupCodes: Readonly<Record<SetupCode, CodeEntry>> = {
  S1: {
    severity: "error",
    title: "unknown kind of setup step",
    explanation:
      "A step is a map with one key: secrets, configure, test or info. The platform's linter rejects `oauth` too, although the platform's own calendar extensions use it and it works: that verdict is kept here so that both linters agree. Where you need such a step, expect both to complain.",
  },
  S2: {
    severity: "error",
    title: "secrets step asks for nothing",
    explanation: "A secrets step needs `collect` (keys of the configuration) or `fields`.",
  },
  S3: {
    severity: "error",
    title: "secrets field without key",
    explanation: "Each field of a secrets step needs the key under which its value is kept.",
  },
  S4: {
    severity: "error",
    title: "unknown way to obtain a secret",
    explanation: "`obtain.type` is oauth2, oauth2_client_credentials, api_key, token, input, basic or auto_generate.",
  },
  S5: {
    severity: "error",
    title: "OAuth secret without authorization address",
    explanation: "With `obtain.type` oauth2 or oauth2_client_credentials the step needs `obtain.authorization_url`.",
  },
  S6: {
    severity: "error",
    title: "OAuth secret without token address",
    explanation: "With `obtain.type` oauth2 or oauth2_client_credentials the step needs `obtain.token_url`.",
  },
  S7: {
    severity: "warning",
    title: "secrets step collects an undeclared key",
    explanation:
      "`collect` names a key that `extension.configuration` lacks. The platform's linter does not look into `extension.secrets`: name such keys under `fields`.",
  },
  S8: {
    severity: "warning",
    title: "configure step asks for nothing",
    explanation: "A configure step needs `collect` (keys of the configuration) or `fields`.",
  },
  S9: {
    severity: "error",
    title: "configure field without key",
    explanation: "Each field of a configure step needs the key under which its value is kept.",
  },
  S10: {
    severity: "warning",
    title: "condition on a field of another step",
    explanation:
      "`showWhen.field` must be the key of a field in the same step; others are not known when the step is shown.",
  },
  S11: {
    severity: "error",
    title: "select without options",
    explanation: "A field of type select needs `options`, a list of `{value, label}`.",
  },
  S12: {
    severity: "warning",
    title: "options that are ignored",
    explanation:
      "Fields of type issue_type, workflow_status, board, priority and project get their options from the project at run time; written ones are ignored.",
  },
  S13: {
    severity: "warning",
    title: "configure step collects an undeclared key",
    explanation: "`collect` names a key that `extension.configuration` lacks.",
  },
  S14: {
    severity: "warning",
    title: "test step without action",
    explanation: "A test step delivers the event that `action` names. Without it the button does nothing.",
  },
  S15: {
    severity: "warning",
    title: "empty info step",
    explanation: "An info step needs `content` or `title`.",
  },
  S16: {
    severity: "error",
    title: "incomplete link",
    explanation: "A link of an info step needs both `url` and `label`.",
  },
};
