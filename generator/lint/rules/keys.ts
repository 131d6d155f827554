import { describeUnknownKey, meantBy } from "../../manifest/known-keys/unknown-keys.js";
import type { Rule } from "../rule.js";

/** A key that is similar to a known key is KG801 instead, which generating reports as well. */
export const unknownKey: Rule = {
  code: "KG802",
  severity: "warning",
  title: "unknown key",
  explanation:
    "This key is not known at this place. It is silently ignored, so it has no effect. Remove it. Keys that start with `x-` are yours and are not checked.",
  check({ unknownKeys }, report) {
    for (const key of unknownKeys) {
      if (meantBy(key) !== undefined) continue;
      report(key.at, describeUnknownKey(key), "remove it, or rename it to start with `x-`");
    }
  },
};
