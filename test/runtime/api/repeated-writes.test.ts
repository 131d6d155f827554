import { beforeEach, describe, expect, test } from "vitest";
import { createExtension, defineHandler, type HandlerContext } from "../../../runtime/index.js";
import type { OperationId } from "../../../runtime/testing.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openPlatform } from "../../support/open-kiket.js";

const extensionId = "com.example.greeter";

const platform = await openPlatform({ seed: { secrets: { API_KEY: "old-value" } } });
beforeEach(() => platform.reset());

let deliveries = 0;

/** Runs a handler for one delivery with the local Kiket. The same id means a redelivery. */
async function run<T>(use: (context: HandlerContext) => Promise<T>, id = `d-${++deliveries}`, retries = 2): Promise<T> {
  const outcomes: Promise<T>[] = [];
  const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => {
    const outcome = use(context);
    outcomes.push(outcome);
    await outcome;
  });
  const extension = createExtension({
    handlers: [handler],
    extensionId,
    baseUrl: platform.baseUrl,
    env: {},
    logger: createTestLogger(),
    outbound: { sleep: () => Promise.resolve(), random: () => 0, retries },
  });
  await platform.deliver(extension, {
    event: "issue.created",
    version: "v1",
    deliveryId: id,
    payload: { project_id: 27 },
  });
  await extension.close();
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error("Handler not reached");
  return outcome;
}

/** The calls that the extension made. */
function made(): readonly (readonly [OperationId | undefined, number])[] {
  return platform.calls
    .filter(({ operationId }) => operationId !== "getJwks")
    .map(({ operationId, status }) => [operationId, status] as const);
}

describe("a write whose response was lost", () => {
  const create = ({ endpoints }: HandlerContext) =>
    endpoints.customData().create("com.example.crm", "people", { email: "lead@example.com" });
  const count = ({ endpoints }: HandlerContext) =>
    endpoints
      .customData()
      .list("com.example.crm", "people")
      .then((records) => records.length);

  test("is done once, because the retry has the same key", async () => {
    platform.faults.inject({ fault: "drop", performed: true, times: 2, operations: "createCustomDataRecord" });
    await run(create);
    expect(made().map(([operation]) => operation)).toEqual(Array(3).fill("createCustomDataRecord"));
    expect(await run(count)).toBe(1);
  });

  test("is done once by a redelivery too", async () => {
    platform.faults.inject({ fault: "drop", performed: true, times: 1, operations: "createCustomDataRecord" });
    await expect(run(create, "d-same", 0)).rejects.toMatchObject({ reason: "interrupted" });
    await run(create, "d-same");
    expect(await run(count)).toBe(1);
    await run(create, "d-other");
    expect(await run(count)).toBe(2);
  });
});

describe("rotating a secret while Kiket fails", () => {
  const rotate = ({ secrets }: HandlerContext) => secrets.rotate("API_KEY", "new-value");
  const read = ({ secrets }: HandlerContext) => secrets.get("API_KEY");

  test.each([
    ["drops the connection before", { fault: "drop" }, "old-value"],
    ["drops the connection after", { fault: "drop", performed: true }, "new-value"],
    ["answers 500 before", { fault: "error" }, "old-value"],
    ["answers 500 after", { fault: "error", performed: true }, "new-value"],
    ["answers 503", { fault: "error", status: 503 }, "old-value"],
    ["answers 429", { fault: "rate-limit" }, "old-value"],
  ] as const)("one that %s it: the secret is the old one or the new one, never gone", async (_what, fault, left) => {
    const operations = ["updateSecret", "createSecret", "setSecret", "deleteSecret"] as const;
    const injected = platform.faults.inject({ ...fault, operations });
    await expect(run(rotate)).rejects.toThrow();
    injected.clear();
    expect(await run(read)).toBe(left);
    await run(rotate);
    expect(await run(read)).toBe("new-value");
    expect(made().map(([operation]) => operation)).not.toContain("deleteSecret");
  });

  test("creates a missing secret, and updates it if another writer was faster", async () => {
    await run(({ secrets }) => secrets.rotate("MISSING", "first-value"));
    expect(await run(({ secrets }) => secrets.get("MISSING"))).toBe("first-value");
    // The update finds no secret, then another writer creates it.
    platform.faults.inject({ fault: "error", status: 404, times: 1, operations: "updateSecret" });
    await run(({ secrets }) => secrets.rotate("MISSING", "second-value"));
    expect(await run(({ secrets }) => secrets.get("MISSING"))).toBe("second-value");
  });
});
