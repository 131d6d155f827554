/** One small manifest of each format, by its definition in the manifest's schema. */
export const manifests: Readonly<Record<string, string>> = {
  formatCanonical: `
model_version: "1.0"
extension:
  id: dev.example.ext.order-desk
  name: Order Desk
  version: 1.4.0
  api_version: v1
  sdk: node
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}", secret: env.KIKET_WEBHOOK_SECRET, timeout: 20000, required: true }
  activationEvents: [issue.created, external.webhook.parcel_scanned]
  permissions: [issues:read, custom_data:write]
  capabilities: [labels]
  hooks:
    - { event: issue.created, template: label_text, timeout: 4000, retries: 2, description: Prints a label }
    - { event: issue.created, version: v2 }
  contributes:
    commands:
      - command: orderDesk.printLabel
        title: Print a label
        keywords: [label]
        permissions: [manager]
        handler: { type: extension_event, event: orderDesk.printLabel }
    workflow_actions:
      - id: print_label
        name: Print a label
        handler: { type: extension_event, event: orderDesk.workflowAction.printLabel }
        parameters: [{ key: printer, type: string, label: Printer, required: true }]
  configuration:
    ORDER_DESK_TOKEN: { type: string, secret: true, required: true, scope: extension, label: Token }
    copies: { type: integer, default: "2", min: 1, max: 9 }
    paper: { type: select, default: a6, options: [{ value: a6, label: A6 }, { value: a5, label: A5 }] }
    aliases: { type: object, default: '{"north":["n"]}' }
    label_text:
      type: template
      editor: template
      language: liquid
      default: "{{ issue.title }}"
      variables: [{ name: issue, type: object, properties: [{ name: title, type: string }] }]
      validation: { max_length: 160, required_variables: [issue.title] }
  secrets: [{ key: ORDER_DESK_PIN, label: Pin, required: false }]
  output_fields:
    printer_address: { label: Address, type: copyable, icon: printer }
  setup:
    - secrets: { title: Connect, collect: [ORDER_DESK_TOKEN] }
    - configure: { title: Choose, fields: [{ key: paper, type: select, options: [{ value: a6 }], showWhen: { field: copies } }] }
    - test: { title: Try, action: orderDesk.testConnection, successMessage: Works }
    - info: { title: Done, content: Print away, links: [{ label: Docs, url: "https://docs.example" }] }
    - oauth: { title: Account, provider: google-oauth, scopes: [openid] }
  custom_data:
    permissions: [{ module: dev.example.ext.order-desk.labels, operations: [read, write, delete] }]
  requires: { oauth_provider: { provider: google-oauth, scopes: [openid], on_missing: ignore, optional: true } }
  provides:
    oauth_provider: { provider_id: desk, endpoints: { token: "https://desk.example/token" }, available_scopes: [{ id: print, default: true }] }
  rate_limiting: { requests_per_minute: 30, burst: 5 }
  assets: { icon: ./public/icon.svg }
  hosting: internal
`,
  formatCanonical11: `
manifestVersion: "1.1"
extension:
  id: dev.example.ext.order-desk
  version: 0.9.0
  permissions: [read:issues]
  delivery: { type: http, callback: { url: "\${EXTENSION_BASE_URL}", secret: env:KIKET_WEBHOOK_SECRET, secret_keys: [ORDER_DESK_TOKEN] } }
  hooks: [{ event: issue.created, version: v1, url: /webhooks/issue.created }]
secrets: [{ key: ORDER_DESK_TOKEN, description: Token }]
settings: { copies: { type: integer, default: "3" } }
deployment: { runtime: cloud_run, resources: { cpu: "1", memory: 256Mi }, min_instances: 0, env: { PORT: "8080" } }
`,
  formatScaffold: `
model_version: "1.0"
extension: { id: com.example.orderdesk, name: Order Desk, version: 0.1.0, api_version: v1 }
delivery: { type: http, url: "https://desk.example", timeout: 5000, retries: 3 }
hooks: [before_transition, issue_created]
permissions: [read:issues]
configuration: { fields: [] }
`,
  formatScaffoldText: `
extension:
  id: com.example.orderdesk
  delivery: http
  callback: { url: "https://desk.example" }
hooks: [before_transition]
permissions: [read:issues]
`,
  formatMarketplace: `
model_version: "1.0"
extension:
  id: com.example.order-desk
  name: Order Desk
  version: 1.0.0
  license: MIT
  pricing: { model: subscription, price_cents: 900, billing_period: monthly }
  events: [issue.created]
  configuration: { enabled: { type: boolean, default: true } }
`,
  formatFlatSettings: `
id: dev.example.ext.order-desk
version: 1.0
delivery_secret: KIKET_WEBHOOK_SECRET
settings: [{ key: copies, default: 2 }, { key: ORDER_DESK_TOKEN, secret: true }]
`,
  formatFlatProperties: `
manifestVersion: "1.0"
id: dev.example.ext.order-desk
version: 1.0.0
delivery: { type: http, callback: { secret: env:KIKET_WEBHOOK_SECRET } }
configuration: { properties: { orderDesk.apiKey: { type: string, secret: true }, orderDesk.copies: { type: integer, default: 2 } } }
`,
  formatMinimal: `
name: Order Desk
version: 1.0.0
vendor: desk.example
scopes: { read: [issue, comment], write: [comment] }
events: [issue.created]
actions: [{ key: print_label, label: Print, inputs: [{ key: copies, type: text, default: "1" }] }]
`,
  formatEvidenceAdapter: `
apiVersion: kiket.dev/v1
kind: Extension
metadata: { key: order-desk-adapter, name: Order Desk Adapter, version: 1.0.0 }
spec: { sourceSystem: order-desk, ingestionScopes: [raw-events:write], sourceEventTypes: [parcel_scanned], retentionHints: { rawDays: 7 } }
`,
  formatLegacyJson: `
id: order-desk
name: Order Desk
version: 1.0.0
capabilities: { prints_labels: true }
endpoints: [{ id: print, path: /print, method: POST, description: Prints }]
configuration:
  secrets: [{ key: ORDER_DESK_TOKEN, required: true }]
  settings: [{ key: copies, type: integer, default: "2" }]
billing: { model: usage, metrics: [{ id: labels, name: Labels, unit: label }] }
webhooks: { scanned: { path: /webhooks/scanned, method: POST } }
tags: [labels]
`,
  formatVersionTwo: `
manifest_version: 2
extension: { key: order-desk, name: Order Desk, version: 1.0.0, runtime: external }
triggers: [{ event: issue.created, handler: onIssue }]
settings: [{ key: token, label: Token, type: secret, required: true }]
`,
};

/** Both forms of module files (facts 700 to 702). */
export const modules: Readonly<Record<string, string>> = {
  form1: `
module: dev.example.ext.order-desk.labels
version: "1.0"
description: Printed labels
tables:
  labels:
    description: One row a label
    soft_delete: true
    columns:
      - { name: id, type: bigint, primary_key: true, auto_increment: true }
      - { name: printer, type: string, length: 50, null: false, indexed: true }
      - { name: weight, type: decimal, precision: 10, scale: 2 }
      - { name: printed_at, type: timestamp, null: false, default: now() }
      - { name: options, type: jsonb, default: {} }
    indexes: [{ name: by_printer, columns: [printer, project_id], unique: true }]
permissions:
  - { role: user, tables: { labels: [read] }, conditions: ["project_id IN (user.accessible_projects)"] }
  - { role: manager, tables: [labels], operations: [read, write], conditions: [{ column: printer, equals: current_printer }] }
  - { role: admin, tables: [labels], operations: [read, write, delete], conditions: [] }
`,
  form2: `
model_version: "1.0"
module:
  id: dev.example.ext.order-desk.labels
  name: Labels
  version: 1.0.0
  scope: project
  tables:
    - name: labels
      columns: [{ name: code, type: string, primary_key: true }, { name: copies, type: integer, default: 0 }]
      indexes: [{ columns: [copies] }]
`,
};
