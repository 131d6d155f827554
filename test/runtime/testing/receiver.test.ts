import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allow, createExtension, defineHandler } from "../../../runtime/index.js";
import { bindTestExtension } from "../../../runtime/testing/test-extension.js";
import { retrySchedule } from "../../../runtime/testing.js";

const seen: unknown[] = [];
let failures = 0;

const created = defineHandler({ event: "case.created", version: "v1" }, (payload, { auth, deliveryId }) => {
  seen.push({ payload, token: auth.runtimeToken, deliveryId });
  if (failures > 0) {
    failures -= 1;
    throw new Error("not now");
  }
  return allow();
});
const moved = defineHandler({ event: "case.transitioned", version: "v1" }, ({ transition, user }) => ({
  transition,
  user,
}));

/** As generated code does it. */
const createReceiver = bindTestExtension(
  (options: object) => createExtension({ webhookPath: "/tide", ...options, auth: "hmac", handlers: [created, moved] }),
  { samples: {}, scopes: [], settingDefinitions: {}, webhookPath: "/tide" },
);
const create = (options: object = {}) => createReceiver({ ...options }) as unknown as ReturnType<typeof typed>;
const typed = bindTestExtension<
  Record<"case.created" | "case.transitioned" | "case.updated", { readonly v1: Record<string, unknown> }>,
  never,
  object
>(() => createExtension({ handlers: [] }), { samples: {}, scopes: [], settingDefinitions: {} });

let kiket: Awaited<ReturnType<typeof create>>;
beforeEach(async () => {
  seen.length = 0;
  failures = 0;
  kiket = await create({ platform: { now: () => Date.parse("2026-03-02T08:25:04Z") } });
});
afterEach(() => kiket.close());

describe("a receiver of webhooks in a test", () => {
  it("N8: gets a signed webhook at its one path, without version and token", async () => {
    const { status, sent } = await kiket.deliver("case.created", "v1", { case: { id: 7, title: "First" } });
    expect([status, sent.url]).toEqual([200, "http://localhost/tide"]);
    expect(Object.keys(sent.headers).sort()).toEqual(["content-type", "x-kiket-signature", "x-kiket-timestamp"]);
    const body = JSON.parse(sent.body);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      type: "case.created",
      createdAt: "2026-03-02T08:25:04Z",
      organizationId: "1",
      workspaceId: "ws_1",
      data: { case: { id: 7, title: "First" } },
    });
    expect(seen).toMatchObject([
      { payload: { event: "case.created", case: { id: 7, title: "First" } }, token: null, deliveryId: body.id },
    ]);
  });

  it("is told by the body which event it is", async () => {
    const { body } = await kiket.deliver("case.transitioned", "v1", {
      transition: { from: "open", to: "done" },
      user: { email: "mia@ferry.example" },
    });
    expect(body).toMatchObject({
      transition: { from: "open", to: "done", performed_by: "mia@ferry.example" },
      user: { email: "mia@ferry.example" },
    });
  });

  it("takes the earlier name of an event that it declares", async () => {
    const body = { id: "evt_9", type: "issue.created", createdAt: "2026-03-02T08:25:04Z", data: { issue: { id: 5 } } };
    const { status } = await kiket.deliver("case.created", "v1", {}, { body });
    expect(status).toBe(200);
    expect(seen).toMatchObject([{ payload: { case: { id: 5 } }, deliveryId: "evt_9" }]);
  });

  it("refuses an event that it does not declare, and says so in its log", async () => {
    const { status, failure } = await kiket.deliver("case.updated", "v1");
    expect([status, failure?.reason]).toEqual([404, "no-handler"]);
    expect(kiket.logs).toMatchObject([{ level: "warn", fields: { event: "case.updated", status: 404 } }]);
  });

  it.each<[why: string, options: object]>([
    ["of another secret", { secret: "whsec_other" }],
    ["of another time", { timestamp: Date.parse("2026-03-02T08:15:04Z") / 1000 }],
    ["without a signature", { headers: { "x-kiket-signature": "" } }],
    ["over the body alone", { signs: "body" }],
  ])("refuses a webhook %s", async (_why, options) => {
    expect((await kiket.deliver("case.created", "v1", {}, options)).status).toBe(401);
    expect(seen).toEqual([]);
  });

  it("takes both ways to write a signature", async () => {
    for (const encoding of ["hex", "sha256="] as const)
      expect((await kiket.deliver("case.created", "v1", {}, { encoding })).status).toBe(200);
  });

  it("is tried again on the schedule of the documentation, with the same id and time", async () => {
    failures = 6;
    const { result, attempts } = await kiket.deliverWithRetries("case.created", "v1");
    expect(result).toBe("delivered");
    const times = attempts.map(({ at }) => at);
    expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual([
      30_000, 60_000, 300_000, 1_800_000, 7_200_000, 28_800_000,
    ]);
    expect(retrySchedule).toHaveLength(6);
    const bodies = attempts.map(({ outcome }) => outcome?.sent.body);
    expect(new Set(bodies).size).toBe(1);
  });

  it("does not run a repeated webhook again", async () => {
    for (const _ of [1, 2]) await kiket.deliver("case.created", "v1", {}, { deliveryId: "evt_same" });
    expect(seen).toHaveLength(1);
  });

  it.each<[why: string, options: object]>([
    ["of the option", { webhookSecrets: "whsec_option" }],
    ["of the environment", { env: { KIKET_WEBHOOK_SECRET: "whsec_env" } }],
    ["of the platform", { platform: { webhookSecret: "whsec_platform" } }],
    ["and the path of its own option", { webhookPath: "/other" }],
    ["behind a base path", { basePath: "/mounted" }],
  ])("has the secret %s", async (_why, options) => {
    const other = await create(options);
    const { status } = await other.deliver("case.created", "v1");
    await other.close();
    expect(status).toBe(200);
  });

  it("replays a recorded webhook at its path", async () => {
    const recorded = {
      event: "case.created",
      version: "v1",
      headers: {},
      body: { id: "evt_old", type: "case.created", createdAt: "2026-01-01T00:00:00Z", data: { case: { id: 3 } } },
    };
    const { status, sent } = await kiket.replay(recorded);
    expect([status, sent.url]).toEqual([200, "http://localhost/tide"]);
    expect(seen).toMatchObject([{ payload: { case: { id: 3 } }, deliveryId: "evt_old" }]);
  });
});
