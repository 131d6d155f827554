import { unknownManifestKeys, unknownModuleKeys } from "../../manifest/known-keys/known-keys.js";
import { describeUnknownKey } from "../../manifest/known-keys/unknown-keys.js";
import type { Rule } from "../context.js";

/** KG801 and KG802, in the manifest and in modules. */
export const checkKeys: Rule = ({ root, model, modules }, report) => {
  const keys = [
    ...unknownManifestKeys(root, model.format),
    ...modules.flatMap((module) => unknownModuleKeys(module.root)),
  ];
  for (const key of keys) report(describeUnknownKey(key));
};
