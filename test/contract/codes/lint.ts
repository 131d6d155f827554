import { type Case, extension, linting, manifest } from "./case.js";

/** The manifest of an evidence adapter with one line of `spec`. */
function adapter(line: string) {
  const text = `apiVersion: kiket.dev/v1\nkind: Extension\nmetadata: { key: a, name: A, version: v }\nspec:\n  sourceSystem: a\n  ${line}\n`;
  return { "kiket-extension.yaml": text };
}

/** The rules of `lint` that no other tool has. KG801 is reported when generating too. */
export const lintCases: Readonly<Record<string, Case>> = {
  KG802: linting(extension("^fruit: apple")),
  KG803: linting(extension("activationEvents: [issue.created]", "hooks: [{ event: ^issue.assigned }]")),
  KG804: linting(extension("activationEvents: [^issue.created]", "hooks: [{ event: issue.assigned }]")),
  KG805: linting(extension("hooks: [{ event: issue.created, template: ^welcome }]")),
  KG806: linting(
    extension(
      "configuration: { a: { type: template }, b: { type: template } }",
      "hooks: [{ event: issue.created, template: a }, { event: issue.created, template: ^b }]",
    ),
  ),
  KG807: linting(extension("hooks: [{ event: ^moon.rose }]")),
  KG808: linting(
    extension("configuration: { a: { type: template, default: Hi, validation: { required_variables: [^b.c] } } }"),
  ),
  KG809: linting(extension("custom_data: { permissions: [{ module: ^ab.log, operations: [read] }] }")),
  KG810: linting(extension("secrets: [{ key: PIN, default: ^1234 }]")),
  KG811: linting(extension("permissions: [issues:read, ^write:issues]")),
  KG812: linting(extension("permissions: [^isues:read]")),
  KG813: linting(extension("contributes: { commands: [{ command: a.b, permissions: [^issues:read] }] }")),
  KG814: linting(extension("callback: { secret: ^env:HOOK_SECRET }")),
  KG815: linting(extension("callback: { secret: ^hunter2 }")),
  KG816: linting(extension("hooks: [{ event: ^sla.breach }]")),
  KG817: linting(
    extension(
      "configuration: { PORT: { type: integer } }",
      "setup: [{ configure: { fields: [{ key: PORT, type: ^text }] } }]",
    ),
  ),
  KG818: linting(
    extension(
      "configuration: { PORT: { type: integer } }",
      "setup: [{ configure: { fields: [{ key: PORT, required: ^true }] } }]",
    ),
  ),
  KG819: linting(extension("setup: [{ configure: { fields: [{ key: ^PORT, type: number }] } }]")),
  KG820: linting(
    extension("contributes: { commands: [{ command: ^a.send, handler: { type: extension_event, event: a.SEND } }] }"),
  ),
  KG821: linting(extension("hooks: [{ event: case.created }, { event: ^issue.created }]")),
  KG822: linting(extension('configuration: { A: { type: integer, default: "1" }, B: { type: integer, default: ^1 } }')),
  KG823: linting(
    extension(
      "configuration: { PORT: { type: integer, default: 1 } }",
      "setup: [{ configure: { fields: [{ key: PORT, default: ^2 }] } }]",
    ),
  ),
  KG830: linting(extension("hooks: [{ event: ^issue.created }]")),
  KG824: linting(manifest("^id: a\nsettings: []\n")),
  KG825: linting(
    extension(
      'configuration: { a: { type: template, default: "{{ issue.title }}" } }',
      "hooks: [{ event: case.created, template: ^a }]",
    ),
  ),
  KG826: linting(
    { ...extension("id: ab"), "own/moon.rose.v1.schema.json": '^{ "type": "object" }' },
    "--events",
    "own",
  ),
  KG827: linting(extension("hooks: [{ event: issue.created, endpoint: ^https://example.com/kiket }]")),
  KG828: linting(extension("hooks: [{ event: issue.created, endpoint: ^/health }]")),
  KG829: linting(
    extension("hooks: [{ event: issue.created, endpoint: /kiket }, { event: issue.assigned, endpoint: ^/kiket }]"),
  ),
  KG832: linting(adapter("^sourceEventTypes: []")),
  KG833: linting({ "extension.yaml": `^${adapter("")["kiket-extension.yaml"]}` }),
  KG834: linting(adapter("sourceEventTypes: [a, ^a]")),
};
