import { expect, test } from "vitest";
import {
  createMemoryQueue,
  createMemoryStore,
  defineHandler,
  type ExtensionOptions,
  type JobQueue,
} from "../../../runtime/index.js";
import { serve, toNodeHandler } from "../../../runtime/node.js";
import { factsOf } from "../../../runtime/server/extension-facts.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();
const nothing = () => undefined;
const deferred = defineHandler({ event: "issue.created", version: "v1", defer: true }, nothing);
const plain = defineHandler({ event: "issue.closed", version: "v1" }, nothing);
const durable: JobQueue = {
  name: "durable",
  isDurable: true,
  add: () => Promise.resolve(),
  work: () => Promise.reject(new Error("no worker")),
};

const open = (options: Partial<ExtensionOptions> = {}) => kiket.extension({ handlers: [plain, deferred], ...options });
const listen = async (options: Partial<ExtensionOptions> = {}) => {
  const server = await serve(open(options), { port: 0, host: "127.0.0.1", env: {}, signals: false });
  await server.close();
  return "served";
};
const refusal =
  'Deferred handlers need a queue (issue.created v1): without one, a crash or a restart forgets deliveries that Kiket counts as handled. Pass queue: createQueue() of kiket-gen/runtime/bullmq to createExtension, which keeps them in Redis. Or accept the memory of this process by its name: queue: "memory", or KIKET_QUEUE=memory.';

test("serve and toNodeHandler refuse a queue in memory that nobody has named", async () => {
  await expect(listen()).rejects.toThrow(refusal);
  expect(() => toNodeHandler(open())).toThrow(refusal);
  const extension = open();
  expect(() => toNodeHandler({ ...extension, fetch: (request) => extension.fetch(request) })).toThrow(refusal);
});

test.each<[string, Partial<ExtensionOptions>]>([
  ["no deferred handler", { handlers: [plain] }],
  ['queue: "memory"', { queue: "memory" }],
  ["queue: createMemoryQueue()", { queue: createMemoryQueue() }],
  ["KIKET_QUEUE=memory", { env: { KIKET_QUEUE: " memory " } }],
  ["a queue outside of the process", { queue: durable }],
])("serve accepts %s", async (_what, options) => {
  expect(await listen(options)).toBe("served");
  expect(toNodeHandler(open(options))).toBeTypeOf("function");
});

test("servers know the queue and the store, and who has chosen them", () => {
  const given = (options: Partial<ExtensionOptions> = {}) => {
    const { deferred: names, queue, store } = factsOf(open(options)) ?? {};
    return { names, queue, store };
  };
  expect(given()).toEqual({
    names: ["issue.created v1"],
    queue: { name: "in-process queue", isDurable: false, isNamed: false },
    store: { isShared: false, isNamed: false },
  });
  expect(given({ queue: durable, deliveryStore: "memory" })).toMatchObject({
    queue: { name: "durable", isDurable: true, isNamed: true },
    store: { isShared: false, isNamed: true },
  });
  expect(given({ deliveryStore: createMemoryStore() }).store).toEqual({ isShared: false, isNamed: true });
  const { begin, finish, fail } = createMemoryStore();
  expect(given({ deliveryStore: { begin, finish, fail } }).store).toEqual({ isShared: true, isNamed: true });
  expect(given({ handlers: [plain] })).toMatchObject({ names: [], queue: undefined });
  expect(factsOf({ fetch: nothing })).toBeUndefined();
});

test.each<[string, Partial<ExtensionOptions>, string]>([
  [
    "a queue by another name",
    { queue: "redis" as never },
    'queue must be createQueue() of kiket-gen/runtime/bullmq, or "memory".',
  ],
  [
    "what is no queue",
    { queue: { add: nothing } as never },
    'queue must be createQueue() of kiket-gen/runtime/bullmq, or "memory".',
  ],
  ["KIKET_QUEUE=redis", { env: { KIKET_QUEUE: "redis" } }, 'KIKET_QUEUE must be "memory" or not set.'],
  [
    "a store by another name",
    { deliveryStore: "redis" as never },
    'deliveryStore must be a store, such as that of createSqliteStore(), or "memory".',
  ],
])("createExtension refuses %s", (_what, options, message) => {
  expect(() => open(options)).toThrow(message);
});

test.each(["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME", "DENO_DEPLOYMENT_ID"])(
  "where %s says that the process stops between requests, a queue in memory is refused, or warned of if it was named",
  (variable) => {
    const env = { [variable]: "x" };
    expect(() => open({ env })).toThrow(
      "Deferred handlers run in this process after the response, but its host may stop it then",
    );
    const logger = createTestLogger();
    open({ env, queue: "memory", logger });
    expect(logger.lines).toMatchObject([{ level: "warn", message: expect.stringContaining("Runs may be lost.") }]);
    const quiet = createTestLogger();
    open({ env, queue: durable, logger: quiet });
    open({ env, handlers: [plain], logger: quiet });
    expect(quiet.lines).toEqual([]);
  },
);

test("a program with a server of its own is warned once that a crash forgets deliveries", async () => {
  const logger = createTestLogger();
  const extension = open({ logger });
  for (const id of ["one", "two"]) {
    const request = await kiket.request({ headers: { "x-kiket-delivery": id } });
    expect((await extension.fetch(request)).status).toBe(200);
  }
  const warnings = logger.lines.filter(({ level }) => level === "warn");
  expect(warnings.map(({ message }) => message)).toEqual([
    'Deferred deliveries wait in the memory of this process: a crash or a restart forgets them. Pass a queue to createExtension, or queue: "memory" to accept that',
  ]);
});
