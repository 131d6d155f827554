import type { CheckText, Finding, FindingStatus } from "../finding.js";

/** The checks of a project, in the order in which they are printed. */
export const projectChecks: readonly CheckText[] = [
  {
    id: "node-version",
    area: "node",
    looksAt: "the Node that runs this command, and what kiket-gen needs",
    fix: "Install Node 20.19, 22.12 or newer.",
  },
  {
    id: "node-project",
    area: "node",
    looksAt:
      "the Node that runs this command, and what the project asks for: `engines.node`, `.nvmrc`, `.node-version`",
    fix: "Switch to the version that the project asks for (`nvm use`), or change what it asks for.",
  },
  {
    id: "package-json",
    area: "package",
    looksAt: "that `package.json` is there, and is JSON",
    fix: "Correct `package.json` at the place that is named, or make one with `npm init`.",
  },
];

/** A finding of one of these checks. Throws for an id that none has. */
export function projectFinding(
  id: string,
  status: FindingStatus,
  what: string,
  more: Pick<Finding, "where" | "why" | "fix"> = {},
): Finding {
  const check = projectChecks.find((each) => each.id === id);
  if (check === undefined) throw new TypeError(`no check "${id}"`);
  return { id, area: check.area, status, what, ...more };
}
