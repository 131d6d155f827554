import type { JsonObject } from "../base/json.js";
import type { OtherName } from "../handler/event-family.js";
import type { SettingType } from "../values/settings.js";
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

/** A type that a manifest declares: of a setting, or an id. */
type ParameterType = SettingType | "id";

/** What a manifest declares of a parameter. */
export interface ParameterSample {
  readonly type: ParameterType;
  /** The values that it may have. Default: any of its type. */
  readonly options?: readonly string[];
  readonly default?: unknown;
}

/** Describes an event that Kiket's schemas do not contain, so that its payload can be made. */
export interface EventSample {
  /** The kind of the event. */
  readonly kind?: "command" | "workflow_action" | "setup_test" | "external.webhook";
  /** Types of the parameters, by key, as in the manifest; with options or a default if there are any. */
  readonly parameters?: Readonly<Record<string, ParameterType | ParameterSample>>;
  /** Whether the parameters are in a member of their own, `parameters`. */
  readonly nested?: boolean;
  /** An example payload, from a schema of the extension. */
  readonly example?: JsonObject;
}

/** The payloads of an extension's events by version, by event, and those of their other names, which its handlers get too. */
export type WithOtherNames<P extends object> = P & {
  readonly [Event in keyof P & string as Exclude<OtherName<Event>, keyof P>]: {
    readonly [Version in keyof P[Event]]: PayloadOf<OtherName<Event>>;
  };
};

/** Makes payloads for the events of one extension. */
export type TypedPayloadOf<P extends object> = <
  Event extends keyof WithOtherNames<P> & string,
  Version extends keyof WithOtherNames<P>[Event] & string,
>(
  event: Event,
  version: Version,
  overrides?: Overrides<EventMembers<WithOtherNames<P>[Event][Version]>>,
) => EventMembers<WithOtherNames<P>[Event][Version]>;

/** By version, by event. Events with a schema of Kiket's can be absent. */
export type EventSamples = Readonly<Record<string, Readonly<Record<string, EventSample>>>>;

const webhookPrefix = "external.webhook.";

/**
 * Makes a payload for an event: the example of the event's schema with the overrides applied. If there is no schema, it uses the
 * example of the event's kind, or an empty object. Generated code passes the kind; without it, the name decides.
 */
export function payloadOf<Event extends EventName | (string & {})>(
  event: Event,
  overrides?: Overrides<PayloadOf<Event>>,
  sample: EventSample = event.startsWith(webhookPrefix) ? { kind: "external.webhook" } : {},
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

function exampleOf(event: string, { kind, parameters = {}, nested, example: own }: EventSample): JsonObject {
  const example = own ?? known(event) ?? generic(event, kind);
  if (Object.keys(parameters).length === 0) return example;
  const before = new Map(Object.entries(nested ? { ...(example.parameters as JsonObject | undefined) } : example));
  const values = Object.fromEntries(
    Object.entries(parameters).map(([key, declared]) => {
      const sample = typeof declared === "string" ? { type: declared } : declared;
      return [key, parameterValue(key, sample, before.get(key))];
    }),
  );
  return nested ? { ...example, parameters: values } : { ...example, ...values };
}

function known(event: string): JsonObject | undefined {
  return Object.hasOwn(examples, event) ? examples[event] : undefined;
}

function generic(event: string, kind: EventSample["kind"]): JsonObject {
  const example = kind === undefined ? {} : (known(kind) ?? {});
  const start = kind === "external.webhook" ? webhookPrefix.length : event.lastIndexOf(".") + 1;
  const action = event.slice(start);
  return "action" in example ? { ...example, action } : example;
}

/**
 * The default if there is one. Else the value in the example, if it has the declared type and is one of the options; else the first option, or
 * a sample value. Unknown types count as text.
 */
function parameterValue(key: string, { type, options, default: value }: ParameterSample, example: unknown): unknown {
  if (value !== undefined) return structuredClone(value);
  if (options !== undefined) return options.find((option) => option === example) ?? options[0];
  const text = `sample ${key}`;
  const samples = { string: text, integer: 1, number: 1, boolean: true, object: {}, id: 1, unknown: text };
  return typeof example === typeof samples[type] && example !== null ? example : samples[type];
}
