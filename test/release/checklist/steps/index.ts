import type { Step } from "../step.js";
import { entries } from "./entries.js";
import { install } from "./install.js";
import { licences } from "./licences.js";
import { owner } from "./owner.js";
import { packing } from "./pack.js";
import { dryRun, publish } from "./publish.js";
import { build, lint, tests } from "./scripts.js";
import { tree } from "./tree.js";
import { create, quickstart } from "./use.js";
import { versions } from "./versions.js";

/** In the order in which they are run: what is quick, and what others need, comes first. */
export const allSteps: readonly Step[] = [
  ...[versions, tree, lint, build, packing, entries, licences, tests],
  ...[install, dryRun, publish, quickstart, create, owner],
];
