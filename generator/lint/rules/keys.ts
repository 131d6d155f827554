import { describeUnknownKey, meantBy } from "../../manifest/known-keys/unknown-keys.js";
import type { Rule } from "../rule.js";

/** A key that is almost a known one is KG801, which generating reports as well. */
export const unknownKey: Rule = {
  code: "KG802",
  severity: "warning",
  title: "unknown key",
  explanation:
    "The key is not one that this kind of manifest has at this place. No reader rejects it and none acts on it. Keys that start with `x-` are yours and are left alone.",
  check({ unknownKeys }, report) {
    for (const key of unknownKeys) {
      if (meantBy(key) !== undefined) continue;
      report(key.at, describeUnknownKey(key), "remove it, or begin it with `x-` to keep it");
    }
  },
};
