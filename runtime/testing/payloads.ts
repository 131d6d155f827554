import type { JsonObject } from "../base/json.js";
import type { SettingType } from "../values/settings.js";
import type { EventPayloads } from "./event-payloads.gen.js";
import { examples } from "./examples.gen.js";
import { type EventMembers, type Overrides, override } from "./overrides.js";

/** An event that Kiket is known to send; names of your own are accepted everywhere too. */
export type EventName = keyof EventPayloads;

/** The payload of an event by its name; any JSON object where nothing is known. */
export type PayloadOf<Event extends string> = Event extends EventName
  ? EventPayloads[Event]
  : Event extends `external.webhook.${string}`
    ? EventPayloads["external.webhook"]
    : JsonObject;

/** A type that a manifest declares: of a setting, or an id. */
type ParameterType = SettingType | "id";

/** What an event is that Kiket's schemas do not name, and which parameters the manifest declares for it. */
export interface EventSample {
  readonly kind?: "command" | "workflow_action" | "setup_test" | "external.webhook";
  /** Keys to the types that the manifest declares. */
  readonly parameters?: Readonly<Record<string, ParameterType>>;
  /** Whether these stand in a member of their own, `parameters`. */
  readonly nested?: boolean;
  /** What its payload starts from, by a schema of the extension's own. */
  readonly example?: JsonObject;
}

/** Events to versions to payload types. */
export type Payloads = { readonly [Event in string]: { readonly [Version in string]: object } };

/** Makes payloads of one extension's own events. */
export type TypedPayloadOf<P extends object> = <
  Event extends keyof P & string,
  Version extends keyof P[Event] & string,
>(
  event: Event,
  version: Version,
  overrides?: Overrides<EventMembers<P[Event][Version]>>,
) => EventMembers<P[Event][Version]>;

/** By event name and version; what is absent is known by its schema. */
export type EventSamples = Readonly<Record<string, Readonly<Record<string, EventSample>>>>;

const webhooks = "external.webhook.";

/**
 * A payload of an event: the example of its schema with the overrides laid over it. An event without a schema starts from
 * the example of its kind, or from nothing. Generated code says the kind; without it there is only the name to go by.
 */
export function payloadOf<Event extends EventName | (string & {})>(
  event: Event,
  overrides?: Overrides<PayloadOf<Event>>,
  sample: EventSample = event.startsWith(webhooks) ? { kind: "external.webhook" } : {},
): PayloadOf<Event> {
  return override(exampleOf(event, sample), { ...overrides }) as PayloadOf<Event>;
}

/** What generated code makes its own typed `payloadOf` of. */
export function bindPayloads<P extends object>(samples: EventSamples): TypedPayloadOf<P> {
  return (event, version, overrides) =>
    payloadOf<string>(event, { ...overrides }, sampleOf(samples, event, version)) as never;
}

export function sampleOf(samples: EventSamples, event: string, version: string): EventSample | undefined {
  const versions = Object.hasOwn(samples, event) ? samples[event] : undefined;
  return versions !== undefined && Object.hasOwn(versions, version) ? versions[version] : undefined;
}

function exampleOf(event: string, { kind, parameters = {}, nested, example: own }: EventSample): JsonObject {
  const example = own ?? known(event) ?? generic(event, kind);
  if (Object.keys(parameters).length === 0) return example;
  const before = new Map(Object.entries(nested ? { ...(example.parameters as JsonObject | undefined) } : example));
  const values = Object.fromEntries(
    Object.entries(parameters).map(([key, type]) => [key, parameterValue(key, type, before.get(key))]),
  );
  return nested ? { ...example, parameters: values } : { ...example, ...values };
}

function known(event: string): JsonObject | undefined {
  return Object.hasOwn(examples, event) ? examples[event] : undefined;
}

function generic(event: string, kind: EventSample["kind"]): JsonObject {
  const example = kind === undefined ? {} : (known(kind) ?? {});
  const start = kind === "external.webhook" ? webhooks.length : event.lastIndexOf(".") + 1;
  const action = event.slice(start);
  return "action" in example ? { ...example, action } : example;
}

/** The example's own value where it is of the declared type; a type that is not known is taken for text. */
function parameterValue(key: string, type: ParameterType, example: unknown): unknown {
  const text = `sample ${key}`;
  const samples = { string: text, integer: 1, number: 1, boolean: true, object: {}, id: 1, unknown: text };
  return typeof example === typeof samples[type] && example !== null ? example : samples[type];
}
