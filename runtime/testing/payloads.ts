import type { JsonObject } from "../base/json.js";
import type { EventPayloads } from "./event-payloads.gen.js";
import { examples } from "./examples.gen.js";
import { type EventMembers, type Overrides, override } from "./overrides.js";

/** An event that Kiket is known to send. Other names are accepted too, wherever this type is used. */
export type EventName = keyof EventPayloads;

/** The payload of an event, by name. Any JSON object if the event is not known. */
export type PayloadOf<Event extends string> = Event extends EventName
  ? EventPayloads[Event]
  : Event extends `external.webhook.${string}`
    ? EventPayloads["external.webhook"]
    : JsonObject;

/** Describes an event that Kiket's schemas do not contain, so that its payload can be made. */
export interface EventSample {
  /** The kind of the event. */
  readonly kind?: "command" | "workflow_action" | "setup_test" | "external.webhook";
  /** Types of the parameters, by key, as in the manifest. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** An example payload, from a schema of the extension. */
  readonly example?: JsonObject;
}

/** Payload types by version, by event. */
export type Payloads = { readonly [Event in string]: { readonly [Version in string]: object } };

/** Makes payloads for the events of one extension. */
export type TypedPayloadOf<P extends object> = <
  Event extends keyof P & string,
  Version extends keyof P[Event] & string,
>(
  event: Event,
  version: Version,
  overrides?: Overrides<EventMembers<P[Event][Version]>>,
) => EventMembers<P[Event][Version]>;

/** By version, by event. Events with a schema of Kiket's can be absent. */
export type EventSamples = Readonly<Record<string, Readonly<Record<string, EventSample>>>>;

/**
 * Makes a payload for an event: the example of the event's schema with the overrides applied. If there is no schema, it uses the
 * example of the event's kind, or an empty object.
 */
export function payloadOf<Event extends EventName | (string & {})>(
  event: Event,
  overrides?: Overrides<PayloadOf<Event>>,
  sample: EventSample = {},
): PayloadOf<Event> {
  return override(exampleOf(event, sample), { ...overrides }) as PayloadOf<Event>;
}

/** Makes the typed `payloadOf` for generated code. */
export function bindPayloads<P extends object>(samples: EventSamples): TypedPayloadOf<P> {
  return (event, version, overrides) =>
    payloadOf<string>(event, { ...overrides }, sampleOf(samples, event, version)) as never;
}

export function sampleOf(samples: EventSamples, event: string, version: string): EventSample | undefined {
  const versions = Object.hasOwn(samples, event) ? samples[event] : undefined;
  return versions !== undefined && Object.hasOwn(versions, version) ? versions[version] : undefined;
}

function exampleOf(event: string, { kind, parameters = {}, example: own }: EventSample): JsonObject {
  const example = own ?? known(event) ?? generic(event, kind);
  const keys = Object.keys(parameters);
  if (keys.length === 0) return example;
  const nested = kind === "workflow_action";
  const before = nested ? { ...(example.parameters as JsonObject | undefined) } : example;
  const values = Object.fromEntries(keys.map((key) => [key, parameterValue(key, parameters[key], before[key])]));
  return nested ? { ...example, parameters: values } : { ...example, ...values };
}

const webhookPrefix = "external.webhook.";

function known(event: string): JsonObject | undefined {
  return Object.hasOwn(examples, event) ? examples[event] : undefined;
}

function generic(event: string, kind: EventSample["kind"]): JsonObject {
  const of = kind ?? (event.startsWith(webhookPrefix) ? "external.webhook" : undefined);
  const example = of === undefined ? {} : (known(of) ?? {});
  const action = event.startsWith(webhookPrefix)
    ? event.slice(webhookPrefix.length)
    : event.slice(event.lastIndexOf(".") + 1);
  return "action" in example ? { ...example, action } : example;
}

const types: ReadonlyMap<string, "string" | "number" | "boolean"> = new Map([
  ["integer", "number"],
  ["number", "number"],
  ["boolean", "boolean"],
  ["checkbox", "boolean"],
]);

/** The value in the example if it has the declared type, else a sample value. Unknown types count as text. */
function parameterValue(key: string, declared: string | undefined, example: unknown): unknown {
  const type = types.get(declared ?? "") ?? "string";
  if (typeof example === type) return example;
  return { string: `sample ${key}`, number: 1, boolean: true }[type];
}
