import { didYouMean } from "../../base/did-you-mean.js";
import { child, type ManifestNode, type MapNode } from "../../yaml/node.js";
import { checkAsks, checkCollect, checkKeys } from "../asking-steps.js";
import { isTruthy, type LintContext, mapIn, textOf } from "../context.js";
import type { Rule } from "../rule.js";
import { wizardFields } from "../wizard-fields.js";

export const emptySecretsStep: Rule = {
  code: "S2",
  severity: "error",
  title: "secrets step asks for nothing",
  explanation:
    "A secrets step must ask for a secret. List keys of the configuration under `collect`, or write `fields`.",
  check: checkAsks("secrets"),
};

export const secretWithoutKey: Rule = {
  code: "S3",
  severity: "error",
  title: "secrets field without key",
  explanation: "Each field of a secrets step needs a `key`. The value is stored under this key.",
  check: checkKeys("secrets"),
};

interface Obtain {
  readonly map: MapNode;
  readonly type: ManifestNode;
  readonly name: string;
}

/** The `obtain` of each field of the secrets steps that has one with a `type`. */
function obtainsOf(context: LintContext): readonly Obtain[] {
  return wizardFields(context, "secrets").flatMap((field) => {
    const map = mapIn(field, "obtain");
    const type = child(map, "type");
    return map === undefined || !isTruthy(type) ? [] : [{ map, type, name: textOf(type) ?? type.kind }];
  });
}

const obtainTypes: readonly string[] = [
  "oauth2",
  "oauth2_client_credentials",
  "api_key",
  "token",
  "input",
  "basic",
  "auto_generate",
];

export const unknownObtainType: Rule = {
  code: "S4",
  severity: "error",
  title: "unknown `obtain.type`",
  explanation:
    "`obtain.type` says how a secret is obtained. It must be oauth2, oauth2_client_credentials, api_key, token, input, basic or auto_generate.",
  check(context, report) {
    for (const { type, name } of obtainsOf(context)) {
      if (obtainTypes.includes(name)) continue;
      const hint = didYouMean(name, obtainTypes, `use one of ${obtainTypes.join(", ")}`);
      report(type.at, `unknown \`obtain.type\`: \`${name}\``, hint);
    }
  },
};

function checkUrl(key: string): Rule["check"] {
  return (context, report) => {
    for (const { map, type, name } of obtainsOf(context)) {
      if (name !== "oauth2" && name !== "oauth2_client_credentials") continue;
      if (isTruthy(child(map, key))) continue;
      report(type.at, `\`obtain\` has no \`${key}\``, `${name} needs the provider's address`);
    }
  };
}

export const noAuthorizationUrl: Rule = {
  code: "S5",
  severity: "error",
  title: "OAuth secret without `authorization_url`",
  explanation:
    "With the `obtain.type` oauth2 or oauth2_client_credentials, `obtain.authorization_url` is required. Write the address that the provider documents.",
  check: checkUrl("authorization_url"),
};

export const noTokenUrl: Rule = {
  code: "S6",
  severity: "error",
  title: "OAuth secret without `token_url`",
  explanation:
    "With the `obtain.type` oauth2 or oauth2_client_credentials, `obtain.token_url` is required. Write the address that the provider documents.",
  check: checkUrl("token_url"),
};

export const undeclaredSecret: Rule = {
  code: "S7",
  severity: "warning",
  title: "secrets step collects an undeclared key",
  explanation:
    "`collect` names a key that is not in `extension.configuration`. Declare it there. The platform's linter does not look for keys in `extension.secrets`. If the key is declared there, list it under `fields` instead.",
  check: checkCollect("secrets"),
};
