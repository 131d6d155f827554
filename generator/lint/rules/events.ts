import { didYouMean, fold } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import type { EventOrigin } from "../../model/model.js";
import { child } from "../../yaml/node.js";
import { mapIn, mapsIn, type Rule, textIn } from "../context.js";

/** Places that name an event of the platform; elsewhere the extension makes up its own. */
const subscribing: ReadonlySet<EventOrigin> = new Set<EventOrigin>(["hooks", "activationEvents", "events", "triggers"]);

/** KG803 and KG804: hooks and activation events name the same events. */
export const checkActivation: Rule = ({ model: { events } }, report) => {
  const activated = events.filter(({ origins }) => origins.includes("activationEvents"));
  const hooked = events.filter(({ origins }) => origins.includes("hooks"));
  if (activated.length === 0 || hooked.length === 0) return;
  const idle = activated.filter(({ origins }) => origins.length === 1);
  for (const { name, origins, at } of hooked) {
    if (origins.includes("activationEvents")) continue;
    const names = idle.map((event) => event.name);
    const hint = didYouMean(name, names, `add \`${name}\` to \`activationEvents\``);
    report(diagnose("KG803", at, `\`${name}\` is not among the activation events`, hint));
  }
  const unwoken = hooked.filter(({ origins }) => !origins.includes("activationEvents")).map(({ name }) => name);
  for (const { name, at } of idle) {
    const hint = didYouMean(name, unwoken, "add a hook, or remove it");
    report(diagnose("KG804", at, `\`${name}\` wakes the extension, but no hook names it`, hint));
  }
};

/** KG807: events of the platform are known. */
export const checkDocumented: Rule = ({ model, known }, report) => {
  if (model.adapter !== undefined) return;
  const told = new Set<string>();
  for (const { name, origins, at } of model.events) {
    if (known.events.has(name) || name.startsWith("external.webhook.") || told.has(name)) continue;
    if (!origins.every((origin) => subscribing.has(origin))) continue;
    told.add(name);
    const hint = didYouMean(name, known.events, "a command or action of your own stands under `contributes`");
    report(diagnose("KG807", at, `nobody documents an event \`${name}\``, hint));
  }
};

/** KG826: a schema that nothing uses is perhaps meant for an event of another name. */
export const checkUnusedSchemas: Rule = ({ model: { events }, known }, report) => {
  const names = new Set(events.map(({ name }) => name));
  for (const { name, file } of known.own) {
    if (names.has(name)) continue;
    const message = `the manifest names no event \`${name}\`, so nothing uses this schema`;
    report(diagnose("KG826", { file, line: 1, column: 1 }, message, didYouMean(name, names)));
  }
};

const doubtfulSla: ReadonlySet<string> = new Set(["sla.warning", "sla.breach", "sla_warning", "sla_breach"]);

/** KG816. */
export const checkSlaEvents: Rule = ({ model: { events } }, report) => {
  const names = new Set(events.map(({ name }) => name));
  for (const { name, at } of events) {
    if (doubtfulSla.has(name)) {
      const message = `no known extension receives \`${name}\``;
      report(diagnose("KG816", at, message, "known manifests subscribe to `workflow.sla_breach`"));
    } else if (name === "workflow.sla_status" && names.has("workflow.sla_breach")) {
      const message = "`workflow.sla_status` and `workflow.sla_breach` may tell of one incident twice";
      report(diagnose("KG816", at, message, "subscribe to one of them"));
    }
  }
};

/** KG821: issues and cases are one thing under two names. */
export const checkVocabulary: Rule = ({ model: { events } }, report) => {
  const cases = new Set(events.map(({ name }) => name).filter((name) => name.startsWith("case.")));
  if (cases.size === 0) return;
  for (const { name, at } of events) {
    if (!name.startsWith("issue.")) continue;
    const renamed = name.replace(/^issue\./, "case.");
    const message = cases.has(renamed)
      ? `\`${name}\` and \`${renamed}\` may both arrive for one happening`
      : `\`${name}\` stands beside \`case.*\` events`;
    report(diagnose("KG821", at, message, cases.has(renamed) ? "keep one of them" : `write \`${renamed}\``));
  }
};

/** KG820: a name that is almost another one is never reached. Two events that are almost one are KG301. */
export const checkSpelling: Rule = ({ model: { events }, places, known }, report) => {
  const names = new Set(events.map(({ name }) => name));
  const spelt = new Map([...names].map((name) => [fold(name), name]));
  for (const command of places.flatMap((place) => mapsIn(mapIn(place, "contributes"), "commands"))) {
    const id = textIn(command, "command");
    const near = id === undefined || names.has(id) ? undefined : spelt.get(fold(id));
    if (id === undefined || near === undefined) continue;
    const at = child(command, "command")?.at ?? command.at;
    report(
      diagnose("KG820", at, `the command \`${id}\` and the event \`${near}\` differ in spelling`, `write \`${near}\``),
    );
  }
  const elsewhere = new Map([...known.events].map((name) => [fold(name), name]));
  for (const { name, origins, at } of events) {
    const near = elsewhere.get(fold(name));
    if (near === undefined || known.events.has(name) || origins.every((origin) => subscribing.has(origin))) continue;
    report(diagnose("KG820", at, `known extensions spell \`${name}\` as \`${near}\``, `write \`${near}\``));
  }
};
