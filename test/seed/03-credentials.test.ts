import { describe, expect, test } from "vitest";
import { type Auth, defineHandler, type ExtensionOptions } from "../../runtime/index.js";
import { openServed, type Served } from "./served.js";

const event = "issue.created";
const webhookSecret = "whsec_of_the_workspace";
const workspaceToken = "wst_of_the_workspace";

describe("3: a webhook secret for deliveries, and a workspace token for calls", () => {
  const handler = defineHandler({ event, version: "v1" }, async (payload, context) => {
    await context.endpoints.notify("Hello", (payload.issue as { title: string }).title);
    return { token: context.auth.runtimeToken };
  });
  const open = (options: Omit<ExtensionOptions, "handlers">): Promise<Served> =>
    openServed({ ...options, handlers: [handler], auth: "hmac" }, { webhookSecret, workspaceToken });
  const delivery = { event, payload: { issue: { id: 4, title: "Signed" } }, auth: "hmac" } as const;

  test.each([
    ["the constructor", { webhookSecrets: webhookSecret, workspaceToken }],
    ["the environment", { env: { KIKET_WEBHOOK_SECRET: webhookSecret, KIKET_WORKSPACE_TOKEN: workspaceToken } }],
  ])("3: both from %s", async (_from, options) => {
    const { platform, url, sent } = await open(options);
    const { status, body } = await platform.deliver(url, delivery);
    expect([status, body]).toEqual([200, { token: null }]);
    expect(sent.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer wst_of_the_workspace"]);
    expect(platform.calls.at(-1)).toMatchObject({
      operationId: "notify",
      status: 204,
      body: { title: "Hello", body: "Signed", level: "info" },
    });
  });

  test("3: the constructor's values come before the environment's", async () => {
    const env = { KIKET_WEBHOOK_SECRET: "other", KIKET_WORKSPACE_TOKEN: "other" };
    const { platform, url, sent } = await open({ env, webhookSecrets: webhookSecret, workspaceToken });
    expect((await platform.deliver(url, delivery)).status).toBe(200);
    expect(sent.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer wst_of_the_workspace"]);
  });

  test.each([
    ["signed with another secret", { secret: "whsec_guessed" }],
    ["without a signature", { headers: { "x-kiket-signature": "" } }],
    ["signed too long ago", { timestamp: 1_700_000_000 }],
  ])("3: a delivery %s is refused, and no handler runs", async (_what, wrong) => {
    const { platform, url, sent } = await open({ webhookSecrets: webhookSecret, workspaceToken });
    expect((await platform.deliver(url, { ...delivery, ...wrong })).status).toBe(401);
    expect(sent).toEqual([]);
  });

  test("3: a body that was changed after it was signed is refused", async () => {
    const { platform, url, sent } = await open({ webhookSecrets: webhookSecret, workspaceToken });
    const { sent: signed } = await platform.deliver({ fetch: () => new Response() }, delivery);
    const changed = signed.body.replace("Signed", "Forged");
    const { method, headers } = signed;
    const post = (body: string) => fetch(`${url}/v/v1/webhooks/${event}`, { method, headers, body });
    expect((await post(changed)).status).toBe(401);
    expect(sent).toEqual([]);
    expect((await post(signed.body)).status).toBe(200);
  });
});

describe("4: the runtime token of each delivery", () => {
  const seen: Auth[] = [];
  const handler = defineHandler({ event, version: "v1" }, async (payload, context) => {
    seen.push({ ...context.auth });
    await context.api.GET("/api/v1/ext/rate_limit");
    await context.endpoints.logEvent("seen", { title: (payload.issue as { title: string }).title });
    await context.secrets.list();
  });
  const now = () => Date.parse("2026-03-02T08:25:04Z");
  const open = (options: Partial<ExtensionOptions> = {}): Promise<Served> =>
    openServed({ handlers: [handler], extensionId: "com.example.tokens", now, ...options }, { workspaceToken, now });

  test("4: all calls of a delivery carry its own token, also while another delivery runs", async () => {
    const { platform, url } = await open({ workspaceToken });
    const titles = ["first", "second", "third"];
    const outcomes = await Promise.all(
      titles.map((title, id) => platform.deliver(url, { event, payload: { issue: { id, title } } })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200]);
    // The local Kiket finds the delivery of a call by the token that the call carries.
    expect(outcomes.map(({ calls }) => calls.map(({ operationId }) => operationId))).toEqual(
      titles.map(() => ["getRateLimit", "logMessage", "listSecrets"]),
    );
    expect(outcomes.map(({ calls }) => calls[1]?.body)).toMatchObject(titles.map((title) => ({ metadata: { title } })));
  });

  test("4: context.client and context.endpoints send the token of the delivery as X-Kiket-Runtime-Token", async () => {
    const { platform, url, sent } = await open({ workspaceToken });
    const token = await platform.sign({ scopes: ["*"] });
    expect((await platform.deliver(url, { event, payload: { issue: { id: 1, title: "A" } }, token })).status).toBe(200);
    expect(sent.map(({ headers }) => headers.get("x-kiket-runtime-token"))).toEqual([token, token, token]);
  });

  test("4: the runtime token counts, and not the static one that may do more", async () => {
    const reading = defineHandler({ event, version: "v1" }, async (_payload, { endpoints }) =>
      endpoints.customData().list("com.example.contacts", "people"),
    );
    const { platform, url } = await open({ handlers: [reading], workspaceToken });
    const refused = await platform.deliver(url, { event, scopes: ["issues:read"] });
    expect([refused.status, refused.calls[0]?.status]).toEqual([500, 403]);
    const read = await platform.deliver(url, { event, scopes: ["custom_data.read"] });
    expect([read.status, read.body]).toEqual([200, []]);
  });

  test("4: context.auth has token, type, expiry and scopes, from the verified token", async () => {
    const { platform, url } = await open();
    const token = await platform.sign({ scopes: ["issues:read"], org_id: 3, ext_id: 5, proj_id: 9 });
    // The body claims more than the token has.
    const scopes = ["*", "admin"];
    await platform.deliver(url, { event, payload: { issue: { id: 1, title: "A" } }, token, scopes });
    expect(seen.at(-1)).toEqual({
      runtimeToken: token,
      tokenType: "runtime",
      expiresAt: "2026-03-02T08:30:04.000Z",
      scopes: ["issues:read"],
      orgId: 3,
      extId: 5,
      projId: 9,
    });
  });
});
