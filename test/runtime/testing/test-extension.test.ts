import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { allow, ConfigError, defineHandler, deny } from "../../../runtime/index.js";
import { createTestExtension, readRecording, recordingOf, type TestExtension } from "../../../runtime/testing.js";
import { withoutIds } from "../../support/replies.js";

const created = defineHandler(
  { event: "issue.created", version: "v1", requiredScopes: ["issues:read"] },
  async (payload, { endpoints, log, secret }) => {
    const { title } = payload.issue as { title: string };
    log.info("seen", { title });
    if (title === "refuse") return deny({ message: `no ${secret("GREETING")}` });
    await endpoints.logEvent("issue.seen", { title });
    return allow({ message: `${secret("GREETING")} ${title}` });
  },
);
const moon = defineHandler({ event: "moon.rose", version: "v2" }, (payload) => payload);

let kiket: TestExtension;
beforeEach(async () => {
  kiket = await createTestExtension({
    handlers: [created, moon],
    extensionId: "com.example.greeter",
    platform: { seed: { secrets: { GREETING: "Hello" } }, now: () => Date.parse("2026-03-02T08:25:04Z") },
  });
});
afterEach(() => kiket.close());

describe("createTestExtension", () => {
  it("delivers the example of the event with the overrides", async () => {
    const plain = await kiket.deliver("issue.created", "v1");
    expect([plain.status, plain.body]).toEqual([
      200,
      { status: "allow", message: "Hello Replace the stern light", metadata: {} },
    ]);
    const own = await kiket.deliver("issue.created", "v1", { issue: { title: "x", project_id: 3 } });
    expect(own.body).toEqual({ status: "allow", message: "Hello x", metadata: {} });
    expect(own.sent.headers["x-kiket-project"]).toBe("3");
    expect(own.calls).toMatchObject([{ body: { metadata: { title: "x" } }, status: 204 }]);
    expect(kiket.calls.filter(({ operationId }) => operationId !== "getJwks")).toHaveLength(2);
  });

  it("delivers all events of one project of one organization, unless a test says otherwise", async () => {
    const names = ["issue.created", "case.transitioned", "schedule.cron", "moon.rose", "workflow.sla_breach"];
    const handlers = names.map((event) =>
      defineHandler({ event, version: "v1" }, ({ issue, case: renamed, project }, { auth }) => {
        const { id, key, project_id, organization_id } = (issue ?? renamed ?? {}) as Record<string, unknown>;
        const prefix = ((project as { key?: string } | undefined)?.key ?? String(key ?? "DCK")).split("-")[0];
        return { id, of: [auth.orgId, auth.projId, organization_id ?? 1, project_id ?? 1, prefix] };
      }),
    );
    const other = await createTestExtension({ handlers });
    try {
      const outcomes = await Promise.all(names.map((event) => other.deliver(event, "v1")));
      expect(outcomes.map(({ body }) => body)).toEqual([
        { id: 6001, of: [1, 1, 1, 1, "DCK"] },
        { id: 6009, of: [1, 1, 1, 1, "DCK"] },
        { of: [1, 1, 1, 1, "DCK"] },
        { of: [1, 1, 1, 1, "DCK"] },
        { id: 6021, of: [1, 1, 1, 1, "DCK"] },
      ]);
      const own = { issue: { project_id: 3, organization_id: "o-2" } };
      const { body, sent } = await other.deliver("issue.created", "v1", own);
      expect(body).toEqual({ id: 6001, of: ["o-2", 3, "o-2", 3, "DCK"] });
      expect([sent.headers["x-kiket-organization"], sent.headers["x-kiket-project"]]).toEqual(["o-2", "3"]);
    } finally {
      await other.close();
    }
  });

  it("delivers and replays an event with its other name", async () => {
    const outcome = await kiket.deliver("case.created", "v1", { case: { title: "x" } });
    expect([outcome.status, outcome.body]).toEqual([200, { status: "allow", message: "Hello x", metadata: {} }]);
    const recording = recordingOf(outcome);
    expect([recording.event, recording.body]).toMatchObject(["case.created", { case: { title: "x" } }]);
    expect((await kiket.replay(recording)).body).toEqual(outcome.body);
    expect((await kiket.deliver("case.closed", "v1")).status).toBe(404);
  });

  it("respects the options of a delivery", async () => {
    const refused = await kiket.deliver("issue.created", "v1", {}, { scopes: [] });
    expect([refused.status, withoutIds(refused.body)]).toEqual([
      403,
      { error: "Insufficient scopes", required_scopes: ["issues:read"], missing_scopes: ["issues:read"] },
    ]);
    const over = { issue: { title: "refuse" } };
    const denied = await kiket.deliver("issue.created", "v1", over, { secrets: { GREETING: "way" }, deliveryId: "d" });
    expect([denied.verdict, denied.body, denied.deliveryId]).toEqual([
      "deny",
      { status: "deny", message: "no way", metadata: {} },
      "d",
    ]);
  });

  it("delivers unknown events", async () => {
    const { body } = await kiket.deliver("moon.rose", "v2", { phase: "full" });
    expect(body).toMatchObject({ phase: "full", event: "moon.rose", event_version: "v2" });
  });

  it("tells why a delivery was refused, of which the response says less", async () => {
    const forged = (await kiket.platform.sign()).replace(/.$/, (last) => (last === "A" ? "Q" : "A"));
    const cases = [
      [{ token: "a.b" }, "token-malformed", "The token has not three parts in base64url", "Invalid token"],
      [{ token: forged }, "token-signature-wrong", "Invalid token signature", "Invalid token signature"],
      [{ scopes: [] }, "scopes-missing", "Insufficient scopes: missing issues:read", "Insufficient scopes"],
      [{ body: "{" }, "json-invalid", "Body is not valid JSON", "Body is not valid JSON"],
      [
        { path: "/nowhere" },
        "not-found",
        "There is nothing at /nowhere; events arrive at /webhooks/{event}",
        "Not found",
      ],
    ] as const;
    for (const [options, reason, message, error] of cases) {
      const { failure, body } = await kiket.deliver("issue.created", "v1", {}, options);
      expect([failure, body]).toMatchObject([{ reason, message }, { error }]);
      expect(failure).not.toHaveProperty("cause");
      expect(body).toMatchObject({ correlation_id: failure?.correlationId });
    }
    expect((await kiket.deliver("issue.created", "v1")).failure).toBeUndefined();
  });

  it("delivers to the path of a hook", async () => {
    const created = defineHandler({ event: "issue.created", version: "v1" }, () => "created");
    const eventPaths = { "/hooks/created": "issue.created" };
    const own = await createTestExtension({
      handlers: [created],
      eventPaths,
      basePath: "/app",
      auth: "both",
      webhookSecrets: "s",
    });
    for (const path of ["/hooks/created", "hooks/created", undefined]) {
      const { status, body, sent } = await own.deliver("issue.created", "v1", {}, path === undefined ? {} : { path });
      expect([status, body]).toEqual([200, "created"]);
      expect(sent.url).toBe(
        `http://localhost/app/${path === undefined ? "v/v1/webhooks/issue.created" : "hooks/created"}`,
      );
    }
    const wrong = await own.deliver("issue.created", "v1", {}, { path: "/hooks/create" });
    expect(wrong.failure?.message).toBe(
      "There is nothing at /app/hooks/create; events arrive at /app/webhooks/{event}, /app/hooks/created",
    );
    const { attempts } = await own.deliverWithRetries("issue.closed", "v1", {}, { path: "/hooks/created" });
    expect(attempts.map(({ outcome }) => [outcome?.status, outcome?.failure?.reason])).toEqual([
      [400, "event-differs"],
    ]);
    await own.close();
  });

  it("names only some of many paths where events arrive", async () => {
    const eventPaths = Object.fromEntries(["/a", "/b", "/c", "/d", "/e"].map((path) => [path, "issue.created"]));
    const own = await createTestExtension({ handlers: [], eventPaths, webhookPath: "/kiket" });
    const { failure } = await own.deliver("issue.created", "v1", {}, { path: "/f" });
    expect(failure?.message).toBe("There is nothing at /f; events arrive at /kiket, /a, /b, /c and 2 more");
    await own.close();
  });

  it("tells that whatever the logger and its level", async () => {
    const silent = await createTestExtension({ handlers: [], logLevel: "silent" });
    for (let index = 0; index < 30; index += 1) {
      const { failure } = await silent.deliver("issue.created", "v1");
      expect(failure).toMatchObject({ reason: "no-handler" });
    }
    expect(silent.logs).toEqual([]);
    await silent.close();
  });

  it("keeps the log lines", async () => {
    await kiket.deliver("issue.created", "v1", { issue: { title: "x" } });
    expect(kiket.logs).toEqual([
      {
        level: "info",
        message: "seen",
        fields: expect.objectContaining({ title: "x", event: "issue.created", version: "v1" }),
      },
      {
        level: "info",
        message: "A delivery was handled",
        fields: expect.objectContaining({ event: "issue.created", version: "v1", status: 200, verdict: "allow" }),
      },
    ]);
  });

  it("shares the platform's clock", async () => {
    kiket.platform.clock.advance(10 * 60 * 60_000);
    expect((await kiket.deliver("issue.created", "v1")).status).toBe(200);
    const token = await kiket.platform.sign({ scopes: ["*"] });
    kiket.platform.clock.advance(10 * 60_000);
    expect((await kiket.deliver("issue.created", "v1", {}, { token })).status).toBe(401);
  });

  it("gives handlers the platform's clock, while they run and between attempts", async () => {
    const clocked = defineHandler({ event: "moon.rose", version: "v2" }, (_, { now }) => {
      const before = now();
      other.platform.clock.advance(2 * 60_000);
      return [before, now()];
    });
    const other = await createTestExtension({
      handlers: [clocked],
      platform: { now: () => Date.parse("2026-03-02T08:25:04Z") },
    });
    try {
      expect((await other.deliver("moon.rose", "v2")).body).toEqual([1772439904000, 1772440024000]);
      other.platform.faults.jwksDown({ times: 1 });
      await other.platform.rotateKeys();
      const { attempts } = await other.deliverWithRetries("moon.rose", "v2");
      expect(attempts.map(({ outcome }) => outcome?.body)).toEqual([
        expect.objectContaining({ error: expect.any(String) }),
        [1772440054000, 1772440174000],
      ]);
    } finally {
      await other.close();
    }
  });

  it("clears calls, logs and faults with reset", async () => {
    kiket.platform.faults.inject({ fault: "error", operations: "logEvent" });
    await kiket.deliver("issue.created", "v1");
    kiket.reset();
    expect([kiket.calls, kiket.logs]).toEqual([[], []]);
    expect((await kiket.deliver("issue.created", "v1")).status).toBe(200);
  });

  it("does not read the environment of the process", async () => {
    process.env.GREETING = "from the process";
    const other = await createTestExtension({ handlers: [created] });
    const told = await createTestExtension({ handlers: [created], env: { GREETING: "from the test" } });
    try {
      expect((await other.deliver("issue.created", "v1", { issue: { title: "x" } })).body).toMatchObject({
        message: "undefined x",
      });
      expect((await told.deliver("issue.created", "v1", { issue: { title: "x" } })).body).toMatchObject({
        message: "from the test x",
      });
    } finally {
      delete process.env.GREETING;
      await Promise.all([other.close(), told.close()]);
    }
  });

  it("closes the extension, then the platform", async () => {
    const other = await createTestExtension({ handlers: [moon] });
    await other.close();
    await expect(fetch(other.platform.jwksUrl)).rejects.toThrow("fetch failed");
    expect((await other.deliver("moon.rose", "v2")).status).toBe(503);
  });

  it("closes the platform if the extension cannot be created", async () => {
    const port = Number(new URL(kiket.platform.baseUrl).port);
    await kiket.close();
    await expect(createTestExtension({ handlers: [moon, moon], platform: { port } })).rejects.toThrow(ConfigError);
    kiket = await createTestExtension({ handlers: [moon], platform: { port } });
    expect(kiket.platform.baseUrl).toBe(`http://127.0.0.1:${port}`);
  });
});

describe("an extension that requires a signature", () => {
  it.each(["hmac", "both"] as const)("gets deliveries with a signature (%s)", async (auth) => {
    const options = { handlers: [moon], webhookSecrets: ["new-secret", "old-secret"] };
    const other = await createTestExtension({ ...options, auth });
    try {
      expect((await other.deliver("moon.rose", "v2")).status).toBe(200);
      expect((await other.deliver("moon.rose", "v2", {}, { secret: "old-secret" })).status).toBe(200);
      expect((await other.deliver("moon.rose", "v2", {}, { secret: "guess" })).status).toBe(401);
      expect((await other.deliver("moon.rose", "v2", {}, { timestamp: 1767225600 })).status).toBe(401);
    } finally {
      await other.close();
    }
  });

  it.each([
    [{ env: { KIKET_WEBHOOK_SECRET: "of-the-environment" } }, "of-the-environment"],
    [{ webhookSecrets: ["", "second"] }, "second"],
    [{ webhookSecrets: [" ", "third"], env: { KIKET_WEBHOOK_SECRET: "of-the-environment" } }, "third"],
  ])("gets deliveries that are signed with the first secret of %j", async (options, secret) => {
    const other = await createTestExtension({ handlers: [moon], auth: "hmac", ...options });
    try {
      const { status, sent } = await other.deliver("moon.rose", "v2");
      const { "x-kiket-timestamp": timestamp, "x-kiket-signature": signature } = sent.headers;
      const expected = createHmac("sha256", secret).update(`${timestamp}.${sent.body}`).digest("hex");
      expect([status, signature]).toEqual([200, expected]);
    } finally {
      await other.close();
    }
  });

  it("is not created without a secret", async () => {
    await expect(createTestExtension({ handlers: [moon], auth: "hmac" })).rejects.toThrow(
      new ConfigError('Webhook secret not configured: auth "hmac" requires webhookSecrets or KIKET_WEBHOOK_SECRET.'),
    );
  });
});

describe("an extension with faults", () => {
  const results = async () => {
    const { result, attempts } = await kiket.platform.deliverWithRetries(kiket.extension, {
      event: "issue.created",
      payload: { issue: { id: 1, title: "x" } },
    });
    return [result, attempts.map(({ outcome }) => outcome?.status)];
  };

  it("accepts a delivery when the keys are available again", async () => {
    kiket.platform.faults.jwksDown({ times: 2 });
    expect(await results()).toEqual(["delivered", [503, 503, 200]]);
  });

  it("is tried again on Kiket's schedule, with the payload and the scopes of a test", async () => {
    kiket.platform.faults.jwksDown({ times: 2 });
    const over = { issue: { title: "x" } };
    const { result, attempts, deliveryId } = await kiket.deliverWithRetries("issue.created", "v1", over);
    expect([result, attempts.map(({ at, outcome }) => [at, outcome?.status])]).toEqual([
      "delivered",
      [
        [1772439904000, 503],
        [1772439934000, 503],
        [1772439994000, 200],
      ],
    ]);
    const last = attempts[2]?.outcome;
    expect([last?.deliveryId, last?.body]).toEqual([deliveryId, { status: "allow", message: "Hello x", metadata: {} }]);
    const refused = await kiket.deliverWithRetries("issue.created", "v1", over, { scopes: [] });
    expect([refused.result, refused.attempts.length]).toEqual(["refused", 1]);
    kiket.platform.faults.inject({ fault: "rate-limit", operations: ["logEvent", "logMessage"], retryAfter: 90 });
    const options = { schedule: [1000], deliveryId: "dlv_own" };
    const failed = await kiket.deliverWithRetries("issue.created", "v1", over, options);
    expect([failed.result, failed.deliveryId, failed.attempts.length]).toEqual(["failed", "dlv_own", 2]);
  });

  it("are signed at each attempt, if the extension requires a signature", async () => {
    let attempts = 0;
    const fails = defineHandler({ event: "moon.rose", version: "v2" }, () => {
      attempts += 1;
      if (attempts < 3) throw new Error("not yet");
    });
    const other = await createTestExtension({ handlers: [fails], auth: "both", webhookSecrets: ["s"] });
    try {
      const { attempts } = await other.deliverWithRetries("moon.rose", "v2");
      expect(attempts.map(({ outcome }) => outcome?.status)).toEqual([500, 500, 200]);
    } finally {
      await other.close();
    }
  });

  it("gets the answers of a fault in its calls", async () => {
    const reads = defineHandler({ event: "moon.rose", version: "v2" }, async (_, { endpoints }) => {
      try {
        return await endpoints.customData(1).list("com.example.moons", "rises");
      } catch (error) {
        return { name: (error as Error).name, status: (error as { status?: number }).status ?? null };
      }
    });
    const other = await createTestExtension({ handlers: [reads] });
    try {
      const answers: unknown[] = [];
      for (const answer of [
        { status: 200, body: { data: [{ id: 9 }] } },
        { status: 200, body: "<h1>Maintenance</h1>", headers: { "content-type": "text/html" } },
        { status: 302, headers: { location: "http://127.0.0.1:9/" } },
        { status: 451, body: { error: "Unavailable" } },
      ]) {
        other.platform.faults.inject({ fault: "response", operations: "listCustomDataRecords", times: 1, ...answer });
        answers.push((await other.deliver("moon.rose", "v2")).body);
      }
      expect(answers).toEqual([
        [{ id: 9 }],
        { name: "ApiError", status: 200 },
        { name: "ApiError", status: 302 },
        { name: "ApiError", status: 451 },
      ]);
    } finally {
      await other.close();
    }
  });

  it("writes once if the response to a write is lost, and does not wait in real time", async () => {
    const writes = defineHandler({ event: "moon.rose", version: "v2" }, async (_, { endpoints }) => {
      await endpoints.customData(1).create("com.example.moons", "rises", { phase: "full" });
      return endpoints.customData(1).list("com.example.moons", "rises");
    });
    const other = await createTestExtension({ handlers: [writes] });
    try {
      other.platform.faults.inject({ fault: "drop", operations: "createCustomDataRecord", performed: true, times: 1 });
      other.platform.faults.inject({
        fault: "rate-limit",
        operations: "createCustomDataRecord",
        retryAfter: 5,
        times: 1,
      });
      const { body, calls } = await other.deliver("moon.rose", "v2");
      expect(calls.map(({ status }) => status)).toEqual([0, 429, 201, 200]);
      expect(body).toMatchObject([{ phase: "full" }]);
      expect(body).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it("accepts deliveries that are signed with a new key", async () => {
    expect(await results()).toEqual(["delivered", [200]]);
    await kiket.platform.rotateKeys({ keepOld: false });
    expect(await results()).toEqual(["delivered", [200]]);
  });

  it("answers 429 while the platform limits calls, and accepts a later attempt", async () => {
    kiket.platform.faults.inject({ fault: "rate-limit", operations: "logEvent", retryAfter: 90 });
    kiket.platform.faults.inject({ fault: "rate-limit", operations: "logMessage", retryAfter: 90 });
    const pending = await kiket.deliver("issue.created", "v1");
    expect(pending.status).toBe(429);
    kiket.platform.faults.clear();
    expect(await results()).toEqual(["delivered", [200]]);
  });
});

describe("record and replay", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kiket-gen-recordings-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("delivers a recorded file with a new signature", async () => {
    const file = join(folder, "created.json");
    const over = { issue: { title: "recorded", project_id: 12 } };
    const first = await kiket.deliver("issue.created", "v1", over, { scopes: ["issues:read", "*"] });
    const recording = await kiket.record(first, file);
    expect(await readRecording(file)).toEqual(recording);
    expect(await readFile(file, "utf8")).not.toMatch(/eyJ|Hello/);

    const again = await kiket.replay(pathToFileURL(file));
    expect(again.body).toEqual({ status: "allow", message: "Hello recorded", metadata: {} });
    expect(again.deliveryId).not.toBe(first.deliveryId);
    expect(again.sent.headers["x-kiket-project"]).toBe("12");
    expect(JSON.parse(again.sent.body).authentication.scopes).toEqual(["issues:read", "*"]);

    const other = await kiket.replay(recording, { secrets: { GREETING: "Bye" }, scopes: ["issues:read"] });
    expect(other.body).toMatchObject({ message: "Bye recorded" });
    expect(JSON.parse(other.sent.body).authentication.scopes).toEqual(["issues:read"]);
  });

  it("omits hidden secrets, and keeps declared settings", async () => {
    const reads = defineHandler({ event: "moon.rose", version: "v2" }, (_, { settings, secret, payloadSecrets }) => ({
      burst: settings.BURST ?? null,
      key: secret("KEY") ?? null,
      delivered: Object.keys(payloadSecrets),
    }));
    const settingDefinitions = { BURST: { type: "integer", default: 1 } } as const;
    const other = await createTestExtension({ handlers: [reads], settingDefinitions });
    try {
      const first = await other.deliver("moon.rose", "v2", {}, { secrets: { BURST: "5", KEY: "k", ON: "yes" } });
      expect(first.body).toEqual({ burst: 5, key: "k", delivered: ["BURST", "KEY", "ON"] });
      const recording = await other.record(first, join(folder, "settings.json"), { keep: ["ON"] });
      expect(recording.body.secrets).toEqual({ BURST: "5", KEY: "[redacted]", ON: "yes" });
      const again = await other.replay(recording);
      expect(again.body).toEqual({ burst: 5, key: null, delivered: ["BURST", "ON"] });
      const known = await other.replay(recording, { secrets: { KEY: "new" } });
      expect(known.body).toEqual({ burst: 5, key: "new", delivered: ["BURST", "ON", "KEY"] });
      expect(other.logs.filter(({ level }) => level !== "info")).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it("delivers a recording without its credentials, in its original shape", async () => {
    const webhook = defineHandler({ event: "external.webhook.inbound_email", version: "v1" }, (payload) => {
      const { original_url, headers } = payload.external_webhook as { original_url: string; headers: object };
      return { headers, host: new URL(original_url).host, token: new URL(original_url).searchParams.get("token") };
    });
    const own = await createTestExtension({ handlers: [webhook] });
    const outcome = await own.deliver("external.webhook.inbound_email", "v1", {
      external_webhook: {
        body: "a=b",
        headers: { "X-Mailjet-Token": "live-token", Via: "relay" },
        content_type: "text/plain",
        method: "POST",
        query_params: {},
        original_url: "https://me:live-password@kiket.dev/webhooks/ext/live-address/inbound_email?token=live-token",
      },
    });
    const file = join(folder, "webhook.json");
    await own.record(outcome, file);
    expect(await readFile(file, "utf8")).not.toContain("live-");
    const again = await own.replay(file);
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({
      headers: { "X-Mailjet-Token": "[redacted]", Via: "relay" },
      host: "kiket.dev",
      token: "[redacted]",
    });
    await own.close();
  });

  it("delivers a file with only a body", async () => {
    const file = join(folder, "bare.json");
    await writeFile(file, '{ "event": "moon.rose", "event_version": "v2", "phase": "new" }');
    expect((await kiket.replay(file)).body).toMatchObject({ phase: "new" });
  });

  it("names the invalid file", async () => {
    const file = join(folder, "broken.json");
    await writeFile(file, "[]");
    await expect(kiket.replay(file)).rejects.toThrow(`${file} must contain one JSON object`);
    await expect(kiket.replay(join(folder, "absent.json"))).rejects.toThrow("ENOENT");
  });

  it("sends a recorded body unchanged if it is signed with an HMAC", async () => {
    const body = { id: "evt_1", type: "moon.rose", data: {} };
    const outcome = await kiket.replay(
      { event: "moon.rose", version: "v2", headers: {}, body },
      { auth: "hmac", secret: "whsec_test" },
    );
    expect(outcome.sent.body).toBe('{"id":"evt_1","type":"moon.rose","data":{}}');
    expect(outcome.sent.headers["x-kiket-signature"]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("also with an HMAC, does not send `[redacted]` as a secret", async () => {
    const body = { event: "moon.rose", secrets: { KEY: "[redacted]", BURST: "5" }, phase: "new" };
    const recording = { event: "moon.rose", version: "v2", headers: {}, body };
    const outcome = await kiket.replay(recording, { auth: "hmac", secret: "whsec_test", secrets: { OTHER: "o" } });
    expect(outcome.sent.body).toBe(
      '{"event":"moon.rose","secrets":{"BURST":"5","GREETING":"Hello","OTHER":"o"},"phase":"new"}',
    );
  });
});
