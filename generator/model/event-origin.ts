/** The kinds of events that share one schema, because they have none of their own; the most specific kind first. */
export const genericEvents = ["external.webhook", "workflow_action", "setup_test", "command"] as const;

export type GenericEvent = (typeof genericEvents)[number];

interface OriginTraits {
  /** What the manifest calls the event: "a hook". Printed after "Declared in the manifest as". */
  readonly words: string;
  /** Whether the extension defines the event, and this entry of the manifest sends it. If not, the extension subscribes to an event of the platform. */
  readonly sends: boolean;
  readonly kind?: GenericEvent;
}

/** The part of a manifest that makes the extension receive an event. */
export type EventOrigin =
  | "hooks"
  | "triggers"
  | "commands"
  | "workflow_actions"
  | "actions"
  | "setup"
  | "events"
  | "endpoints"
  | "webhooks"
  | "activationEvents";

/** If several places of a manifest declare an event, the first in this order gives its position and its description. */
export const originTraits: Readonly<Record<EventOrigin, OriginTraits>> = {
  hooks: { words: "a hook", sends: false },
  triggers: { words: "a trigger", sends: false },
  commands: { words: "a command", sends: true, kind: "command" },
  workflow_actions: { words: "a workflow action", sends: true, kind: "workflow_action" },
  actions: { words: "an action", sends: true, kind: "command" },
  setup: { words: "a setup test", sends: true, kind: "setup_test" },
  events: { words: "an event", sends: false },
  endpoints: { words: "an endpoint", sends: true },
  webhooks: { words: "a webhook", sends: true, kind: "external.webhook" },
  activationEvents: { words: "an activation event", sends: false },
};

export const eventOrigins: readonly EventOrigin[] = Object.keys(originTraits) as EventOrigin[];

interface OriginatedEvent {
  readonly name: string;
  readonly origins: readonly EventOrigin[];
}

const webhookPrefix = "external.webhook.";

/** The action of a webhook, which is the rest of its name; `undefined` for other events. */
export function webhookAction(name: string): string | undefined {
  return name.startsWith(webhookPrefix) ? name.slice(webhookPrefix.length) : undefined;
}

/** The kind of an event that has no schema. The name is checked first, because the platform delivers by name. */
export function kindOf({ name, origins }: OriginatedEvent): GenericEvent | undefined {
  if (webhookAction(name) !== undefined) return "external.webhook";
  return genericEvents.find((kind) => origins.some((origin) => originTraits[origin].kind === kind));
}

/** Whether the payload has the parameters in one member, as workflow actions do. Commands have them at the top level, next to the envelope. */
export function nestsParameters({ origins }: Pick<OriginatedEvent, "origins">): boolean {
  // (facts 868, 869)
  return origins.includes("workflow_actions");
}
