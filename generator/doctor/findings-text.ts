import { jsonText, showInvisible } from "../base/invisible-characters.js";
import type { Style } from "../terminal/report.js";
import { wrap } from "../terminal/wrap.js";
import { type Finding, type FindingStatus, findingStatuses } from "./finding.js";

const words: Readonly<Record<FindingStatus, string>> = {
  ok: "ok",
  wrong: "wrong",
  warning: "warning",
  "not-testable": "not testable",
};

const paints: Readonly<Record<FindingStatus, (style: Style) => (text: string) => string>> = {
  ok: ({ green }) => green,
  wrong: ({ red }) => red,
  warning: ({ yellow }) => yellow,
  "not-testable": ({ dim }) => dim,
};

const statusWidth = Math.max(...Object.values(words).map((word) => word.length));
/** Narrower lines cannot be read. In characters. */
const narrowest = 20;
const details = ["where", "why", "fix"] as const;

function totalsOf(findings: readonly Finding[]): string {
  const counts = findingStatuses
    .map((status) => [findings.filter((finding) => finding.status === status).length, status] as const)
    .filter(([amount]) => amount > 0)
    .map(([amount, status]) => `${amount} ${words[status]}${status === "warning" && amount !== 1 ? "s" : ""}`);
  return counts.join(", ");
}

/**
 * A table: one line for each finding, below the name of its area; where, why and what to do below what is not right; totals at the end.
 * `columns`: width of the terminal; without one, no line is broken.
 */
export function formatFindings(findings: readonly Finding[], style: Style, columns?: number): string {
  const idWidth = Math.max(0, ...findings.map(({ id }) => id.length));
  const indent = 2 + statusWidth + 2 + idWidth + 2;
  const width = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(narrowest, columns - indent);
  const broken = (text: string, by: number) => wrap(showInvisible(text), width - by, " ".repeat(indent + by));
  const lines: string[] = [];
  let area = "";
  for (const finding of findings) {
    if (finding.area !== area) lines.push(style.bold(finding.area));
    area = finding.area;
    const { status, id, what } = finding;
    lines.push(
      `  ${paints[status](style)(words[status].padEnd(statusWidth))}  ${id.padEnd(idWidth)}  ${broken(what, 0)}`,
    );
    for (const name of details) {
      const text = finding[name];
      if (status === "ok" || text === undefined) continue;
      lines.push(`${" ".repeat(indent)}${style.dim(`${name}: `)}${broken(text, name.length + 2)}`);
    }
  }
  return `${[...lines, totalsOf(findings)].join("\n")}\n`;
}

/** `{findings: [{id, area, status, what, where?, why?, fix?}], ok, wrong, warnings, notTestable}`. */
export function formatFindingsJson(findings: readonly Finding[]): string {
  const amount = (wanted: FindingStatus) => findings.filter(({ status }) => status === wanted).length;
  const counts = {
    ok: amount("ok"),
    wrong: amount("wrong"),
    warnings: amount("warning"),
    notTestable: amount("not-testable"),
  };
  return `${jsonText({ findings, ...counts }, 2)}\n`;
}
