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
  explanation: "A secrets step needs `collect` (keys of the configuration) or `fields`.",
  check: checkAsks("secrets"),
};

export const secretWithoutKey: Rule = {
  code: "S3",
  severity: "error",
  title: "secrets field without key",
  explanation: "Each field of a secrets step needs the key under which its value is kept.",
  check: checkKeys("secrets"),
};

interface Obtain {
  readonly map: MapNode;
  readonly type: ManifestNode;
  readonly name: string;
}

/** How each field of a secrets step is obtained, where it says so. */
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
  title: "unknown way to obtain a secret",
  explanation: "`obtain.type` is oauth2, oauth2_client_credentials, api_key, token, input, basic or auto_generate.",
  check(context, report) {
    for (const { type, name } of obtainsOf(context)) {
      if (obtainTypes.includes(name)) continue;
      const hint = didYouMean(name, obtainTypes, `use one of ${obtainTypes.join(", ")}`);
      report(type.at, `\`${name}\` is no way to obtain a secret`, hint);
    }
  },
};

function checkAddress(key: string): Rule["check"] {
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
  title: "OAuth secret without authorization address",
  explanation: "With `obtain.type` oauth2 or oauth2_client_credentials the step needs `obtain.authorization_url`.",
  check: checkAddress("authorization_url"),
};

export const noTokenUrl: Rule = {
  code: "S6",
  severity: "error",
  title: "OAuth secret without token address",
  explanation: "With `obtain.type` oauth2 or oauth2_client_credentials the step needs `obtain.token_url`.",
  check: checkAddress("token_url"),
};

export const undeclaredSecret: Rule = {
  code: "S7",
  severity: "warning",
  title: "secrets step collects an undeclared key",
  explanation:
    "`collect` names a key that `extension.configuration` lacks. The platform's linter does not look into `extension.secrets`: name such keys under `fields`.",
  check: checkCollect("secrets"),
};
