import { expect, it } from "vitest";
import { type Finding, statusOfFindings } from "../../../generator/doctor/finding.js";
import { formatFindings, formatFindingsJson } from "../../../generator/doctor/findings-text.js";
import { plain } from "../../../generator/terminal/report.js";

const findings: readonly Finding[] = [
  { id: "node-version", area: "node", status: "ok", what: "Node 22.12.0", why: "never shown" },
  {
    ...{ id: "lock", area: "package", status: "wrong", what: "two lock files" },
    ...{ where: "yarn.lock", why: "each tool reads its own", fix: "delete one of them" },
  } as Finding,
  { id: "ports", area: "machine", status: "warning", what: "4848 is taken\u001b[2J" },
  { id: "watching", area: "machine", status: "not-testable", what: "no folder to try it in" },
];

it("is a table with areas, what to do below what is not right, and totals", () => {
  expect(formatFindings(findings, plain)).toBe(`node
  ok            node-version  Node 22.12.0
package
  wrong         lock          two lock files
                              where: yarn.lock
                              why: each tool reads its own
                              fix: delete one of them
machine
  warning       ports         4848 is taken\\u{1b}[2J
  not testable  watching      no folder to try it in
1 ok, 1 wrong, 1 warning, 1 not testable
`);
});

it("breaks lines where the terminal is narrow", () => {
  const text = formatFindings(findings.slice(1, 2), plain, 44);
  expect(text.split("\n").slice(1, 5)).toEqual([
    "  wrong         lock  two lock files",
    "                      where: yarn.lock",
    "                      why: each tool reads",
    "                           its own",
  ]);
});

it("is one document as JSON, with counts", () => {
  expect(JSON.parse(formatFindingsJson(findings))).toEqual({ findings, ok: 1, wrong: 1, warnings: 1, notTestable: 1 });
});

it("ends with 1 only where something is wrong", () => {
  expect(statusOfFindings(findings)).toBe(1);
  expect(statusOfFindings(findings.filter(({ status }) => status !== "wrong"))).toBe(0);
});
