import satisfies from "semver/functions/satisfies.js";
import validRange from "semver/ranges/valid.js";
import { nodeRange } from "../../../base/version.gen.js";
import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";

/** A text in the project that asks for a version of Node. */
export interface NodeWish {
  /** The file, and the member in it. */
  readonly where: string;
  readonly text: string;
}

/** Whether kiket-gen works with this Node. */
export function checkNodeVersion(version: string): Finding {
  if (satisfies(version, nodeRange)) return projectFinding("node-version", "ok", `Node ${version}`);
  return projectFinding("node-version", "wrong", `Node ${version} is not supported: kiket-gen needs ${nodeRange}`, {
    why: "older versions cannot load ES modules from CommonJS, or lack parts of the library that the runtime uses",
    fix: "install Node 20.19, 22.12 or newer",
  });
}

/** A range; undefined for a text that only a version manager understands, such as `lts/iron`. */
function rangeOf(text: string): string | undefined {
  return validRange(text) ?? undefined;
}

/** The version that a file such as `.nvmrc` names, without comments; empty if there is none. */
export function wishIn(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  return lines.find((line) => line !== "") ?? "";
}

/** One finding for each text that this Node does not fit, else a single one. `version`: without a "v". */
export function checkNodeWishes(version: string, wishes: readonly NodeWish[]): readonly Finding[] {
  const unfit = wishes.filter(({ text }) => rangeOf(text) !== undefined && !satisfies(version, rangeOf(text) ?? "*"));
  if (unfit.length > 0) {
    return unfit.map(({ where, text }) =>
      projectFinding("node-project", "wrong", `the project asks for Node ${text}, and this is Node ${version}`, {
        where,
        why: "what works here may fail where the project runs",
        fix: "switch to that version (nvm use), or correct what the project asks for",
      }),
    );
  }
  const unclear = wishes.filter(({ text }) => rangeOf(text) === undefined);
  if (unclear.length > 0) {
    return unclear.map(({ where, text }) =>
      projectFinding("node-project", "not-testable", `"${text}" is no version or range that npm understands`, {
        where,
        fix: "compare it with node --version, or write a number, such as 22",
      }),
    );
  }
  if (wishes.length === 0) return [projectFinding("node-project", "ok", "the project asks for no version of Node")];
  const named = wishes.map(({ where, text }) => `${text} (${where})`).join(", ");
  return [projectFinding("node-project", "ok", `the project asks for Node ${named}`)];
}
