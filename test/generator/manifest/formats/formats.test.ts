import { describe, expect, it } from "vitest";
import type { EventModel, Model, SecretModel, SettingModel } from "../../../../generator/model/model.js";
import { cleanModel, parseText, told } from "../support.js";

const file = "m.yaml";

function at(line: number, column: number) {
  return { file, line, column };
}

const event = {
  version: "v1",
  description: undefined,
  parameters: [],
  template: undefined,
} satisfies Partial<EventModel>;

const setting = {
  required: false,
  options: [],
  label: undefined,
  description: undefined,
  variables: [],
} satisfies Partial<SettingModel>;

const secret = { required: false, label: undefined, description: undefined } satisfies Partial<SecretModel>;

const empty: Model = {
  format: "canonical",
  manifest: file,
  id: undefined,
  name: undefined,
  version: undefined,
  description: undefined,
  apiVersion: "v1",
  events: [],
  scopes: [],
  settings: [],
  secrets: [],
  customData: [],
};

describe("the format canonical", () => {
  it("becomes a whole model", () => {
    const model = cleanModel(
      `model_version: "1.0"
extension:
  sdk: node
  id: dev.orchard.ext.crates
  name: Crates
  version: 2.1
  api_version: v2
  description: Counts crates
  delivery: http
  callback: {url: "\${EXTENSION_BASE_URL}", secret: env.KIKET_WEBHOOK_SECRET, timeout: 30000, required: true}
  activationEvents: [issue.created, workflow.sla_breach]
  permissions:
    - issues:write
    - issues:read
    - issues:write
  hooks:
    - event: issue.created
      template: greeting
      timeout: 5000
      description: A crate arrived
  contributes:
    commands:
      - command: crates.count
        title: Count crates
        handler: {type: extension_event, event: crates.countNow}
    workflow_actions:
      - id: stack
        name: Stack crates
        handler: {type: extension_event, event: crates.workflowAction.stack}
        parameters:
          - {key: height, type: string, label: Height, placeholder: "3", required: true}
  configuration:
    LIMIT: {type: integer, default: "12", min: 1, max: 50, label: Limit, description: Per day}
    API_TOKEN: {type: string, secret: true, required: true, label: Token}
    greeting:
      type: template
      default: "Hello {{ issue.title }}"
      variables:
        - name: issue
          type: object
          properties: [{name: title, type: string}]
  secrets:
    - {key: SPARE_TOKEN, label: Spare, description: Used at night, required: false}
  output_fields:
    inbox: {label: Inbox, type: url}
    code: {label: Code}
  setup:
    - secrets: {collect: [API_TOKEN]}
    - configure:
        fields:
          - {key: LIMIT, type: number, default: 12}
          - {key: yard, type: select, default: north, options: [{value: north, label: N}, {value: south, label: S}]}
    - test: {title: Try it, action: crates.probe}
    - info: {title: Done}
  custom_data:
    permissions:
      - {module: dev.orchard.ext.crates.log, operations: [write, read, write]}
`,
      {
        log: `module: dev.orchard.ext.crates.log
description: Crates seen
tables:
  crates:
    description: One a row
    columns:
      - {name: id, type: bigint, primary_key: true, auto_increment: true}
      - {name: label, type: string, length: 20, null: false, unique: true, description: Printed on it}
`,
      },
    );
    const schema = ".kiket/modules/log/schema.yml";
    const expected: Model = {
      format: "canonical",
      manifest: file,
      id: "dev.orchard.ext.crates",
      name: "Crates",
      version: "2.1",
      description: "Counts crates",
      apiVersion: "v2",
      events: [
        {
          name: "crates.countNow",
          version: "v2",
          origins: ["commands"],
          description: "Count crates",
          parameters: [],
          template: undefined,
          at: at(25, 49),
        },
        { ...event, name: "crates.probe", version: "v2", origins: ["setup"], description: "Try it", at: at(53, 37) },
        {
          name: "crates.workflowAction.stack",
          version: "v2",
          origins: ["workflow_actions"],
          description: "Stack crates",
          parameters: [{ key: "height", type: "string", required: true, label: "Height", description: "3" }],
          template: undefined,
          at: at(29, 49),
        },
        {
          name: "issue.created",
          version: "v2",
          origins: ["activationEvents", "hooks"],
          description: "A crate arrived",
          parameters: [],
          template: "greeting",
          at: at(17, 14),
        },
        {
          name: "workflow.sla_breach",
          version: "v2",
          origins: ["activationEvents"],
          description: undefined,
          parameters: [],
          template: undefined,
          at: at(11, 37),
        },
      ],
      scopes: [
        { value: "issues:read", at: at(14, 7) },
        { value: "issues:write", at: at(13, 7) },
      ],
      settings: [
        {
          ...setting,
          key: "LIMIT",
          type: "integer",
          declaredType: "integer",
          default: 12,
          label: "Limit",
          description: "Per day",
          at: at(33, 5),
        },
        {
          ...setting,
          key: "greeting",
          type: "string",
          declaredType: "template",
          default: "Hello {{ issue.title }}",
          variables: [{ name: "issue", type: "object", properties: [{ name: "title", type: "string" }] }],
          at: at(35, 5),
        },
        {
          ...setting,
          key: "yard",
          type: "string",
          declaredType: "select",
          default: "north",
          options: ["north", "south"],
          at: at(52, 19),
        },
      ],
      secrets: [
        { key: "API_TOKEN", required: true, label: "Token", description: undefined, at: at(34, 5) },
        { key: "SPARE_TOKEN", required: false, label: "Spare", description: "Used at night", at: at(43, 13) },
      ],
      customData: [
        {
          id: "dev.orchard.ext.crates.log",
          operations: ["read", "write"],
          schema,
          description: "Crates seen",
          tables: [
            {
              name: "crates",
              description: "One a row",
              columns: [
                {
                  name: "id",
                  type: "bigint",
                  nullable: false,
                  default: undefined,
                  generated: true,
                  unique: false,
                  length: undefined,
                  precision: undefined,
                  scale: undefined,
                  description: undefined,
                  at: { file: schema, line: 7, column: 16 },
                },
                {
                  name: "label",
                  type: "string",
                  nullable: false,
                  default: undefined,
                  generated: false,
                  unique: true,
                  length: 20,
                  precision: undefined,
                  scale: undefined,
                  description: "Printed on it",
                  at: { file: schema, line: 8, column: 16 },
                },
              ],
              at: { file: schema, line: 4, column: 3 },
            },
          ],
          at: at(57, 18),
        },
      ],
    };
    expect(model).toEqual(expected);
  });
});

describe("the format canonical-1.1", () => {
  it("reads versioned hooks, reversed scopes, secret keys and a map of settings", () => {
    const model = cleanModel(`manifestVersion: "1.1"
extension:
  id: com.orchard.ext.horn
  name: Horn
  version: 1.0.0
  permissions: [read:issues]
  delivery:
    type: http
    callback: {url: "\${BASE}", secret: "env:HORN_SECRET", secret_keys: [HORN_TOKEN, VOLUME]}
  hooks:
    - {event: workflow.sla_breach, version: v1, url: /webhooks/sla.breach}
    - {event: workflow.sla_breach, version: v2, url: /v2}
  configuration:
    VOLUME: {type: integer, default: "3"}
secrets:
  - {key: HORN_KEY, description: Opens it}
settings:
  TONE: {type: string, default: low}
deployment: {runtime: cloud_run, secret_keys: [HORN_SECRET]}
`);
    expect(model).toEqual({
      ...empty,
      format: "canonical-1.1",
      id: "com.orchard.ext.horn",
      name: "Horn",
      version: "1.0.0",
      events: [
        { ...event, name: "workflow.sla_breach", origins: ["hooks"], paths: ["/webhooks/sla.breach"], at: at(11, 15) },
        { ...event, name: "workflow.sla_breach", version: "v2", origins: ["hooks"], paths: ["/v2"], at: at(12, 15) },
      ],
      scopes: [{ value: "read:issues", at: at(6, 17) }],
      settings: [
        { ...setting, key: "TONE", type: "string", declaredType: "string", default: "low", at: at(18, 3) },
        { ...setting, key: "VOLUME", type: "integer", declaredType: "integer", default: 3, at: at(14, 5) },
      ],
      secrets: [
        { ...secret, key: "HORN_KEY", description: "Opens it", at: at(16, 11) },
        { ...secret, key: "HORN_TOKEN", at: at(9, 73) },
      ],
    });
  });
});

describe("the format scaffold", () => {
  const scaffold = `model_version: "1.0"
extension:
  id: com.orchard.gate
  name: Gate
  version: 0.1.0
  api_version: v1
  setup:
    - test: {action: gate.testConnection}
delivery: {type: http, url: "\${BASE}", timeout: 5000, retries: 3}
hooks: [before_transition, issue_created, issue.assigned]
permissions: [read:issues, write:issues]
configuration:
  fields:
    - {key: height, type: number, default: 1.5}
    - {key: code, type: secret, required: true}
`;

  it("reads keys at the top level and gives short event names their dotted form", () => {
    const { model, diagnostics } = parseText(scaffold);
    expect(model).toEqual({
      ...empty,
      format: "scaffold",
      id: "com.orchard.gate",
      name: "Gate",
      version: "0.1.0",
      events: [
        { ...event, name: "gate.testConnection", origins: ["setup"], at: at(8, 22) },
        { ...event, name: "issue.assigned", origins: ["hooks"], at: at(10, 43) },
        { ...event, name: "issue.created", origins: ["hooks"], at: at(10, 28) },
        { ...event, name: "workflow.before_transition", origins: ["hooks"], at: at(10, 9) },
      ],
      scopes: [
        { value: "read:issues", at: at(11, 15) },
        { value: "write:issues", at: at(11, 28) },
      ],
      settings: [{ ...setting, key: "height", type: "number", declaredType: "number", default: 1.5, at: at(14, 13) }],
      secrets: [{ ...secret, key: "code", required: true, at: at(15, 13) }],
    });
    expect(diagnostics.map(({ severity }) => severity)).toEqual(["note", "note"]);
    expect(told(diagnostics)).toEqual([
      "m.yaml:10:9 KG211 `before_transition` is delivered as `workflow.before_transition`",
      "m.yaml:10:28 KG211 `issue_created` is delivered as `issue.created`",
    ]);
  });

  it("accepts an empty list of fields", () => {
    expect(cleanModel("extension: {id: x}\nconfiguration: {fields: []}\n")).toEqual({
      ...empty,
      format: "scaffold",
      id: "x",
    });
  });

  it("reads scaffold-text, in which only the delivery is under `extension`", () => {
    const model = cleanModel(`extension:
  id: com.orchard.gate
  delivery: http
  callback: {url: "\${BASE}"}
hooks: [issue.updated]
permissions: [read:issues]
`);
    expect(model).toEqual({
      ...empty,
      format: "scaffold-text",
      id: "com.orchard.gate",
      events: [{ ...event, name: "issue.updated", origins: ["hooks"], at: at(5, 9) }],
      scopes: [{ value: "read:issues", at: at(6, 15) }],
    });
  });
});

describe("the format marketplace", () => {
  it("reads events, secrets and native defaults", () => {
    const model = cleanModel(`model_version: "1.0"
extension:
  id: com.orchard.shop
  name: Shop
  version: 1.0.0
  license: MIT
  pricing: {model: subscription, price_cents: 900}
  events: [issue.created, issue.updated]
  permissions: [issues:read]
  secrets: [{key: SHOP_KEY, description: Key, required: true}]
  configuration:
    enabled: {type: boolean, default: true}
`);
    expect(model).toEqual({
      ...empty,
      format: "marketplace",
      id: "com.orchard.shop",
      name: "Shop",
      version: "1.0.0",
      events: [
        { ...event, name: "issue.created", origins: ["events"], at: at(8, 12) },
        { ...event, name: "issue.updated", origins: ["events"], at: at(8, 27) },
      ],
      scopes: [{ value: "issues:read", at: at(9, 17) }],
      settings: [
        { ...setting, key: "enabled", type: "boolean", declaredType: "boolean", default: true, at: at(12, 5) },
      ],
      secrets: [{ ...secret, key: "SHOP_KEY", required: true, description: "Key", at: at(10, 19) }],
    });
  });
});

describe("the format flat-settings", () => {
  it("infers types from native defaults", () => {
    const model = cleanModel(`id: dev.orchard.ext.flat
version: 1.0
delivery_secret: FLAT_SECRET
settings:
  - {key: retries, default: 3}
  - {key: ratio, default: 0.5}
  - {key: loud, default: false}
  - {key: tone, default: low}
  - {key: map, default: {b: 1, a: 2}}
  - {key: anything}
  - {key: token, secret: true}
`);
    const plain = { ...setting, declaredType: undefined };
    expect(model).toEqual({
      ...empty,
      format: "flat-settings",
      id: "dev.orchard.ext.flat",
      version: "1.0",
      settings: [
        { ...plain, key: "anything", type: "unknown", default: undefined, at: at(10, 11) },
        { ...plain, key: "loud", type: "boolean", default: false, at: at(7, 11) },
        { ...plain, key: "map", type: "object", default: { a: 2, b: 1 }, at: at(9, 11) },
        { ...plain, key: "ratio", type: "number", default: 0.5, at: at(6, 11) },
        { ...plain, key: "retries", type: "number", default: 3, at: at(5, 11) },
        { ...plain, key: "tone", type: "string", default: "low", at: at(8, 11) },
      ],
      secrets: [{ ...secret, key: "token", at: at(11, 11) }],
    });
  });

  it("reads events that a flat manifest declares", () => {
    const model = cleanModel(
      "id: x\nsettings: []\nevents: [issue.created]\nhooks: [{event: a.b}]\nscopes: {read: [issue]}\n",
    );
    expect(model.events.map(({ name }) => name)).toEqual(["a.b", "issue.created"]);
    expect(model.scopes).toEqual([{ value: "issue:read", at: at(5, 17) }]);
  });
});

describe("the format flat-properties", () => {
  it("reads configuration.properties with dotted keys", () => {
    const model = cleanModel(`manifestVersion: "1.0"
id: dev.orchard.ext.snake
version: 1.0.0
delivery: {type: http, callback: {secret: "env:SNAKE_SECRET"}}
configuration:
  properties:
    snake.apiUrl: {type: string, default: "https://snake.example"}
    snake.apiKey: {type: string, secret: true}
    snake.length: {type: integer, default: 7}
`);
    expect(model).toEqual({
      ...empty,
      format: "flat-properties",
      id: "dev.orchard.ext.snake",
      version: "1.0.0",
      settings: [
        {
          ...setting,
          key: "snake.apiUrl",
          type: "string",
          declaredType: "string",
          default: "https://snake.example",
          at: at(7, 5),
        },
        { ...setting, key: "snake.length", type: "integer", declaredType: "integer", default: 7, at: at(9, 5) },
      ],
      secrets: [{ ...secret, key: "snake.apiKey", at: at(8, 5) }],
    });
  });
});

describe("the format minimal", () => {
  it("spells scopes as the documentation does and makes an action an event with its inputs", () => {
    const model = cleanModel(`name: Bell
version: 1.0.0
vendor: orchard.example
description: Rings
scopes:
  read: [issue, comment]
  write: [comment]
events: [issue.created]
actions:
  - key: ring
    label: Ring the bell
    inputs:
      - {key: times, type: text, default: "2"}
`);
    expect(model).toEqual({
      ...empty,
      format: "minimal",
      name: "Bell",
      version: "1.0.0",
      description: "Rings",
      events: [
        { ...event, name: "issue.created", origins: ["events"], at: at(8, 10) },
        {
          ...event,
          name: "ring",
          origins: ["actions"],
          description: "Ring the bell",
          parameters: [
            {
              key: "times",
              type: "string",
              required: false,
              options: undefined,
              default: "2",
              label: undefined,
              description: undefined,
            },
          ],
          at: at(10, 10),
        },
      ],
      scopes: [
        { value: "comment:read", at: at(6, 17) },
        { value: "comment:write", at: at(7, 11) },
        { value: "issue:read", at: at(6, 10) },
      ],
    });
  });
});

describe("the format evidence-adapter", () => {
  it("makes source event types the events and ingestion scopes the scopes", () => {
    const model = cleanModel(`apiVersion: kiket.dev/v1
kind: Extension
metadata: {key: orchard-adapter, name: Orchard Adapter, version: 1.0.0, description: Reads the gate}
spec:
  sourceSystem: gate
  ingestionScopes: [raw-events:write]
  sourceEventTypes: [opened, closed]
  evidenceTypes: [gate_log]
  retentionHints: {rawDays: 7, evidenceDays: 90}
`);
    expect(model).toEqual({
      ...empty,
      format: "evidence-adapter",
      id: "orchard-adapter",
      name: "Orchard Adapter",
      version: "1.0.0",
      description: "Reads the gate",
      events: [
        { ...event, name: "closed", origins: ["events"], at: at(7, 30) },
        { ...event, name: "opened", origins: ["events"], at: at(7, 22) },
      ],
      scopes: [{ value: "raw-events:write", at: at(6, 21) }],
      adapter: { sourceSystem: "gate", evidenceTypes: ["gate_log"] },
    });
  });

  it("has both ingestion scopes by default", () => {
    const model = cleanModel(
      "apiVersion: kiket.dev/v1\nkind: Extension\nmetadata: {key: k, name: n, version: 1.0.0}\nspec:\n  sourceSystem: s\n",
    );
    expect(model.scopes.map(({ value }) => value)).toEqual(["evidence:write", "raw-events:write"]);
  });

  it("reports what the platform's schema would reject", () => {
    const { diagnostics } = parseText(
      "apiVersion: kiket.dev/v2\nkind: Widget\nmetadata: {key: k, version: 1.0.0}\nspec:\n  ingestionScopes: [all:write]\n",
    );
    expect(told(diagnostics)).toEqual([
      "m.yaml:1:13 KG213 `apiVersion` must be `kiket.dev/v1`, found `kiket.dev/v2`",
      "m.yaml:2:7 KG213 `kind` must be `Extension`, found `Widget`",
      "m.yaml:3:11 KG205 `metadata` has no `name`",
      "m.yaml:5:3 KG205 `spec` has no `sourceSystem`",
      "m.yaml:5:21 KG213 `spec.ingestionScopes[0]` must be `raw-events:write` or `evidence:write`, found `all:write`",
    ]);
  });

  it("reports a missing metadata and spec once each", () => {
    expect(told(parseText("apiVersion: kiket.dev/v1\nkind: Extension\n").diagnostics)).toEqual([
      "m.yaml:1:1 KG205 the manifest has no `metadata`",
      "m.yaml:1:1 KG205 the manifest has no `spec`",
    ]);
  });
});

describe("the format legacy-json", () => {
  it("makes endpoints and webhooks events, and leaves out GET endpoints", () => {
    const model = cleanModel(`{
  "id": "orchard-pager",
  "name": "Pager",
  "version": "1.0.0",
  "capabilities": {"paging": true},
  "endpoints": [
    {"id": "send_page", "path": "/page", "method": "POST", "description": "Sends a page"},
    {"id": "health_check", "path": "/health", "method": "GET"}
  ],
  "configuration": {
    "secrets": [{"key": "PAGER_KEY", "description": "Key", "required": true}],
    "settings": [{"key": "retries", "description": "How often", "default": "3", "type": "integer"}]
  },
  "webhooks": {"page_read": {"path": "/webhooks/read", "method": "POST", "description": "It was read"}},
  "tags": ["paging"]
}
`);
    expect(model).toEqual({
      ...empty,
      format: "legacy-json",
      id: "orchard-pager",
      name: "Pager",
      version: "1.0.0",
      events: [
        {
          ...event,
          name: "external.webhook.page_read",
          origins: ["webhooks"],
          description: "It was read",
          paths: ["/webhooks/read"],
          at: at(14, 16),
        },
        {
          ...event,
          name: "send_page",
          origins: ["endpoints"],
          description: "Sends a page",
          paths: ["/page"],
          at: at(7, 12),
        },
      ],
      settings: [
        {
          ...setting,
          key: "retries",
          type: "integer",
          declaredType: "integer",
          default: 3,
          description: "How often",
          at: at(12, 26),
        },
      ],
      secrets: [{ ...secret, key: "PAGER_KEY", required: true, description: "Key", at: at(11, 25) }],
    });
  });
});

describe("the format version-two", () => {
  it("reads triggers and a list of settings", () => {
    const model = cleanModel(`manifest_version: 2
extension: {key: orchard.fence, name: Fence, version: 0.3.0, runtime: external}
triggers:
  - {event: issue.created, handler: onCreated}
settings:
  - {key: FENCE_KEY, label: Key, type: secret, required: true}
  - {key: height, label: Height}
`);
    expect(model).toEqual({
      ...empty,
      format: "version-two",
      id: "orchard.fence",
      name: "Fence",
      version: "0.3.0",
      events: [{ ...event, name: "issue.created", origins: ["triggers"], at: at(4, 13) }],
      settings: [
        {
          ...setting,
          key: "height",
          type: "unknown",
          declaredType: undefined,
          default: undefined,
          label: "Height",
          at: at(7, 11),
        },
      ],
      secrets: [{ ...secret, key: "FENCE_KEY", required: true, label: "Key", at: at(6, 11) }],
    });
  });
});

describe("entries without a name", () => {
  it.each([
    [
      "an action of minimal",
      "name: Bell\nactions:\n  - { label: Ring }\n",
      ["m.yaml:3:5 KG205 `actions[0]` has no `key`"],
    ],
    [
      "an input of an action",
      "name: Bell\nactions:\n  - { key: ring, inputs: [{ type: text }] }\n",
      ["m.yaml:3:27 KG205 `actions[0].inputs[0]` has no `key`"],
    ],
    [
      "a trigger of version-two",
      "manifest_version: 2\nextension: { key: bell }\ntriggers: [{ handler: ring }]\n",
      ["m.yaml:3:12 KG205 `triggers[0]` has no `event`"],
    ],
    [
      "an endpoint and a webhook of legacy-json",
      "id: bell\ncapabilities: {}\nendpoints: [{ path: /ring, method: POST }]\nwebhooks: { rang: /rang }\n",
      [
        "m.yaml:3:13 KG205 `endpoints[0]` has no `id`",
        "m.yaml:4:19 KG204 `webhooks.rang` must be a map, found `/rang`",
      ],
    ],
  ])("are reported: %s", (_what, text, expected) => {
    expect(told(parseText(text).diagnostics)).toEqual(expected);
  });
});
