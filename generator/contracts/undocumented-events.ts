import { didYouMean, slipOf } from "../base/did-you-mean.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { originTraits, webhookAction } from "../model/event-origin.js";
import type { EventModel, Model, Position } from "../model/model.js";

/** Whether every place subscribes to an event of the platform. In all other places, the extension names its own events. */
export function subscribes({ origins }: Pick<EventModel, "origins">): boolean {
  return !origins.some((origin) => originTraits[origin].sends);
}

/** An external webhook may have any name. */
function isDocumented(name: string, documented: ReadonlySet<string>): boolean {
  return documented.has(name) || webhookAction(name) !== undefined;
}

/** The documented event that a name was meant to be, if it is surely mistyped. */
export function intendedEvent(name: string, documented: ReadonlySet<string>): string | undefined {
  return isDocumented(name, documented) ? undefined : slipOf(name, documented);
}

/** Events of the platform that no documentation has, each once. An adapter's events are those of other systems. */
function undocumented({ adapter, events }: Model, documented: ReadonlySet<string>): readonly EventModel[] {
  if (adapter !== undefined) return [];
  const found = events.filter((event) => subscribes(event) && !isDocumented(event.name, documented));
  return [...new Map(found.reverse().map((event) => [event.name, event])).values()].reverse();
}

/** A misspelled event is never sent, so its handler never runs, and the real one is no longer part of the extension. */
export function misspelledEvents(model: Model, documented: ReadonlySet<string>): Diagnostic[] {
  return undocumented(model, documented).flatMap(({ name, at }) => {
    const intended = intendedEvent(name, documented);
    if (intended === undefined) return [];
    return [diagnose("KG304", at, `undocumented event \`${name}\``, `did you mean \`${intended}\`?`)];
  });
}

interface Finding {
  readonly name: string;
  readonly at: Position;
  readonly message: string;
  readonly hint: string | undefined;
}

/** The other undocumented events. Kiket may send them, so they are only noted. */
export function unknownEvents(model: Model, documented: ReadonlySet<string>): readonly Finding[] {
  // The reader of their file notes what webhooks are not known to send.
  if (model.receiver !== undefined) return [];
  return undocumented(model, documented)
    .filter(({ name }) => intendedEvent(name, documented) === undefined)
    .map(({ name, at }) => ({
      name,
      at,
      message: `undocumented event \`${name}\``,
      hint: didYouMean(name, documented, "declare your own commands and actions under `contributes`"),
    }));
}
