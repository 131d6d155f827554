import { otherName } from "../base/event-family.js";
import { jsonText, showInvisible } from "../base/invisible-characters.js";
import type { Confidence } from "../contracts/event-catalog.js";
import type { KnownEvent } from "../contracts/known-events.js";
import type { Style } from "./report.js";
import { wrap } from "./wrap.js";

/** Where the members of an event were seen. */
export const evidence: Readonly<Record<Confidence, string>> = {
  fixture: "its members are confirmed by a fixture of Kiket's own tests",
  read: "its members were seen in shipped code",
  documented: "its members were seen only in documentation",
  guessed: "its members are a guess, from similar events",
  none: "only its name is known, and no member",
};

/** `issue` of `issue.created`; the short names, which have no dot, are one group. */
function groupOf({ name }: KnownEvent): string {
  return name.includes(".") ? name.replace(/\..*/, "") : "short names";
}

function cut(line: string, columns: number | undefined): string {
  return columns === undefined || line.length <= columns ? line : `${line.slice(0, Math.max(columns - 1, 0))}…`;
}

/** The events by the first part of their names, a line each: name, version, grade and description. `columns`: the width of a line. */
export function formatEventList(events: readonly KnownEvent[], style: Style, columns?: number): string {
  const width = Math.max(...events.map(({ name }) => name.length));
  const groups = new Map<string, string[]>();
  for (const event of events) {
    const { name, version, confidence, description } = event;
    const text = showInvisible(
      `  ${name.padEnd(width)}  ${version}  ${confidence.padEnd(10)}  ${description.replace(/\s+/g, " ")}`,
    );
    groups.set(groupOf(event), [...(groups.get(groupOf(event)) ?? []), cut(text, columns)]);
  }
  return [...groups].map(([group, lines]) => `${style.bold(group)}\n${lines.join("\n")}\n`).join("\n");
}

/** All that is known of one version of an event, with a sample. `others`: its other versions. */
export function formatEvent(event: KnownEvent, others: readonly string[], style: Style): string {
  const { name, version, description, confidence, sample, file } = event;
  const other = otherName(name);
  const lines = [
    `${style.bold(showInvisible(name))}  ${version}  ${style.dim(`${confidence}: ${evidence[confidence]}`)}`,
    wrap(showInvisible(description.replace(/\s+/g, " ")), 100),
    ...(other === undefined
      ? []
      : [`${showInvisible(other)} is another name of this event: a handler of one of them gets both.`]),
    ...(file === undefined ? [] : [`Described by ${showInvisible(file)}.`]),
    ...(others.length === 0 ? [] : [`Other versions: ${others.join(", ")}.`]),
    `A sample of its payload, without what Kiket adds to each delivery:\n\n${jsonText(sample, 2)}`,
    `To receive it: ${style.bold(`kiket-gen add event ${showInvisible(name)}`)}`,
  ];
  return `${lines.join("\n\n")}\n`;
}
