import { stringify } from "yaml";

/** What the flat formats may have beside their own keys. */
const flat = {
  id: "com.example.ferry",
  name: "Ferry",
  version: "1.0",
  description: "Sells tickets",
  api_version: "v1",
  hooks: [{ event: "issue.created" }],
  activationEvents: ["issue.created"],
  events: ["issue.updated"],
  actions: [
    {
      key: "sail",
      label: "Sail",
      description: "Leaves the harbour",
      inputs: [{ key: "knots", type: "text", default: "8" }],
    },
  ],
  contributes: {
    commands: [{ command: "ferry.moor", handler: { type: "extension_event", event: "ferry.moor" } }],
  },
  permissions: ["issue:read"],
  secrets: [{ key: "HARBOUR_KEY" }],
  output_fields: { ticket: { label: "Ticket" } },
  setup: [{ test: { action: "ferry.try" } }],
  custom_data: { permissions: [{ module: "com.example.ferry.trips", operations: ["read"] }] },
};

/** Manifests of the flat formats and of those that few extensions have. */
export const others = {
  "flat-settings": stringify({
    ...flat,
    delivery_secret: "HARBOUR_SECRET",
    scopes: ["issue:write"],
    configuration: { crew: { type: "integer", default: "4" } },
    settings: [
      { key: "seats", default: 80 },
      { key: "night", default: false },
      { key: "flag", type: "string", default: "blue", label: "Flag", description: "At the bow", required: true },
      { key: "FERRY_TOKEN", secret: true },
    ],
  }),
  "flat-properties": stringify({
    ...flat,
    manifestVersion: "1.0",
    delivery: { type: "http", callback: { secret: "env:HARBOUR_SECRET" } },
    scopes: ["issue:write"],
    configuration: { properties: { "ferry.crew": { type: "integer", default: 4 } } },
  }),
  minimal: stringify({
    ...flat,
    vendor: "ferry.example",
    scopes: { read: ["comment"], write: ["comment"] },
    configuration: { crew: { type: "integer", default: "4" } },
  }),
  "evidence-adapter": stringify({
    apiVersion: "kiket.dev/v1",
    kind: "Extension",
    metadata: { key: "tide-gauge", name: "Tide Gauge", version: "1.0.0", description: "Reads the tide" },
    spec: {
      sourceSystem: "tide-gauge",
      ingestionScopes: ["raw-events:write", "evidence:write"],
      sourceEventTypes: ["tide_high", "tide:low"],
      evidenceTypes: ["tide_table"],
      retentionHints: { rawDays: 7, evidenceDays: 400 },
    },
  }),
  "legacy-json": JSON.stringify({
    id: "lighthouse",
    name: "Lighthouse",
    version: "1.0.0",
    description: "Blinks",
    author: "Keepers",
    license: "MIT",
    repository: "https://lighthouse.example/source",
    capabilities: { blinks: true },
    endpoints: [
      { id: "blink", path: "/blink", method: "POST", description: "Blinks once" },
      { id: "health", path: "/health", method: "GET" },
    ],
    configuration: {
      secrets: [{ key: "LAMP_KEY", description: "Of the lamp", required: true }],
      settings: [{ key: "seconds", type: "integer", default: "6", description: "Between two blinks" }],
    },
    billing: { model: "usage", metrics: [{ id: "blinks", name: "Blinks", unit: "blink", description: "Each one" }] },
    webhooks: { fog: { path: "/webhooks/fog", method: "POST", description: "Fog comes up" } },
    tags: ["light"],
  }),
  "version-two": stringify({
    manifest_version: 2,
    extension: { key: "buoy", name: "Buoy", version: "1.0.0", description: "Floats", runtime: "external" },
    triggers: [{ event: "issue.created", handler: "onIssue" }],
    settings: [{ key: "chain", type: "integer", default: "9" }],
  }),
};

/** The file of a receiver of webhooks. */
export const receiver: string = stringify({
  name: "Ferry bell",
  path: "/bell/rings",
  events: ["case.created", "sla.breach"],
  "x-harbour": { berth: 4 },
});

/** Module files. */
export const modules = {
  batches: stringify({
    module: "com.example.tide-bakery.batches",
    version: "1.0",
    model_version: "1.0",
    description: "What was baked",
    tables: {
      batches: {
        description: "One row a batch",
        soft_delete: true,
        columns: [
          { name: "id", type: "bigint", primary_key: true, auto_increment: true },
          {
            name: "loaf",
            type: "string",
            length: 40,
            null: false,
            unique: true,
            indexed: true,
            description: "Its name",
          },
          { name: "weight", type: "decimal", precision: 6, scale: 2, default: 0.5 },
          { name: "sold", type: "boolean", default: false },
          { name: "notes", type: "json" },
          { name: "baked_at", type: "timestamp", null: false, default: "now()" },
        ],
        indexes: [{ name: "by_loaf", columns: ["loaf"], unique: true, description: "For the till" }],
      },
    },
    permissions: [
      { role: "user", tables: { batches: ["read"] }, conditions: ["project_id IN (user.accessible_projects)"] },
      { role: "baker", tables: ["batches"], operations: ["read"], conditions: [{ column: "loaf", equals: "rye" }] },
    ],
  }),
  trips: stringify({
    model_version: "1.0",
    version: "1.0",
    module: {
      id: "com.example.ferry.trips",
      name: "Trips",
      version: "1.0.0",
      description: "Where it went",
      scope: "project",
      tables: [
        {
          name: "trips",
          description: "One row a trip",
          soft_delete: false,
          columns: [{ name: "code", type: "string", primary_key: true }],
          indexes: [{ columns: ["code"] }],
        },
      ],
    },
    permissions: [{ role: "user", tables: ["trips"], operations: ["read"] }],
  }),
};
