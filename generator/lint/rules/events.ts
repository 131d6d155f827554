import { didYouMean, fold } from "../../base/did-you-mean.js";
import { otherName } from "../../base/event-family.js";
import { inWords } from "../../base/word-list.js";
import { subscribes, unknownEvents } from "../../contracts/undocumented-events.js";
import type { EventModel } from "../../model/model.js";
import { child } from "../../yaml/node.js";
import { type LintContext, mapIn, mapsIn, startOf, textIn } from "../context.js";
import type { Rule } from "../rule.js";

/** Events that are only in `hooks`, and events that are only in `activationEvents`; none if one of the lists is missing. */
function unpaired({ model: { events } }: LintContext): {
  readonly hooked: readonly EventModel[];
  readonly activated: readonly EventModel[];
} {
  const activated = events.filter(({ origins }) => origins.includes("activationEvents"));
  const hooked = events.filter(({ origins }) => origins.includes("hooks"));
  if (activated.length === 0 || hooked.length === 0) return { hooked: [], activated: [] };
  return {
    hooked: hooked.filter(({ origins }) => !origins.includes("activationEvents")),
    activated: activated.filter(({ origins }) => origins.length === 1),
  };
}

function namesOf(events: readonly EventModel[]): readonly string[] {
  return events.map(({ name }) => name);
}

export const notActivated: Rule = {
  code: "KG803",
  severity: "warning",
  title: "event in `hooks` but not in `activationEvents`",
  explanation:
    "`activationEvents` lists the events that activate the extension. An event that is only in `hooks` may never be delivered. Add it to `activationEvents`.",
  check(context, report) {
    const { hooked, activated } = unpaired(context);
    const candidates = namesOf(activated);
    for (const { name, at } of hooked) {
      const hint = didYouMean(name, candidates, `add \`${name}\` to \`activationEvents\``);
      report(at, `\`${name}\` is in \`hooks\`, but not in \`activationEvents\``, hint);
    }
  },
};

export const notHooked: Rule = {
  code: "KG804",
  severity: "warning",
  title: "event in `activationEvents` but not in `hooks`",
  explanation:
    "The event activates the extension, but no hook, command, action or setup step uses it. Add a hook, or remove the event from `activationEvents`.",
  check(context, report) {
    const { hooked, activated } = unpaired(context);
    const candidates = namesOf(hooked);
    for (const { name, at } of activated) {
      const hint = didYouMean(name, candidates, "add a hook, or remove it from `activationEvents`");
      report(at, `\`${name}\` is in \`activationEvents\`, but not in \`hooks\``, hint);
    }
  },
};

export const undocumentedEvent: Rule = {
  code: "KG807",
  severity: "note",
  title: "undocumented event",
  explanation:
    "No documentation, fixture or known extension contains an event with this name. The platform may never send it, and only the fields that every event has are typed. Check the name. External webhooks are named `external.webhook.<action>`. Declare your own commands and actions under `contributes`.",
  check({ model, known }, report) {
    for (const { at, message, hint } of unknownEvents(model, known.events)) report(at, message, hint);
  },
};

/** An unused schema often means that the event's name is misspelled. */
export const unusedSchema: Rule = {
  code: "KG826",
  severity: "note",
  title: "schema for an event that is not in the manifest",
  explanation:
    "A file in the --events folder describes an event that is not in the manifest and is not a known event of the platform, so no type is generated from it. Check the name in the manifest and in the file name. If several extensions share the folder, ignore this note.",
  check({ model: { events }, known }, report) {
    const names = new Set(namesOf(events));
    for (const { name, file } of known.own) {
      if (names.has(name)) continue;
      const message = `the manifest has no event \`${name}\`, so this schema is not used`;
      report(startOf(file), message, didYouMean(name, names));
    }
  },
};

const unconfirmedSla: ReadonlySet<string> = new Set(["sla.warning", "sla.breach", "sla_warning", "sla_breach"]);

export const doubtfulSlaEvent: Rule = {
  code: "KG816",
  severity: "note",
  title: "unconfirmed name of an SLA event",
  explanation:
    "Known manifests subscribe to `workflow.sla_breach`, and the SDKs document `workflow.sla_status`. `sla.warning` and `sla.breach` appear only in the documentation; no known extension receives them. With several of these names, one incident may be handled twice. Subscribe to one of them.",
  check({ model: { adapter, events, receiver } }, report) {
    // The documentation of webhooks has these names, and the events of an adapter are those of other systems.
    if (adapter !== undefined || receiver !== undefined) return;
    const names = new Set(namesOf(events));
    for (const { name, at } of events) {
      if (unconfirmedSla.has(name)) {
        report(at, `no known extension receives \`${name}\``, "known manifests subscribe to `workflow.sla_breach`");
      } else if (name === "workflow.sla_status" && names.has("workflow.sla_breach")) {
        const message = "`workflow.sla_status` and `workflow.sla_breach` may both be sent for one incident";
        report(at, message, "subscribe to one of them");
      }
    }
  },
};

/** Issue and case are two names of one thing. */
export const mixedVocabulary: Rule = {
  code: "KG821",
  severity: "note",
  title: "issue and case events mixed",
  explanation:
    "In May 2026, official extensions changed from `issue.*` events to `case.*` events. kiket-gen accepts both, but an extension that subscribes to both may receive two events for one change. To use only `case.*`, run `kiket-gen rename --vocabulary case`.",
  check({ model: { adapter, events } }, report) {
    // The events of an adapter are those of other systems.
    if (adapter !== undefined) return;
    const cases = new Set(namesOf(events).filter((name) => name.startsWith("case.")));
    if (cases.size === 0) return;
    for (const { name, at } of events) {
      const renamed = name.startsWith("issue.") ? otherName(name) : undefined;
      if (renamed === undefined) continue;
      const message = cases.has(renamed)
        ? `\`${name}\` and \`${renamed}\` may both be sent for one change`
        : `\`${name}\` is used together with \`case.*\` events`;
      report(at, message, cases.has(renamed) ? "keep one of them" : `write \`${renamed}\``);
    }
  },
};

function quoted(names: readonly string[]): string {
  return inWords(names.map((name) => `\`${name}\``));
}

/**
 * One note for a manifest, since nothing has to be done. Silent about what `mixedVocabulary` reports, and about names that nobody
 * knows.
 */
export const otherEventNames: Rule = {
  code: "KG830",
  severity: "note",
  title: "events that Kiket may send with their other names",
  explanation:
    "Since May 2026, `issue.*` events are named `case.*`; the newest documentation of Kiket has only the new names. Nothing has to be done: the handler of one name also gets the other one, unless that has a handler of its own. In its payload, `issue` and `issue_id` or `case` and `case_id` are renamed to what its type has, and `context.event` tells which name was sent. Scopes are not renamed. To use the new names, run `kiket-gen rename --vocabulary case`.",
  check({ model: { adapter, events }, known }, report) {
    // The events of an adapter are those of other systems.
    if (adapter !== undefined) return;
    const declared = new Set(namesOf(events));
    const vocabulary = [...declared].some((name) => name.startsWith("case.")) ? "case." : "issue.";
    const pairs = new Map(
      events.flatMap((event) => {
        const other = event.name.startsWith(vocabulary) && subscribes(event) ? otherName(event.name) : undefined;
        const isTold = other !== undefined && !declared.has(other) && known.events.has(event.name);
        return isTold ? [[event.name, { other, at: event.at }] as const] : [];
      }),
    );
    const [first] = pairs.values();
    if (first === undefined) return;
    const others = quoted([...pairs.values()].map(({ other }) => other));
    const age = vocabulary === "issue." ? "newer" : "older";
    const kind = pairs.size === 1 ? `its ${age} name` : `their ${age} names`;
    report(
      first.at,
      `Kiket may send ${quoted([...pairs.keys()])} as ${others}, ${kind}`,
      "the same handlers get them; `context.event` tells which name was sent",
    );
  },
};

/** Two events with almost the same name are KG301. */
export const similarName: Rule = {
  code: "KG820",
  severity: "warning",
  title: "two spellings of one name",
  explanation:
    "Two names differ only in upper and lower case or in punctuation, such as `mail.sendSMS` and `mail.sendSms`. The platform compares names exactly, so one of them is never used. Write the same name in both places.",
  check({ model: { events }, places, known }, report) {
    const names = new Set(namesOf(events));
    const byFolded = new Map([...names].map((name) => [fold(name), name]));
    for (const command of places.flatMap((place) => mapsIn(mapIn(place, "contributes"), "commands"))) {
      const id = textIn(command, "command");
      const near = id === undefined || names.has(id) ? undefined : byFolded.get(fold(id));
      if (id === undefined || near === undefined) continue;
      const at = child(command, "command")?.at ?? command.at;
      report(at, `the command \`${id}\` and the event \`${near}\` are spelled differently`, `write \`${near}\``);
    }
    const elsewhere = new Map([...known.events].map((name) => [fold(name), name]));
    for (const { name, origins, at } of events) {
      const near = elsewhere.get(fold(name));
      if (near === undefined || known.events.has(name) || subscribes({ origins })) continue;
      report(at, `known extensions spell \`${name}\` as \`${near}\``, `write \`${near}\``);
    }
  },
};
