import { describe, expect, it, test } from "vitest";
import { stringify } from "yaml";
import { errorsIn } from "../../../../generator/diagnostics/diagnostic.js";
import { generate } from "../../../../generator/generate/generate.js";
import { check } from "../../../../generator/lint/lint.js";
import type { Format } from "../../../../generator/model/format.js";
import type { Position } from "../../../../generator/model/model.js";
import type { Host } from "../../../../generator/project/host.js";
import type { ManifestNode } from "../../../../generator/yaml/node.js";
import { errors, read } from "../../../schemas/manifest-schema.js";
import { parseText } from "../support.js";

type FirstFormat = Exclude<Format, "evidence-adapter" | "webhook">;

const path = ".kiket/manifest.yaml";
const own = { id: "com.example.mill", name: "Mill", version: "1.0.0", api_version: "v1", sdk: "node" };
const callback = { url: "https://mill.example" };
const http = { ...own, delivery: "http", callback };
const hook = { event: "issue.created" };
const field = { type: "string", default: "Bern" };

/** A manifest of each format without a mistake. */
const whole: Readonly<Record<FirstFormat, object>> = {
  canonical: { model_version: "1.0", extension: { ...http, hooks: [hook], configuration: { CITY: field } } },
  "canonical-1.1": {
    manifestVersion: "1.1",
    model_version: "1.0",
    extension: { ...own, delivery: { type: "http", callback }, hooks: [{ ...hook, version: "v1" }] },
    settings: { CITY: field },
  },
  scaffold: {
    model_version: "1.0",
    extension: own,
    delivery: { type: "http", callback },
    hooks: ["issue.created"],
    permissions: ["issues:read"],
    configuration: { fields: [{ key: "CITY", type: "string" }] },
  },
  "scaffold-text": { model_version: "1.0", extension: http, hooks: ["issue.created"], permissions: ["issues:read"] },
  marketplace: {
    model_version: "1.0",
    extension: { ...http, pricing: { model: "free", price_cents: 0 }, events: ["issue.created"] },
  },
  "flat-settings": {
    id: "com.example.mill",
    name: "Mill",
    hooks: [hook],
    settings: [{ key: "CITY", default: "Bern" }],
  },
  "flat-properties": {
    id: "com.example.mill",
    delivery: { type: "http", callback },
    hooks: [hook],
    configuration: { properties: { CITY: field } },
  },
  minimal: {
    name: "Mill",
    vendor: "Example",
    scopes: { read: ["issue"] },
    events: ["issue.created"],
    actions: [{ key: "grind", inputs: [{ key: "grain" }] }],
  },
  "legacy-json": {
    id: "com.example.mill",
    capabilities: { notifications: true },
    endpoints: [{ id: "grind", path: "/grind", method: "POST" }],
    configuration: { settings: [{ key: "CITY" }], secrets: [{ key: "PIN" }] },
    webhooks: { status_callback: { path: "/status" } },
  },
  "version-two": {
    manifest_version: 2,
    extension: { key: "com.example.mill", name: "Mill" },
    triggers: [{ event: "issue.created", handler: "grind" }],
    settings: [{ key: "CITY", type: "string" }],
  },
};

/** Errors of Kiket's own linter that every manifest of the format has. */
const inherent: Readonly<Partial<Record<FirstFormat, readonly string[]>>> = {
  "canonical-1.1": ["L7", "L8"],
  scaffold: ["L6"],
};

/** A dotted path, and what stands there instead; `undefined` removes the key. */
type Change = Readonly<Record<string, unknown>>;

function changed(format: FirstFormat, change: Change): string {
  const root = structuredClone(whole[format]);
  for (const [place, value] of Object.entries(change)) {
    const keys = place.split(".");
    const last = keys.pop() ?? "";
    let map = root as Record<string, unknown>;
    for (const key of keys) {
      map[key] ??= {};
      map = map[key] as Record<string, unknown>;
    }
    if (value === undefined) delete map[last];
    else map[last] = value;
  }
  return stringify(root);
}

type Case = readonly [what: string, format: FirstFormat, change: Change, told: readonly string[]];

const accepted: readonly Case[] = [
  ...Object.keys(whole).map((format): Case => ["nothing changed", format as FirstFormat, {}, []]),
  ["a version that is a number", "canonical", { "extension.version": 2 }, []],
  ["internal delivery", "canonical", { "extension.delivery": "internal", "extension.callback": undefined }, []],
  ["the longest timeout", "canonical", { "extension.callback.timeout": 60_000 }, []],
  ["an unknown event", "canonical", { "extension.hooks": [{ event: "somebody.elses.event" }] }, []],
  ["an unknown permission", "canonical", { "extension.permissions": ["anything"] }, []],
  ["unknown keys", "canonical", { "x-own": [1], "extension.x-own": { deep: null } }, []],
  ["a native default", "canonical", { "extension.configuration.COPIES": { type: "integer", default: 3 } }, []],
  ["a null default", "canonical", { "extension.configuration.CITY.default": null }, []],
  ["options in both forms", "canonical", { "extension.configuration.CITY.options": ["Bern", { value: "Rome" }] }, []],
  [
    "a secret as the templates of Kiket write it",
    "canonical",
    { "extension.setup": [{ secrets: { fields: [{ key: "PIN", obtain: { type: "api_key", secret: true } }] } }] },
    [],
  ],
  ["hooks as maps", "scaffold", { hooks: [hook] }, []],
  ["a price in part of a cent", "marketplace", { "extension.pricing.price_per_unit_cents": 0.5 }, []],
  ["scopes as a list", "minimal", { scopes: ["issues:read"] }, []],
  ["an id", "minimal", { id: "com.example.mill" }, []],
  ["an endpoint that receives no events", "legacy-json", { endpoints: [{ id: "a", path: "/", method: "GET" }] }, []],
  ["a version in quotes", "version-two", { manifest_version: "2" }, []],
];

const refused: readonly Case[] = [
  ["no id", "canonical", { "extension.id": undefined }, ["L3 `extension` has no `id`"]],
  ["an empty id", "canonical", { "extension.id": "" }, ["KG835 `extension.id` must have at least one character"]],
  ["a number as id", "canonical", { "extension.id": 7 }, ["KG835 `extension.id` must be text, found `7`"]],
  ["an id without a value", "canonical", { "extension.id": null }, ["L3 `extension` has no `id`"]],
  ["a list as id", "canonical", { "extension.id": ["a"] }, ["KG204 `extension.id` must be text, found a list"]],
  ["no name", "canonical", { "extension.name": undefined }, ["L4 `extension` has no `name`"]],
  ["a name without a value", "canonical", { "extension.name": null }, ["L4 `extension` has no `name`"]],
  [
    "a list as name",
    "canonical",
    { "extension.name": ["Mill"] },
    ["KG204 `extension.name` must be text, found a list"],
  ],
  [
    "a description without a value",
    "canonical",
    { "extension.description": null },
    ["KG835 `extension.description` must be text, found nothing"],
  ],
  ["a number as API version", "canonical", { "extension.api_version": 1 }, ["L15 invalid api version `1`"]],
  ["an API version without its letter", "canonical", { "extension.api_version": "1" }, ["L15 invalid api version `1`"]],
  [
    "a boolean as version",
    "canonical",
    { "extension.version": true },
    ["KG204 `extension.version` must be text, found `true`"],
  ],
  ["an unknown sdk", "canonical", { "extension.sdk": "rust" }, ["L14 unknown sdk `rust`"]],
  [
    "an unknown delivery",
    "canonical",
    { "extension.delivery": "grpc" },
    ["L8 `extension.delivery` must be http or internal, found `grpc`"],
  ],
  [
    "a text as callback",
    "canonical",
    { "extension.delivery": "internal", "extension.callback": "https://m.example" },
    ["KG835 `extension.callback` must be a map, found `https://m.example`"],
  ],
  [
    "a timeout with a unit",
    "canonical",
    { "extension.callback.timeout": "30s" },
    ["L11 `callback.timeout` must be a number; the platform's linter crashes on any other value"],
  ],
  ["a short timeout", "canonical", { "extension.callback.timeout": 99 }, ["L11 a timeout of 99 ms is out of range"]],
  [
    "a long timeout",
    "canonical",
    { "extension.callback.timeout": 60_001 },
    ["L11 a timeout of 60001 ms is out of range"],
  ],
  [
    "a timeout in quotes",
    "canonical",
    { "extension.callback.timeout": "5000" },
    ["L11 `callback.timeout` must be a number; the platform's linter crashes on any other value"],
  ],
  [
    "a number as header",
    "canonical",
    { "extension.callback.headers": { trace: 1 } },
    ["KG835 `extension.callback.headers.trace` must be text, found `1`"],
  ],
  [
    "names as hooks",
    "canonical",
    { "extension.hooks": ["issue.created"] },
    ["KG835 `extension.hooks[0]` must be a map, found `issue.created`"],
  ],
  ["a map as hooks", "canonical", { "extension.hooks": hook }, ["KG204 `extension.hooks` must be a list, found a map"]],
  [
    "a hook without event",
    "canonical",
    { "extension.hooks": [{ description: "a" }] },
    ["KG205 `extension.hooks[0]` has no `event`"],
  ],
  [
    "a hook with a number as event",
    "canonical",
    { "extension.hooks": [{ event: 7 }] },
    ["KG835 `extension.hooks[0].event` must be text, found `7`"],
  ],
  [
    "an empty event",
    "canonical",
    { "extension.hooks": [{ event: "" }] },
    ["KG205 `extension.hooks[0]` has no `event`"],
  ],
  [
    "a timeout of a hook with a unit",
    "canonical",
    { "extension.hooks": [{ ...hook, timeout: "5s" }] },
    ["KG835 `extension.hooks[0].timeout` must be a whole number, found `5s`"],
  ],
  [
    "retries below zero",
    "canonical",
    { "extension.hooks": [{ ...hook, retries: -1 }] },
    ["KG835 `extension.hooks[0].retries` must be at least 0, found -1"],
  ],
  [
    "a number as activation event",
    "canonical",
    { "extension.activationEvents": [7] },
    ["KG835 `extension.activationEvents[0]` must be text, found `7`"],
  ],
  [
    "a number as lifecycle event",
    "canonical",
    { "extension.lifecycleEvents": [7] },
    ["KG835 `extension.lifecycleEvents[0]` must be text, found `7`"],
  ],
  [
    "a text as permissions",
    "canonical",
    { "extension.permissions": "issues:read" },
    ["KG204 `extension.permissions` must be a list, found `issues:read`"],
  ],
  [
    "an empty permission",
    "canonical",
    { "extension.permissions": [""] },
    ["KG204 `extension.permissions[0]` must be a name, found nothing"],
  ],
  [
    "permissions without a value",
    "canonical",
    { "extension.permissions": null },
    ["KG835 `extension.permissions` must be a list, found nothing"],
  ],
  [
    "a map as tags",
    "canonical",
    { "extension.tags": { a: true } },
    ["KG835 `extension.tags` must be a list, found a map"],
  ],
  [
    "a map as capabilities",
    "canonical",
    { "extension.capabilities": { a: true } },
    ["KG835 `extension.capabilities` must be a list, found a map"],
  ],
  [
    "an unknown type of setting",
    "canonical",
    { "extension.configuration.CITY.type": "city" },
    ["KG835 `extension.configuration.CITY.type` must be one of the known words, found `city`"],
  ],
  [
    "an empty type of setting",
    "canonical",
    { "extension.configuration.CITY.type": "" },
    ["KG835 `extension.configuration.CITY.type` must be one of the known words, found nothing"],
  ],
  [
    "a value as setting",
    "canonical",
    { "extension.configuration.CITY": "Bern" },
    ["KG204 `extension.configuration.CITY` must be a map, found `Bern`"],
  ],
  [
    "a text as secret",
    "canonical",
    { "extension.configuration.PIN": { type: "string", secret: "true" } },
    ["KG835 `extension.configuration.PIN.secret` must be true or false, found `true`"],
  ],
  [
    "a text as required",
    "canonical",
    { "extension.configuration.CITY.required": "false" },
    ["KG835 `extension.configuration.CITY.required` must be true or false, found `false`"],
  ],
  [
    "yes as required",
    "canonical",
    { "extension.configuration.CITY.required": "yes" },
    ["KG204 `extension.configuration.CITY.required` must be true or false, found `yes`"],
  ],
  [
    "a text as minimum",
    "canonical",
    { "extension.configuration.COPIES": { type: "integer", min: "1" } },
    ["KG835 `extension.configuration.COPIES.min` must be a number, found `1`"],
  ],
  [
    "a minimum that is no number",
    "canonical",
    { "extension.configuration.COPIES": { type: "integer", min: Number.NaN } },
    ["KG204 `extension.configuration.COPIES.min` must be a number, found `.nan`"],
  ],
  [
    "an option without value",
    "canonical",
    { "extension.configuration.CITY.options": [{ label: "Bern" }] },
    ["KG205 `extension.configuration.CITY.options[0]` has no `value`"],
  ],
  [
    "a map as secrets",
    "canonical",
    { "extension.secrets": { PIN: {} } },
    ["KG204 `extension.secrets` must be a list, found a map"],
  ],
  [
    "a secret without key",
    "canonical",
    { "extension.secrets": [{ label: "Pin" }] },
    ["KG205 `extension.secrets[0]` has no `key`"],
  ],
  ["an empty setup step", "canonical", { "extension.setup": [{}] }, ["S1 a setup step must be a map with one key"]],
  [
    "a text as setup step",
    "canonical",
    { "extension.setup": ["secrets"] },
    ["S1 a setup step must be a map with one key"],
  ],
  [
    "a setup step without a value",
    "canonical",
    { "extension.setup": [{ info: null }] },
    ["KG835 `extension.setup[0].info` must be a map, found nothing"],
  ],
  [
    "a list as configure step",
    "canonical",
    { "extension.setup": [{ configure: [{ key: "CITY" }] }] },
    ["KG204 `extension.setup[0].configure` must be a map, found a list"],
  ],
  [
    "a text as secrets step",
    "canonical",
    { "extension.setup": [{ secrets: "PIN" }] },
    ["S2 the secrets step asks for nothing", "KG204 `extension.setup[0].secrets` must be a map, found `PIN`"],
  ],
  [
    "an unknown type of wizard field",
    "canonical",
    { "extension.setup": [{ configure: { fields: [{ key: "CITY", type: "city" }] } }] },
    ["KG835 `extension.setup[0].configure.fields[0].type` must be one of the known words, found `city`"],
  ],
  [
    "a link without a label",
    "canonical",
    { "extension.setup": [{ info: { title: "Hi", links: [{ url: "https://mill.example" }] } }] },
    ["S16 a link has no `label`"],
  ],
  [
    "a link that is no map",
    "canonical",
    { "extension.setup": [{ info: { title: "Hi", links: ["a"] } }] },
    ["KG835 `extension.setup[0].info.links[0]` must be a map, found `a`"],
  ],
  [
    "a help page without an address",
    "canonical",
    { "extension.output_fields": { a: { label: "A", help_url: "mill.example" } } },
    ["O7 `mill.example` is not a web address"],
  ],
  [
    "an unknown type of output",
    "canonical",
    { "extension.output_fields": { a: { label: "A", type: "image" } } },
    ["O5 unknown output field type `image`"],
  ],
  [
    "a text as output field",
    "canonical",
    { "extension.output_fields": { a: "A" } },
    ["O3 the output field `a` must be a map"],
  ],
  [
    "an unknown operation",
    "canonical",
    { "extension.custom_data": { permissions: [{ module: "a.b", operations: ["update"] }] } },
    ["M6 unknown custom-data operation `update`"],
  ],
  [
    "a provider without a name",
    "canonical",
    { "extension.requires": { oauth_provider: { scopes: ["a"] } } },
    ["KG835 `extension.requires.oauth_provider` has no `provider`"],
  ],
  [
    "a rate of nothing",
    "canonical",
    { "extension.rate_limiting": { burst: 0 } },
    ["KG835 `extension.rate_limiting.burst` must be at least 1, found 0"],
  ],
  [
    "a command without handler",
    "canonical",
    { "extension.contributes": { commands: [{ command: "a.b" }] } },
    ["KG205 `extension.contributes.commands[0]` has no `handler`"],
  ],
  [
    "a handler without a value",
    "canonical",
    { "extension.contributes": { commands: [{ command: "a.b", handler: null }] } },
    ["KG205 `extension.contributes.commands[0]` has no `handler`"],
  ],
  [
    "a handler with an event without a value",
    "canonical",
    { "extension.contributes": { commands: [{ command: "a.b", handler: { event: null } }] } },
    ["KG205 `extension.contributes.commands[0].handler` has no `event`"],
  ],
  [
    "a boolean as option",
    "canonical",
    { "extension.configuration.CITY.options": [true] },
    ["KG204 `extension.configuration.CITY.options[0]` must be text, found `true`"],
  ],
  [
    "an option with an empty value",
    "canonical",
    { "extension.configuration.CITY.options": [{ value: "" }, "Bern"] },
    ["KG205 `extension.configuration.CITY.options[0]` has no `value`"],
  ],
  [
    "an empty name of a module",
    "canonical",
    { "extension.custom_data": { modules: [""] } },
    ["KG204 `extension.custom_data.modules[0]` must be a name, found nothing"],
  ],
  [
    "an empty noun of a scope",
    "minimal",
    { scopes: { read: [""] } },
    ["KG204 `scopes.read[0]` must be a name, found nothing"],
  ],
  ["a list as deployment", "canonical", { deployment: ["cloud"] }, ["KG835 `deployment` must be a map, found a list"]],
  [
    "a list as model version",
    "canonical",
    { model_version: ["1.0"] },
    ["KG835 `model_version` must be text or a number, found a list"],
  ],
  [
    "an unknown delivery type",
    "canonical-1.1",
    { "extension.delivery.type": "grpc" },
    ["KG835 `extension.delivery.type` must be `http` or `internal`, found `grpc`"],
  ],
  [
    "a text as callback of a delivery",
    "canonical-1.1",
    { "extension.delivery.callback": "https://m.example" },
    ["KG204 `extension.delivery.callback` must be a map, found `https://m.example`"],
  ],
  [
    "a number as secret key",
    "canonical-1.1",
    { "extension.delivery.callback.secret_keys": [7] },
    ["KG835 `extension.delivery.callback.secret_keys[0]` must be text, found `7`"],
  ],
  [
    "an unknown type of setting beside",
    "canonical-1.1",
    { "settings.CITY.type": "city" },
    ["KG835 `settings.CITY.type` must be one of the known words, found `city`"],
  ],
  [
    "an unknown delivery type beside",
    "scaffold",
    { "delivery.type": "grpc" },
    ["KG835 `delivery.type` must be `http` or `internal`, found `grpc`"],
  ],
  [
    "a delivery timeout with a unit",
    "scaffold",
    { "delivery.timeout": "5s" },
    ["KG835 `delivery.timeout` must be a whole number, found `5s`"],
  ],
  ["a number as hook", "scaffold", { hooks: [7] }, ["KG835 `hooks[0]` must be text, found `7`"]],
  ["a hook without a value", "scaffold", { hooks: [null] }, ["KG204 `hooks[0]` must be text, found nothing"]],
  ["an empty hook", "scaffold", { hooks: [""] }, ["KG204 `hooks[0]` must be a name, found nothing"]],
  [
    "a field without key",
    "scaffold",
    { "configuration.fields": [{ type: "string" }] },
    ["KG205 `configuration.fields[0]` has no `key`"],
  ],
  [
    "an unknown delivery of the quickstart",
    "scaffold-text",
    { "extension.delivery": "HTTP" },
    ["L8 `extension.delivery` must be http or internal, found `HTTP`"],
  ],
  ["a number as permission", "scaffold-text", { permissions: [7] }, ["KG835 `permissions[0]` must be text, found `7`"]],
  [
    "an unknown price model",
    "marketplace",
    { "extension.pricing.model": "gift" },
    ["KG835 `extension.pricing.model` must be `free`, `one_time`, `subscription` or `usage_based`, found `gift`"],
  ],
  [
    "a text as price",
    "marketplace",
    { "extension.pricing.price_cents": "free" },
    ["KG835 `extension.pricing.price_cents` must be a whole number, found `free`"],
  ],
  [
    "an endless price",
    "marketplace",
    { "extension.pricing.price_per_unit_cents": Number.POSITIVE_INFINITY },
    ["KG835 `extension.pricing.price_per_unit_cents` must be a number, found `.inf`"],
  ],
  [
    "a price below zero",
    "marketplace",
    { "extension.pricing.price_cents": -1 },
    ["KG835 `extension.pricing.price_cents` must be at least 0, found -1"],
  ],
  [
    "a number as event of the marketplace",
    "marketplace",
    { "extension.events": [7] },
    ["KG835 `extension.events[0]` must be text, found `7`"],
  ],
  ["a flat manifest without id", "flat-settings", { id: undefined }, ["KG835 the manifest has no `id`"]],
  ["an empty flat id", "flat-settings", { id: "" }, ["KG835 `id` must have at least one character"]],
  ["a setting without key", "flat-settings", { settings: [{ default: "Bern" }] }, ["KG205 `settings[0]` has no `key`"]],
  [
    "a text as secret setting",
    "flat-settings",
    { settings: [{ key: "PIN", secret: "true" }] },
    ["KG835 `settings[0].secret` must be true or false, found `true`"],
  ],
  [
    "an unknown type of flat setting",
    "flat-settings",
    { settings: [{ key: "CITY", type: "city" }] },
    ["KG835 `settings[0].type` must be one of the known words, found `city`"],
  ],
  [
    "a value as property",
    "flat-properties",
    { "configuration.properties.CITY": 1 },
    ["KG204 `configuration.properties.CITY` must be a map, found `1`"],
  ],
  [
    "an unknown delivery type of a flat manifest",
    "flat-properties",
    { "delivery.type": "grpc" },
    ["KG835 `delivery.type` must be `http` or `internal`, found `grpc`"],
  ],
  ["no name", "minimal", { name: undefined }, ["KG835 the manifest has no `name`"]],
  [
    "a text as events",
    "minimal",
    { events: "issue.created" },
    ["KG204 `events` must be a list, found `issue.created`"],
  ],
  ["a number as event", "minimal", { events: [7] }, ["KG835 `events[0]` must be text, found `7`"]],
  ["an action without key", "minimal", { actions: [{ label: "Grind" }] }, ["KG205 `actions[0]` has no `key`"]],
  [
    "a text as scopes of a verb",
    "minimal",
    { scopes: { read: "issue" } },
    ["KG204 `scopes.read` must be a list, found `issue`"],
  ],
  ["a legacy manifest without id", "legacy-json", { id: undefined }, ["KG835 the manifest has no `id`"]],
  [
    "a capability that is no boolean",
    "legacy-json",
    { "capabilities.notifications": "yes please" },
    ["KG835 `capabilities.notifications` must be true or false, found `yes please`"],
  ],
  [
    "an endpoint without path",
    "legacy-json",
    { endpoints: [{ id: "grind", method: "POST" }] },
    ["KG835 `endpoints[0]` has no `path`"],
  ],
  ["an endpoint without id", "legacy-json", { endpoints: [{ path: "/grind" }] }, ["KG205 `endpoints[0]` has no `id`"]],
  [
    "a text as webhook",
    "legacy-json",
    { "webhooks.status_callback": "/status" },
    ["KG204 `webhooks.status_callback` must be a map, found `/status`"],
  ],
  ["an extension without key", "version-two", { "extension.key": undefined }, ["KG835 `extension` has no `key`"]],
  [
    "a trigger without event",
    "version-two",
    { triggers: [{ handler: "grind" }] },
    ["KG205 `triggers[0]` has no `event`"],
  ],
  [
    "a text as triggers",
    "version-two",
    { triggers: "issue.created" },
    ["KG204 `triggers` must be a list, found `issue.created`"],
  ],
  [
    "a number as handler",
    "version-two",
    { triggers: [{ event: "issue.created", handler: 7 }] },
    ["KG835 `triggers[0].handler` must be text, found `7`"],
  ],
];

const cases = [...accepted, ...refused];

/** The places that a JSON pointer may mean: those of the value and of its key. */
function placesOf(root: ManifestNode, pointer: string): readonly Position[] {
  let node: ManifestNode = root;
  let places: readonly Position[] = [root.at];
  for (const part of pointer.split("/").slice(1)) {
    const entry = node.kind === "map" ? node.entries.get(part) : undefined;
    const next: ManifestNode | undefined =
      entry?.value ?? (node.kind === "list" ? node.items[Number(part)] : undefined);
    if (next === undefined) throw new Error(`nothing at ${pointer}`);
    places = entry === undefined ? [next.at] : [next.at, entry.keyAt];
    node = next;
  }
  return places;
}

const shown = ({ line, column }: Position): string => `${line}:${column}`;

/** A project that has only a manifest, and where nothing can be written. */
function onlyManifest(text: string): Host {
  const no = async (): Promise<never> => {
    throw new Error("a dry run writes nothing");
  };
  return {
    read: async (file) => (file === path ? text : undefined),
    list: async () => [],
    exists: async (file) => file === path,
    replace: no,
    remove: no,
    create: no,
  };
}

test("the cases are of every format", () => {
  expect([cases.length >= 100, refused.length >= 80]).toEqual([true, true]);
  const formats = Object.keys(whole).sort();
  expect([...new Set(refused.map(([, format]) => format))].sort()).toEqual(formats);
  expect(new Set(cases.map(([, format, change]) => changed(format, change))).size).toBe(cases.length);
});

describe.each(cases)("%s, %s", (_what, format, change, told) => {
  const text = changed(format, change);
  const { model, root } = parseText(text);
  const ofEditor = errors("extension.schema.json", read(text));

  it("is of the format", () => {
    expect(model?.format).toBe(format);
  });

  it("is refused by lint as in the editor, at the same places", () => {
    const disk = { tests: true, readme: true, windows: false };
    const found = errorsIn(check({ manifest: { path, text }, modules: [], diagnostics: [] }, disk));
    const own = found.filter(({ code }) => !inherent[format]?.includes(code));
    expect(own.map(({ code, message }) => `${code} ${message}`)).toEqual(told);
    expect(ofEditor.length > 0).toBe(told.length > 0);
    if (root === undefined) throw new Error("no manifest");
    const wanted = ofEditor.map(({ instancePath }) => placesOf(root, instancePath).map(shown));
    const lines = own.map(({ at }) => shown(at));
    expect(wanted.filter((places) => !places.some((place) => lines.includes(place)))).toEqual([]);
    expect(lines.filter((line) => !wanted.flat().includes(line))).toEqual([]);
  });

  it("is told of by a run that generates", async () => {
    const { diagnostics } = await generate({ host: onlyManifest(text), mode: "dry-run" });
    const doubts = diagnostics.filter(({ at, severity }) => at.file === path && severity !== "note");
    expect(doubts.length > 0).toBe(told.length > 0);
    expect(errorsIn(doubts).map(({ code }) => code)).not.toContain("KG835");
  });
});

test.each([
  ["a list as extension", "extension: [a]\n", ["L2"]],
  ["an extension without a value", "extension:\n", ["L2"]],
  ["no keys", "{}\n", ["KG202"]],
  ["a blueprint", "identifier: desk\nname: Desk\n", ["KG203"]],
  ["a list", "- extension\n", ["KG201"]],
  ["nothing", "", ["KG201"]],
])("without a format: %s is refused by the editor, lint and a run", async (_what, text, codes) => {
  expect(errors("extension.schema.json", read(text))).not.toEqual([]);
  const disk = { tests: true, readme: true, windows: false };
  const found = errorsIn(check({ manifest: { path, text }, modules: [], diagnostics: [] }, disk));
  expect(found.map(({ code }) => code)).toEqual(codes);
  const { diagnostics } = await generate({ host: onlyManifest(text), mode: "dry-run" });
  expect(errorsIn(diagnostics).map(({ code }) => code)).toEqual(codes);
});

test("where a map is wanted, the hint names its keys", () => {
  const text = stringify({ model_version: "1.0", extension: { ...http, hooks: ["issue.created"] } });
  const disk = { tests: true, readme: true, windows: false };
  const [found] = errorsIn(check({ manifest: { path, text }, modules: [], diagnostics: [] }, disk));
  expect([found?.message, found?.hint]).toEqual([
    "`extension.hooks[0]` must be a map, found `issue.created`",
    "write a map with `event`",
  ]);
});
