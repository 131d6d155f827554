/** What an event without a schema of its own is taken for, the most telling first. */
export const genericEvents = ["external.webhook", "workflow_action", "setup_test", "command"] as const;

export type GenericEvent = (typeof genericEvents)[number];

interface OriginTraits {
  /** What it is, to be read after "In the manifest as". */
  readonly words: string;
  /** Whether the extension makes the event up, and what stands there sends it; else it subscribes to one of the platform's. */
  readonly sends: boolean;
  readonly kind?: GenericEvent;
}

/** Why the extension receives an event. */
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

/** In this order the places of a manifest decide where an event stands and what describes it. */
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

/** What an event is that no schema names; its name comes first, for the platform delivers by it. */
export function kindOf({ name, origins }: OriginatedEvent): GenericEvent | undefined {
  if (name.startsWith("external.webhook.")) return "external.webhook";
  return genericEvents.find((kind) => origins.some((origin) => originTraits[origin].kind === kind));
}

/** Workflow actions carry their parameters in one member; commands carry theirs beside the envelope (§4.4 WA, §4.5). */
export function nestsParameters({ origins }: Pick<OriginatedEvent, "origins">): boolean {
  return origins.includes("workflow_actions");
}
