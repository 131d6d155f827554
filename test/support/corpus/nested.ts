import { stringify } from "yaml";
import { setup } from "./setup.js";

const oauth = {
  provider: "mill",
  grant_type: "client_credentials",
  authorization_url: "https://mill.example/authorize",
  token_url: "https://mill.example/token",
  scopes: ["flour"],
  token_path: "access_token",
  refresh_token_path: "refresh_token",
  expires_in_path: "expires_in",
  extra_params: { audience: "flour" },
  client_id: "MILL_CLIENT",
  client_secret: "MILL_KEY",
};

const variables = [
  { name: "issue", type: "object", properties: [{ name: "title", type: "string" }] },
  { name: "loaf", type: "string" },
];

const fields = {
  OVEN_TOKEN: { type: "string", secret: true, required: true, scope: "extension", label: "Token of the oven" },
  HOOK_KEY: { type: "string", secret: true, readonly: true, auto_generate: { length: 32 } },
  MILL_TOKEN: { type: "oauth_token", oauth },
  loaves: { type: "integer", default: "12", min: 1, max: 40, label: "Loaves", placeholder: "12" },
  heat: { type: "number", default: "230.5", description: "Degrees" },
  early: { type: "boolean", default: "true", help_url: "https://bakery.example/early" },
  shapes: { type: "object", default: '{"round":["boule"]}' },
  flour: { type: "select", default: "rye", options: [{ value: "rye", label: "Rye" }, "spelt"] },
  board: { type: "project" },
  order: { type: "issue_type" },
  footer: { type: "html", editor: "html", secret: false },
  sign: { type: "text", default: "Open", multiline: true },
  greeting: {
    type: "template",
    editor: "template",
    language: "liquid",
    default: "Fresh: {{ issue.title }} {{ loaf }}",
    variables,
    validation: { max_length: 200, required_variables: ["issue.title"] },
  },
};

const handler = (event: string) => ({ type: "extension_event", event });

const parameters = [
  { key: "tray", type: "string", label: "Tray", description: "Which one", placeholder: "upper", required: true },
  { key: "crust", type: "select", options: [{ value: "dark", label: "Dark" }], default: "dark" },
];

const command = {
  command: "bakery.bake",
  title: "Bake now",
  description: "Heats the oven",
  category: "Bakery",
  icon: "flame",
  keywords: ["oven"],
  permissions: ["manager"],
  context: "issue",
  parameters,
  handler: handler("bakery.bake"),
};

const action = {
  id: "cool",
  name: "Cool down",
  icon: "snow",
  description: "Opens the oven",
  handler: handler("bakery.cool"),
  parameters,
};

const hooks = [
  { event: "issue.created", template: "greeting", timeout: 4000, retries: 2, description: "A new order" },
  { event: "issue.created", version: "v2", endpoint: "/orders", url: "/webhooks/orders", required: true },
  { event: "external.webhook.flour_delivered" },
];

/** What the nested formats may have under `extension`, but for `configuration`, `delivery` and `callback`. */
const parts = {
  id: "com.example.tide-bakery",
  name: "Tide Bakery",
  version: "2.3.0",
  api_version: "v1",
  sdk: "node",
  description: "Bakes what is ordered",
  author: "Tide Bakery",
  homepage: "https://bakery.example",
  icon: "bread",
  license: "MIT",
  tags: ["bread"],
  activationEvents: ["issue.created", "external.webhook.flour_delivered"],
  activation_events: ["issue.created"],
  lifecycleEvents: ["extension.installed"],
  permissions: ["issues:read", "custom_data:write"],
  capabilities: ["baking"],
  hooks,
  contributes: { commands: [command], workflow_actions: [action] },
  secrets: [{ key: "CELLAR_PIN", label: "Pin", description: "Of the cellar", required: true }],
  output_fields: {
    oven_url: {
      label: "Oven",
      description: "Where it is",
      type: "url",
      icon: "flame",
      help_url: "https://bakery.example/oven",
    },
    batch: { label: "Batch", type: "copyable" },
  },
  setup,
  custom_data: {
    permissions: [{ module: "com.example.tide-bakery.batches", operations: ["read", "write", "delete"] }],
    modules: ["batches"],
  },
  requires: { oauth_provider: { provider: "mill", scopes: ["flour"], on_missing: "ignore", optional: true } },
  provides: {
    oauth_provider: {
      provider_id: "bakery",
      display_name: "Bakery",
      icon: "bread",
      endpoints: {
        authorize: "https://bakery.example/authorize",
        token: "https://bakery.example/token",
        revoke: "https://bakery.example/revoke",
        userinfo: "https://bakery.example/me",
      },
      grant_types: ["authorization_code"],
      default_scopes: ["orders"],
      available_scopes: [{ id: "orders", description: "Orders", default: true, consumer: "com.example.till" }],
      default_tenant: "common",
    },
  },
  rate_limiting: { requests_per_minute: 30, burst: 5 },
  assets: { icon: "./public/bread.svg" },
  hosting: "internal",
  credentials: { ext: ["OVEN_TOKEN"] },
};

const callback = {
  url: "$".concat("{EXTENSION_BASE_URL}"),
  secret: "env.HOOK_KEY",
  timeout: 20_000,
  required: true,
  headers: { "x-bakery": "tide" },
};

/** What the nested formats may have beside `extension`. */
const beside = {
  deployment: {
    runtime: "cloud_run",
    region: "north",
    image: "registry.example/bakery:1",
    resources: { cpu: "1", memory: "256Mi", concurrency: 40 },
    min_instances: 0,
    max_instances: 3,
    vpc: { connector: "harbour", egress: "all" },
    secret_keys: ["OVEN_TOKEN"],
    env: { PORT: "8080" },
  },
  compatibility: { kiket: ">=1", deprecates: [{ version: "1.0.0", deadline: "2030-01-01", notice: "Use 2" }] },
};

/** The wizard beside an extension that has one of its own. */
const unreadSetup = [{ info: { title: "Not read" } }];

/** Manifests of the nested formats. Together they have every key that is known of these formats. */
export const nested = {
  canonical: stringify({
    model_version: "1.0",
    extension: { ...parts, delivery: "http", callback, configuration: fields },
    ...beside,
    setup: unreadSetup,
  }),
  "canonical-1.1": stringify({
    manifestVersion: "1.1",
    model_version: "1.0",
    extension: {
      ...parts,
      delivery: { type: "http", url: "https://bakery.example", callback: { ...callback, secret_keys: ["MILL_KEY"] } },
      callback,
      configuration: fields,
    },
    secrets: [{ key: "DOOR_PIN" }],
    settings: { window: { type: "integer", default: "3" } },
    ...beside,
    setup: unreadSetup,
  }),
  scaffold: stringify({
    model_version: "1.0",
    extension: { id: "com.example.tide", name: "Tide", version: "0.1.0", api_version: "v1", description: "Bakes" },
    delivery: { type: "http", url: "https://tide.example", timeout: 5000, retries: 3, callback },
    hooks: ["workflow.before_transition", "issue.created"],
    permissions: ["read:issues"],
    configuration: { fields: [{ key: "loaves", type: "integer", default: "4" }] },
    ...beside,
    setup: [{ test: { action: "bakery.try" } }],
  }),
  "scaffold-text": stringify({
    model_version: "1.0",
    extension: { id: "com.example.tide", name: "Tide", delivery: "http", callback },
    hooks: [{ event: "issue.created" }, "workflow.before_transition"],
    permissions: ["read:issues"],
    configuration: { properties: { loaves: { type: "integer", default: "4" } } },
    ...beside,
    setup: [{ test: { action: "bakery.try" } }],
  }),
  marketplace: stringify({
    model_version: "1.0",
    extension: {
      ...parts,
      delivery: "http",
      callback,
      configuration: { properties: fields },
      pricing: {
        model: "subscription",
        price_cents: 900,
        billing_period: "monthly",
        unit: "loaf",
        price_per_unit_cents: 2,
      },
      events: ["issue.updated"],
    },
    ...beside,
    setup: unreadSetup,
  }),
};
