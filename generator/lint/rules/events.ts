import { didYouMean, fold } from "../../base/did-you-mean.js";
import { type EventOrigin, originTraits } from "../../model/event-origin.js";
import type { EventModel } from "../../model/model.js";
import { child } from "../../yaml/node.js";
import { type LintContext, mapIn, mapsIn, textIn } from "../context.js";
import type { Rule } from "../rule.js";

/** Events that only the hooks name, and events that only the activation events name; none where either list is absent. */
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
  title: "hooked event is not activated",
  explanation:
    "`activationEvents` lists what wakes the extension. An event that is only among the hooks may never be delivered. Add it to `activationEvents`.",
  check(context, report) {
    const { hooked, activated } = unpaired(context);
    const candidates = namesOf(activated);
    for (const { name, at } of hooked) {
      const hint = didYouMean(name, candidates, `add \`${name}\` to \`activationEvents\``);
      report(at, `\`${name}\` is not among the activation events`, hint);
    }
  },
};

export const notHooked: Rule = {
  code: "KG804",
  severity: "warning",
  title: "activated event is not hooked",
  explanation:
    "The event wakes the extension, but no hook, command, action or setup step names it. Add a hook or remove it.",
  check(context, report) {
    const { hooked, activated } = unpaired(context);
    const candidates = namesOf(hooked);
    for (const { name, at } of activated) {
      const hint = didYouMean(name, candidates, "add a hook, or remove it");
      report(at, `\`${name}\` wakes the extension, but no hook names it`, hint);
    }
  },
};

/** Whether every place names an event of the platform; elsewhere the extension makes up its own. */
function subscribes(origins: readonly EventOrigin[]): boolean {
  return !origins.some((origin) => originTraits[origin].sends);
}

export const undocumentedEvent: Rule = {
  code: "KG807",
  severity: "note",
  title: "event that nobody documents",
  explanation:
    "No documentation, fixture or known extension has an event of this name, so its payload is typed by the envelope alone and it may never be sent. External webhooks are `external.webhook.<action>`; commands and actions of your own are declared under `contributes`.",
  check({ model, known }, report) {
    if (model.adapter !== undefined) return;
    const told = new Set<string>();
    for (const { name, origins, at } of model.events) {
      if (known.events.has(name) || name.startsWith("external.webhook.") || told.has(name)) continue;
      if (!subscribes(origins)) continue;
      told.add(name);
      const hint = didYouMean(name, known.events, "a command or action of your own stands under `contributes`");
      report(at, `nobody documents an event \`${name}\``, hint);
    }
  },
};

/** A schema that nothing uses is perhaps meant for an event of another name. */
export const unusedSchema: Rule = {
  code: "KG826",
  severity: "note",
  title: "schema of an event that the manifest does not name",
  explanation:
    "A file in the folder of --events describes an event that is neither in the manifest nor known of the platform, so no type comes of it. The name is perhaps misspelt in one of the two places; where several extensions share the folder there is nothing to do.",
  check({ model: { events }, known }, report) {
    const names = new Set(namesOf(events));
    for (const { name, file } of known.own) {
      if (names.has(name)) continue;
      const message = `the manifest names no event \`${name}\`, so nothing uses this schema`;
      report({ file, line: 1, column: 1 }, message, didYouMean(name, names));
    }
  },
};

const doubtfulSla: ReadonlySet<string> = new Set(["sla.warning", "sla.breach", "sla_warning", "sla_breach"]);

export const doubtfulSlaEvent: Rule = {
  code: "KG816",
  severity: "note",
  title: "doubtful name of an SLA event",
  explanation:
    "Manifests subscribe to `workflow.sla_breach` and SDKs document `workflow.sla_status`; `sla.warning` and `sla.breach` stand in the documentation only, and no known extension receives them. Subscribing under several names may handle one incident twice.",
  check({ model: { events } }, report) {
    const names = new Set(namesOf(events));
    for (const { name, at } of events) {
      if (doubtfulSla.has(name)) {
        report(at, `no known extension receives \`${name}\``, "known manifests subscribe to `workflow.sla_breach`");
      } else if (name === "workflow.sla_status" && names.has("workflow.sla_breach")) {
        const message = "`workflow.sla_status` and `workflow.sla_breach` may tell of one incident twice";
        report(at, message, "subscribe to one of them");
      }
    }
  },
};

/** Issues and cases are one thing under two names. */
export const mixedVocabulary: Rule = {
  code: "KG821",
  severity: "note",
  title: "issue and case events mixed",
  explanation:
    "`case.*` replaced `issue.*` in May 2026. Both generate, but a manifest that subscribes to both may see one happening twice. `kiket-gen rename --vocabulary case` moves a project.",
  check({ model: { events } }, report) {
    const cases = new Set(namesOf(events).filter((name) => name.startsWith("case.")));
    if (cases.size === 0) return;
    for (const { name, at } of events) {
      if (!name.startsWith("issue.")) continue;
      const renamed = name.replace(/^issue\./, "case.");
      const message = cases.has(renamed)
        ? `\`${name}\` and \`${renamed}\` may both arrive for one happening`
        : `\`${name}\` stands beside \`case.*\` events`;
      report(at, message, cases.has(renamed) ? "keep one of them" : `write \`${renamed}\``);
    }
  },
};

/** Two events that are almost one are KG301. */
export const similarName: Rule = {
  code: "KG820",
  severity: "warning",
  title: "one name, two spellings",
  explanation:
    "Two names differ only in upper and lower case or in punctuation, such as `mail.sendSMS` and `mail.sendSms`. The platform compares names exactly, so one of them is never reached.",
  check({ model: { events }, places, known }, report) {
    const names = new Set(namesOf(events));
    const spelt = new Map([...names].map((name) => [fold(name), name]));
    for (const command of places.flatMap((place) => mapsIn(mapIn(place, "contributes"), "commands"))) {
      const id = textIn(command, "command");
      const near = id === undefined || names.has(id) ? undefined : spelt.get(fold(id));
      if (id === undefined || near === undefined) continue;
      const at = child(command, "command")?.at ?? command.at;
      report(at, `the command \`${id}\` and the event \`${near}\` differ in spelling`, `write \`${near}\``);
    }
    const elsewhere = new Map([...known.events].map((name) => [fold(name), name]));
    for (const { name, origins, at } of events) {
      const near = elsewhere.get(fold(name));
      if (near === undefined || known.events.has(name) || subscribes(origins)) continue;
      report(at, `known extensions spell \`${name}\` as \`${near}\``, `write \`${near}\``);
    }
  },
};
