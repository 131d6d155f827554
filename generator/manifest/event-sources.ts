import type { EventOrigin } from "../model/event-origin.js";
import type { ParameterModel } from "../model/model.js";
import type { ValueType } from "../model/value-type.js";
import {
  asName,
  booleanAt,
  child,
  itemsAt,
  type MapNode,
  mapAt,
  mapsAt,
  namesAt,
  type Reporter,
  requiredMapAt,
  requiredTextAt,
  textAt,
} from "../yaml/node.js";
import { coerce } from "./coerce.js";
import { readOptions, readPlainType } from "./fields.js";
import type { EventSource, SourcePath } from "./merge-events.js";
import { parseReference } from "./value-references.js";

/** A list of event names. */
export function readNames(map: MapNode | undefined, key: string, origin: EventOrigin, report: Reporter): EventSource[] {
  return namesAt(map, key, report).map(({ name, at }) => ({ name, origin, at }));
}

/** `activationEvents`, also spelled `activation_events`. */
export function readActivationEvents(map: MapNode | undefined, report: Reporter): EventSource[] {
  return ["activationEvents", "activation_events"].flatMap((key) => readNames(map, key, "activationEvents", report));
}

/** The paths under some keys of a hook, endpoint or webhook. */
export function readPaths(map: MapNode | undefined, keys: readonly string[], report: Reporter): readonly SourcePath[] {
  return keys.flatMap((key) => {
    const text = textAt(map, key, report);
    const at = child(map, key)?.at;
    return text === undefined || at === undefined ? [] : [{ text, at }];
  });
}

/** `[{event, version, template, description, endpoint, url}]`; a plain name means a map with only `event`. */
export function readHooks(map: MapNode | undefined, report: Reporter): EventSource[] {
  return itemsAt(map, "hooks", report).flatMap((item): EventSource[] => {
    const hook = item.kind === "map" ? item : undefined;
    const hint = "add the event that the hook subscribes to";
    const name = hook ? requiredTextAt(hook, "event", report, hint) : asName(item, report);
    if (name === undefined) return [];
    return [
      {
        name,
        origin: "hooks",
        version: textAt(hook, "version", report) || undefined,
        versionAt: child(hook, "version")?.at,
        description: textAt(hook, "description", report),
        template: textAt(hook, "template", report),
        paths: readPaths(hook, ["endpoint", "url"], report),
        at: child(hook, "event")?.at ?? item.at,
      },
    ];
  });
}

/**
 * The options of a parameter, if all of them are text: how Kiket delivers another value is not known. A list in another form is not used
 * and not reported, because no manifest shows one.
 */
function readTextOptions(item: MapNode): readonly string[] | undefined {
  let isPlain = true;
  const doubt = (): void => {
    isPlain = false;
  };
  const options = readOptions(item, textAt(item, "type", doubt), doubt);
  const nodes = itemsAt(item, "options", doubt).map((node) => (node.kind === "map" ? child(node, "value") : node));
  const areTexts = nodes.every((node) => node?.kind === "scalar" && typeof node.value === "string");
  return options.length > 0 && isPlain && areTexts ? options : undefined;
}

/** The default of a parameter, if it is one of the options and no template. Whether Kiket accepts another one is not known. */
function readParameterDefault(item: MapNode, type: ValueType, options: readonly string[] | undefined): unknown {
  const node = child(item, "default");
  if (node === undefined) return undefined;
  const isTemplate = node.kind === "scalar" && (/\{[{%]/.test(node.text) || parseReference(node.text) !== undefined);
  const anything = { min: undefined, max: undefined, maxLength: undefined };
  const coerced = isTemplate ? undefined : coerce(node, type, { ...anything, options: options ?? [] });
  return coerced !== undefined && "value" in coerced ? coerced.value : undefined;
}

/** `[{key, type, label, description, required, options, default}]`; the default type is text. */
function readParameters(owner: MapNode, listKey: string, report: Reporter): ParameterModel[] {
  return mapsAt(owner, listKey, report).flatMap((item) => {
    const key = requiredTextAt(item, "key", report);
    if (key === undefined) return [];
    const type = readPlainType(item, report);
    const options = readTextOptions(item);
    return [
      {
        key,
        type,
        options,
        default: readParameterDefault(item, type, options),
        required: booleanAt(item, "required", report) ?? false,
        label: textAt(item, "label", report),
        description: textAt(item, "description", report) ?? textAt(item, "placeholder", report),
      },
    ];
  });
}

const handlerHint = "write `handler: {type: extension_event, event: …}`";

function readContributions(
  owner: MapNode | undefined,
  listKey: "commands" | "workflow_actions",
  titleKey: string,
  report: Reporter,
): EventSource[] {
  return mapsAt(owner, listKey, report).flatMap((item) => {
    const handler = requiredMapAt(item, "handler", report, handlerHint);
    const name = handler && requiredTextAt(handler, "event", report, handlerHint);
    if (handler === undefined || name === undefined) return [];
    return [
      {
        name,
        origin: listKey,
        description: textAt(item, "description", report) ?? textAt(item, titleKey, report),
        parameters: readParameters(item, "parameters", report),
        at: child(handler, "event")?.at ?? handler.at,
      },
    ];
  });
}

/** `contributes.commands` and `contributes.workflow_actions`. */
export function readContributes(map: MapNode | undefined, report: Reporter): EventSource[] {
  const contributes = mapAt(map, "contributes", report);
  return [
    ...readContributions(contributes, "commands", "title", report),
    ...readContributions(contributes, "workflow_actions", "name", report),
  ];
}

/** `actions[{key, label, inputs}]` of the format minimal: the key of an action is its event. */
export function readActions(map: MapNode | undefined, report: Reporter): EventSource[] {
  // (fact 508)
  return mapsAt(map, "actions", report).flatMap((item) => {
    const name = requiredTextAt(item, "key", report);
    if (name === undefined) return [];
    return [
      {
        name,
        origin: "actions",
        description: textAt(item, "description", report) ?? textAt(item, "label", report),
        parameters: readParameters(item, "inputs", report),
        at: child(item, "key")?.at ?? item.at,
      },
    ];
  });
}

/** `triggers[{event, handler}]` of the format version-two. */
export function readTriggers(map: MapNode | undefined, report: Reporter): EventSource[] {
  // (fact 511)
  return mapsAt(map, "triggers", report).flatMap((item) => {
    const name = requiredTextAt(item, "event", report, "add the event that starts the handler");
    if (name === undefined) return [];
    return [
      {
        name,
        origin: "triggers",
        version: textAt(item, "version", report) || undefined,
        versionAt: child(item, "version")?.at,
        description: textAt(item, "description", report),
        at: child(item, "event")?.at ?? item.at,
      },
    ];
  });
}
