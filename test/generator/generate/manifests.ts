import fc from "fast-check";
import { stringify } from "yaml";

/** Names that would be harmful in code, a comment, a path or a prototype if they were not escaped. */
export const hostileNames: readonly string[] = [
  '"; globalThis.injected = 1; "',
  "'; globalThis.injected = 1; '",
  "`$".concat("{globalThis.injected = 1}`"),
  "$".concat("{globalThis.injected = 1}"),
  "*/ globalThis.injected = 1; /*",
  "line\nglobalThis.injected = 1;",
  "separator\u2028globalThis.injected = 1;",
  "\r\nexport const injected = 1;",
  "__proto__",
  "constructor",
  "toString",
  "../../../escape",
  "..\\..\\escape",
  "/etc/escape",
  "a/b/c",
  "%2e%2e%2fescape",
  "con",
  ".hidden",
  "-rf",
  "class",
  "await",
  "\u0000nul",
  "\ud800",
  "\u202egnp.x",
  "zero\u200bwidth",
  "\u3164",
  "tag\u{e0041}",
  "\u{1f468}\u200d\u{1f467}\ufe0f",
  "@deprecated {@link x} `",
  "💥",
  "日本語",
  " ",
  "*",
  "x".repeat(120),
];

const name = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-zA-Z0-9_]{0,8}(\.[a-z][a-zA-Z0-9_]{0,8}){0,2}$/) },
  { weight: 1, arbitrary: fc.constantFrom(...hostileNames) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }) },
);

const field = fc.oneof(
  fc.record({ type: fc.constant("integer"), default: fc.integer({ min: -99, max: 99 }).map(String) }),
  fc.record({ type: fc.constant("boolean"), default: fc.constantFrom("true", "false") }),
  fc.record({ type: fc.constant("string"), default: name, description: name, label: name }),
  fc.record({ type: fc.constant("string"), secret: fc.constant(true), required: fc.boolean(), description: name }),
  fc.record({ type: fc.constant("template"), default: name }),
  fc.record({
    type: fc.constant("object"),
    default: fc.dictionary(name, name, { maxKeys: 3 }).map((map) => JSON.stringify(map)),
  }),
);

const handler = (event: string) => ({ type: "extension_event", event });

const parameter = fc.record({
  key: name,
  type: fc.constantFrom("string", "integer", "project", "constructor", "__proto__"),
  required: fc.boolean(),
  label: name,
});

/** A manifest as YAML text: any combination of what the canonical format allows, normal and hostile. */
export const manifests: fc.Arbitrary<string> = fc
  .record({
    id: name,
    title: name,
    hooks: fc.uniqueArray(name, { maxLength: 4 }),
    commands: fc.uniqueArray(name, { maxLength: 3 }),
    actions: fc.uniqueArray(fc.record({ name, parameters: fc.array(parameter, { maxLength: 3 }) }), {
      maxLength: 2,
      selector: (action) => action.name,
    }),
    permissions: fc.uniqueArray(name, { maxLength: 4 }),
    configuration: fc.dictionary(name, field, { maxKeys: 5 }),
    modules: fc.uniqueArray(name, { maxLength: 2 }),
  })
  .map(({ id, title, hooks, commands, actions, permissions, configuration, modules }) =>
    stringify({
      model_version: "1.0",
      extension: {
        id,
        name: title,
        version: "1.0.0",
        description: title,
        delivery: "http",
        callback: { url: "https://example.com" },
        permissions,
        hooks: hooks.map((event) => ({ event, description: title })),
        contributes: {
          commands: commands.map((command) => ({ command, title, handler: handler(command) })),
          workflow_actions: actions.map((action) => ({
            id: action.name,
            name: title,
            handler: handler(action.name),
            parameters: action.parameters,
          })),
        },
        configuration,
        custom_data: { permissions: modules.map((module) => ({ module, operations: ["read", "write"] })) },
      },
    }),
  );
