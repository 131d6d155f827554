import type { EventSource, SourcePath } from "../../manifest/merge-events.js";
import { eventOfStandardPath, type PathProblem, readEventPath } from "../../model/event-path.js";
import type { LintContext } from "../context.js";
import type { Rule } from "../rule.js";

/** Every path that the manifest names for an event, in the order of the manifest. */
function pathsIn({ draft }: LintContext): readonly (SourcePath & Pick<EventSource, "name">)[] {
  return draft.events.flatMap(({ name, paths = [] }) => paths.map((path) => ({ ...path, name })));
}

const plain = "write a plain path, such as `/kiket/created`";

const problems: Readonly<Record<Exclude<PathProblem, "own">, readonly [what: string, hint: string]>> = {
  blank: ["is empty", `${plain}, or remove it`],
  address: [
    "is a full address, and the extension serves paths only",
    "write only the path if this extension is to answer",
  ],
  reference: ["contains a reference, which is not resolved here", "write only the path if this extension is to answer"],
  placeholder: ["contains a placeholder, but a path is compared as it is written", plain],
  malformed: ["cannot be the path of a request", plain],
};

export const unservedPath: Rule = {
  code: "KG827",
  severity: "warning",
  title: "path of an event that is no plain path",
  explanation:
    "A hook can name the path on which its event arrives, in `endpoint` or `url`, and the extension answers there. It cannot do so for a full address, a reference such as `env.BASE_URL`, a placeholder such as `:id`, or a path with `..`. A delivery to it may be answered 404, and Kiket does not repeat it. Write a plain path that begins with a slash.",
  check(context, report) {
    for (const { text, at, name } of pathsIn(context)) {
      const { problem } = readEventPath(text);
      if (problem !== undefined) {
        if (problem === "own") continue;
        const [what, hint] = problems[problem];
        const path = problem === "blank" ? "path" : `path \`${text}\``;
        report(at, `the ${path} of \`${name}\` ${what}`, hint);
      } else if (!text.trim().startsWith("/")) {
        report(at, `the path \`${text}\` of \`${name}\` does not begin with a slash`, `write \`/${text.trim()}\``);
      }
    }
  },
};

export const ownPath: Rule = {
  code: "KG828",
  severity: "error",
  title: "path of an event that the extension needs itself",
  explanation:
    "The extension answers `GET /health` and `GET /ready` itself, so that Kiket and load balancers can watch it. No event can arrive there: the delivery is answered 405, and Kiket does not repeat it. Choose another path.",
  check(context, report) {
    for (const { text, at, name } of pathsIn(context)) {
      if (readEventPath(text).problem !== "own") continue;
      const message = `the extension answers \`${text}\` itself, so \`${name}\` cannot arrive there`;
      report(at, message, "choose another path, such as `/webhooks/kiket`");
    }
  },
};

export const sharedPath: Rule = {
  code: "KG829",
  severity: "note",
  title: "one path for several events",
  explanation:
    "Several events arrive at this path, or it is also the standard path of another event, so each delivery must name its event in the body, as `event` or `type`. One that names none of them is refused. Kiket's own deliveries name it. Nothing needs to be done; with a path for each event, the path is enough.",
  check(context, report) {
    const events = new Set(context.draft.events.map(({ name }) => name));
    const first = new Map<string, { readonly name: string; readonly line: number }>();
    for (const { text, at, name } of pathsIn(context)) {
      const { path } = readEventPath(text);
      if (path === undefined) continue;
      const standard = eventOfStandardPath(path);
      const earlier = first.get(path);
      if (earlier === undefined) first.set(path, { name, line: at.line });
      if (earlier !== undefined && earlier.name !== name) {
        report(at, `\`${earlier.name}\` on line ${earlier.line} has the path \`${text}\` too`, sharedHint);
      } else if (standard !== undefined && standard !== name && events.has(standard)) {
        report(at, `the path of \`${name}\` is also the standard path of \`${standard}\``, sharedHint);
      }
    }
  },
};

const sharedHint = "give each event its own path, or leave it: then the body must name the event";
