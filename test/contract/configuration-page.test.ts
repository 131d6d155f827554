import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createExtension } from "../../runtime/index.js";
import { root } from "../support/project.js";
import { optionsOf, optionTable, type Place } from "./option-table.js";
import { entries, exportsOf, programOf } from "./public-api/declarations.js";

const path = join(root, "docs/reference/configuration.md");
/** What is written by hand ends where this begins. */
const generated = /^## Options of `createExtension`\n[\s\S]*/m;

interface Section {
  readonly title: string;
  /** Before the table. */
  readonly text?: string;
  readonly places: readonly Place[];
}

const redis: readonly Place[] = [
  ["runtime/jobs/bullmq/options.ts", "RedisQueueOptions"],
  ["runtime/jobs/bullmq/redis-place.ts", "RedisPlaceOptions"],
];

const sections: readonly Section[] = [
  {
    title: "## Options of `createExtension`",
    places: [
      ["runtime/config/config.ts", "ExtensionOptions"],
      ["runtime/config/inbound.ts", "InboundOptions"],
      ["runtime/config/queue.ts", "QueueChoice"],
    ],
  },
  { title: "### Members of `limits`", places: [["runtime/receive/limits.ts", "LimitOptions"]] },
  {
    title: "### Members of `outbound`",
    places: [
      ["runtime/api/options.ts", "OutboundOptions"],
      ["runtime/api/options.ts", "AttemptOptions"],
    ],
  },
  { title: "### Members of `telemetry`", places: [["runtime/telemetry/options.ts", "TelemetryOptions"]] },
  {
    title: "## Options of `defineHandler`",
    text: "The generated `defineHandler` of an event, and that of `kiket-gen/runtime`.",
    places: [["runtime/handler/define-handler.ts", "HandlerOptions"]],
  },
  {
    title: "### Members of `defer`",
    text: "[Deferred handlers](jobs.md).",
    places: [["runtime/handler/deferral.ts", "DeferOptions"]],
  },
  { title: "### Members of `defer.backoff`", places: [["runtime/handler/deferral.ts", "BackoffOptions"]] },
  {
    title: "## Options of `serve`",
    places: [
      ["runtime/server/listen-address.ts", "AddressOptions"],
      ["runtime/server/serve-options.ts", "ServeOptions"],
    ],
  },
  {
    title: "### Members of `metrics`",
    text: "[Metrics for Prometheus](prometheus.md).",
    places: [["runtime/server/metrics/metrics-options.ts", "MetricsOptions"]],
  },
  {
    title: "## Options of `run`",
    text: "All of `serve`, and for a worker (`--worker`):",
    places: [["runtime/node.ts", "RunOptions"]],
  },
  {
    title: "## Options of `startWorker`",
    text: "Those of the worker, and those of its queue, which are the options of `createQueue` of `kiket-gen/runtime/bullmq`. Without one that names a queue, the worker takes that of the extension.",
    places: [["runtime/server/running-worker.ts", "WorkerOptions"], ...redis],
  },
  {
    title: "### Options of `openJobs`",
    text: "And `url` and `connection`, as above.",
    places: [["runtime/jobs/bullmq/jobs.ts", "JobsOptions"]],
  },
  { title: "## Options of `extension.close`", places: [["runtime/server/extension.ts", "CloseOptions"]] },
  { title: "## Options of `createMemoryStore`", places: [["runtime/stores/memory.ts", "MemoryStoreOptions"]] },
  { title: "## Options of `createSqliteStore`", places: [["runtime/stores/sqlite/store.ts", "SqliteStoreOptions"]] },
  {
    title: "## Options of `createRedisStore`",
    text: "[The delivery store on Redis](redis.md).",
    places: [["runtime/stores/redis/store.ts", "RedisStoreOptions"]],
  },
  { title: "## Options of `createMemoryQueue`", places: [["runtime/jobs/memory-queue.ts", "MemoryQueueOptions"]] },
  {
    title: "## Options of `secretsFrom`",
    text: "[Secrets outside of the program](secrets.md). Times are in milliseconds.",
    places: [["runtime/vaults/secrets-from.ts", "SecretsFromOptions"]],
  },
  { title: "### Options of `secretFiles`", places: [["runtime/vaults/secret-files.ts", "SecretFilesOptions"]] },
  {
    title: "### Options of `hashicorpVault`",
    places: [["runtime/vaults/hashicorp-vault.ts", "HashicorpVaultOptions"]],
  },
  {
    title: "### Options of `awsSecretsManager`",
    places: [["runtime/vaults/aws-secrets-manager.ts", "AwsSecretsManagerOptions"]],
  },
  {
    title: "### Options of `googleSecretManager`",
    places: [["runtime/vaults/google-secret-manager.ts", "GoogleSecretManagerOptions"]],
  },
  {
    title: "## Options of `createApiKeyClient` and `createIngestionClient`",
    text: "And those of an attempt (`timeout`, `retries`, `responseBytes`, `sleep`, `random`), as in `outbound`. `createApiKeyClient` requires `organizationId` unless `auth` is `bearer`. Neither reads the environment; `apiKeyOptionsFrom` does ([calls with an API key](platform-api.md)).",
    places: [
      ["runtime/api/platform/api-key-options.ts", "PlatformClientOptions"],
      ["runtime/ingestion/client.ts", "IngestionClientOptions"],
    ],
  },
];

async function sectionText({ title, text, places }: Section): Promise<string> {
  const all = (await Promise.all(places.map(optionsOf))).flat();
  // Two interfaces of one function may have an option in common, such as `env`.
  const options = [...new Map(all.map((option) => [option.name, option])).values()];
  return [title, ...(text === undefined ? [] : [text]), optionTable(options)].join("\n\n");
}

/** Options of single calls of a handler or a client, which the context and the API reference explain. */
const ofCalls = ["AllowOptions", "CaseWriteOptions", "ClaimOptions", "ListOptions", "RawOptions", "RefusalOptions"];
/** Made of others that are on the page, what a queue gets from the runtime, or of openapi-fetch. */
const ofOthers = [
  "BoundExtensionOptions",
  "FetchOptions",
  "HeadersOptions",
  "MergedOptions",
  "QuerySerializerOptions",
  "StartWorkerOptions",
  "WorkOptions",
];

describe("docs/reference/configuration.md", () => {
  it("has every option with its type, default and variables (UPDATE_GOLDEN=1 writes it)", async () => {
    const wanted = (await Promise.all(sections.map(sectionText))).join("\n");
    if (process.env.UPDATE_GOLDEN !== undefined) {
      const page = await readFile(path, "utf8");
      await writeFile(
        path,
        page.replace(generated, () => wanted),
      );
    }
    expect(generated.exec(await readFile(path, "utf8"))?.[0]).toBe(wanted);
  });

  it("has every interface of options that the runtime exports", () => {
    const known = new Set(sections.flatMap(({ places }) => places.map(([, name]) => name)));
    const runtime = entries.filter(({ specifier }) => specifier.startsWith("kiket-gen/runtime"));
    const program = programOf(runtime.map(({ types }) => types));
    const names = runtime.flatMap(({ types }) => [...exportsOf(program, types).keys()]);
    const options = [...new Set(names)].filter((name) => name.endsWith("Options"));
    const others = [...ofCalls, ...ofOthers, "ApiKeyClientOptions"];
    expect(options.filter((name) => !known.has(name) && !others.includes(name))).toEqual([]);
    expect(others.filter((name) => !options.includes(name))).toEqual([]);
  });

  it("says of every option what it does, and of those that are not required the default", async () => {
    const all = (await Promise.all(sections.flatMap(({ places }) => places.map(optionsOf)))).flat();
    expect(all.length).toBeGreaterThan(90);
    expect(all.filter(({ text }) => text === "").map(({ name }) => name)).toEqual([]);
    expect(all.filter(({ isRequired, fallback }) => !isRequired && fallback === "").map(({ name }) => name)).toEqual(
      [],
    );
  });

  it("has each option of a function once", async () => {
    const tables = (await readFile(path, "utf8")).split(/^##+ /m);
    const names = tables.map((table) => [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name));
    expect(names.filter((list) => new Set(list).size < list.length)).toEqual([]);
  });

  it("says what happens with an option that is not valid", () => {
    const wrong = { handlers: [], limits: { handlerMs: 0 } };
    expect(() => createExtension(wrong)).toThrow(/limits\.handlerMs must be a whole number/);
  });
});
