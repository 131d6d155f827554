import { describe, expect, it } from "vitest";
import { errors, read } from "./manifest-schema.js";

const canonical = (lines: string): string =>
  `extension:\n  id: dev.example.ext.order-desk\n  name: Order desk\n  ${lines}`;
const column = (text: string): string => `module: labels\ntables: { labels: { columns: [{ ${text} }] } }`;

describe("a mistake is refused where it stands", () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ["an empty manifest", "{}", "", "required"],
    ["a blueprint", "{ identifier: desk, name: Desk }", "", "required"],
    ["a list for the extension", "extension: [a]", "/extension", "type"],
    ["no identifier", "extension: { name: Desk }", "/extension", "required"],
    ["an unknown delivery", canonical("delivery: grpc"), "/extension/delivery", "enum"],
    ["a text for the callback", canonical("callback: https://desk.example"), "/extension/callback", "type"],
    ["a timeout with a unit", canonical("callback: { timeout: 30s }"), "/extension/callback/timeout", "type"],
    ["a text for a list", canonical("permissions: issues:read"), "/extension/permissions", "type"],
    ["names for hooks", canonical("hooks: [issue.created]"), "/extension/hooks/0", "type"],
    ["a hook without an event", canonical("hooks: [{ template: a }]"), "/extension/hooks/0", "required"],
    ["a number for an event", canonical("activationEvents: [7]"), "/extension/activationEvents/0", "type"],
    [
      "a command without a handler",
      canonical("contributes: { commands: [{ command: a.b }] }"),
      "/extension/contributes/commands/0",
      "required",
    ],
    [
      "a handler without an event",
      canonical("contributes: { workflow_actions: [{ id: a, handler: { type: extension_event } }] }"),
      "/extension/contributes/workflow_actions/0/handler",
      "required",
    ],
    ["a list for the configuration", canonical("configuration: [{ key: a }]"), "/extension/configuration", "type"],
    ["a value for a setting", canonical("configuration: { copies: 2 }"), "/extension/configuration/copies", "type"],
    [
      "an unknown type",
      canonical("configuration: { copies: { type: int } }"),
      "/extension/configuration/copies/type",
      "enum",
    ],
    [
      "a text for a boolean",
      canonical('configuration: { token: { secret: "true" } }'),
      "/extension/configuration/token/secret",
      "type",
    ],
    ["a map for the secrets", canonical("secrets: { TOKEN: {} }"), "/extension/secrets", "type"],
    [
      "an unknown output type",
      canonical("output_fields: { a: { type: image } }"),
      "/extension/output_fields/a/type",
      "enum",
    ],
    ["an empty step", canonical("setup: [{}]"), "/extension/setup/0", "minProperties"],
    [
      "a field without a key",
      canonical("setup: [{ configure: { fields: [{ type: text }] } }]"),
      "/extension/setup/0/configure/fields/0",
      "required",
    ],
    [
      "an unknown operation",
      canonical("custom_data: { permissions: [{ module: a, operations: [update] }] }"),
      "/extension/custom_data/permissions/0/operations/0",
      "enum",
    ],
    ["an unknown price model", canonical("pricing: { model: gift }"), "/extension/pricing/model", "enum"],
    ["an unknown delivery type", canonical("delivery: { type: grpc }"), "/extension/delivery/type", "enum"],
    ["a map for scaffold hooks", "{ extension: { id: a }, hooks: { event: a } }", "/hooks", "type"],
    ["a flat manifest without an identifier", "{ settings: [] }", "", "required"],
    ["a setting without a key", "{ id: a, settings: [{ default: 1 }] }", "/settings/0", "required"],
    [
      "a value for a property",
      "{ id: a, configuration: { properties: { b: 1 } } }",
      "/configuration/properties/b",
      "type",
    ],
    ["a text for events", "{ name: a, events: issue.created }", "/events", "type"],
    [
      "another apiVersion",
      "{ apiVersion: kiket.dev/v2, kind: Extension, metadata: { key: a, name: a, version: a }, spec: { sourceSystem: a } }",
      "/apiVersion",
      "const",
    ],
    [
      "an upper-case adapter key",
      "{ apiVersion: kiket.dev/v1, kind: Extension, metadata: { key: Desk, name: a, version: a }, spec: { sourceSystem: a } }",
      "/metadata/key",
      "pattern",
    ],
    [
      "a capability that is no boolean",
      "{ id: a, endpoints: [], capabilities: { b: yes please } }",
      "/capabilities/b",
      "type",
    ],
    [
      "a trigger without an event",
      "{ manifest_version: 2, extension: { key: a }, triggers: [{ handler: b }] }",
      "/triggers/0",
      "required",
    ],
  ];

  it.each(cases)("%s", (_what, text, instancePath, keyword) => {
    const found = errors("extension.schema.json", read(text)).map((error) => [error.instancePath, error.keyword]);
    expect(found).toContainEqual([instancePath, keyword]);
  });

  const moduleCases: readonly (readonly [string, string, string, string])[] = [
    ["no module", "tables: {}", "", "required"],
    ["no tables", "module: labels", "", "required"],
    ["a list of tables in the newer form", "{ module: labels, tables: [] }", "/tables", "type"],
    ["a map of tables in the older form", "module: { id: labels, tables: {} }", "/module/tables", "type"],
    [
      "a table without a name in the older form",
      "module: { id: labels, tables: [{ columns: [] }] }",
      "/module/tables/0",
      "required",
    ],
    ["a column without a type", column("name: a"), "/tables/labels/columns/0", "required"],
    ["an unknown column type", column("name: a, type: varchar"), "/tables/labels/columns/0/type", "enum"],
    ["a text for null", column('name: a, type: text, null: "no"'), "/tables/labels/columns/0/null", "type"],
    ["a length that is none", column("name: a, type: string, length: 0"), "/tables/labels/columns/0/length", "minimum"],
    [
      "an index without columns",
      "{ module: a, tables: { b: { columns: [], indexes: [{ name: c }] } } }",
      "/tables/b/indexes/0",
      "required",
    ],
    [
      "an unknown operation",
      "{ module: a, tables: {}, permissions: [{ role: user, tables: { b: [update] } }] }",
      "/permissions/0/tables/b/0",
      "enum",
    ],
    [
      "a text for tables of a rule",
      "{ module: a, tables: {}, permissions: [{ role: user, tables: b }] }",
      "/permissions/0/tables",
      "type",
    ],
  ];

  it.each(moduleCases)("in a module: %s", (_what, text, instancePath, keyword) => {
    const found = errors("module.schema.json", read(text)).map((error) => [error.instancePath, error.keyword]);
    expect(found).toContainEqual([instancePath, keyword]);
  });
});

describe("mixed evidence is taken", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["an unquoted version", `model_version: 1.0\n${canonical("version: 2")}`],
    [
      "a native default",
      canonical("configuration: { copies: { type: integer, default: 3 }, on: { type: boolean, default: true } }"),
    ],
    ["an interpolated address", canonical("callback: { url: '$" + "{BASE:-https://desk.example}' }")],
    [
      "the last of two equal keys",
      `${canonical("custom_data: { modules: [labels] }")}\n  custom_data: { permissions: [{ module: a, operations: [read] }] }`,
    ],
    ["an unknown event", canonical("hooks: [{ event: somebody.elses.event }]")],
    ["settings one level deeper", canonical("configuration: { properties: { apiUrl: { default: a } } }")],
    ["scaffold hooks as maps", "{ extension: { id: a, name: A }, hooks: [{ event: issue.created }] }"],
    ["flat scopes as a list", "{ name: a, scopes: [issues:read] }"],
  ];

  it.each(cases)("%s", (_what, text) => {
    expect(errors("extension.schema.json", read(text))).toEqual([]);
  });
});
