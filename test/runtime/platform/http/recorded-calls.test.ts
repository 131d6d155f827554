import { describe, expect, it } from "vitest";
import { callRecordOf } from "../../../../runtime/platform/inspector/call-record.js";
import { createPlatform } from "../../../../runtime/testing.js";
import { openPlatform } from "../../../support/open-kiket.js";
import { connect, connectWithKey, now } from "../client.js";

const leads = "/api/v1/ext/custom_data/com.example.crm/leads?project_id=27";
const secrets = "/api/v1/extensions/com.example.crm/secrets";

describe("a recorded call", () => {
  it("has the answer, its time and how long it took", async () => {
    const platform = await openPlatform({ now });
    const call = await connect(platform);
    platform.clock.advance(1000);
    const { body } = await call("POST", leads, { body: { record: { name: "Ada" } } });
    expect(body).toMatchObject({ data: { id: 1, name: "Ada" } });
    expect(platform.calls).toMatchObject([{ status: 201, answer: body, at: now() }]);
    expect(platform.calls[0]?.ms).toBeGreaterThan(0);
  });

  it("has the answer as it was given, whatever is written later", async () => {
    const platform = await openPlatform();
    const call = await connect(platform);
    await call("POST", leads, { body: { record: { name: "Ada" } } });
    await call("PATCH", leads.replace("?", "/1?"), { body: { record: { name: "Bob" } } });
    expect(platform.calls[0]?.answer).toMatchObject({ data: { name: "Ada" } });
  });

  it("has no answer if there was none", async () => {
    const platform = await openPlatform();
    const call = await connect(platform);
    await call("POST", "/api/v1/extensions/logs", { body: { message: "Hello" } });
    platform.faults.inject({ fault: "drop" });
    await expect(call("GET", leads)).rejects.toThrow();
    expect(platform.calls.map(({ status, answer }) => ({ status, answer }))).toEqual([
      { status: 204, answer: undefined },
      { status: 0, answer: undefined },
    ]);
  });

  it("tells the size of an answer that is not JSON, or too long", async () => {
    const platform = await openPlatform({ seed: { auditAnchors: [{ records: [{ action: "a" }] }] } });
    const call = await connect(platform);
    await call("GET", "/api/v1/audit/reports/eu_ai_act.pdf");
    await call("POST", leads, { body: { record: { text: "x".repeat(70_000) } } });
    expect(platform.calls.map(({ answer }) => answer)).toEqual([
      expect.stringMatching(/^\[\d+ bytes\]$/),
      expect.stringMatching(/^\[70\d{3} characters of JSON\]$/),
    ]);
  });

  it("has no secret in its answer", async () => {
    const platform = await openPlatform({
      seed: { secrets: { PLAIN: "first-secret" }, records: [] },
      apiKeys: [{ key: "kik_local" }],
    });
    const call = await connect(platform);
    expect((await call("GET", `${secrets}/PLAIN`)).body).toMatchObject({ value: "first-secret" });
    await call("POST", `${secrets}/PLAIN`, { body: { value: "second-secret" } });
    await call("POST", leads, { body: { record: { note: "it is second-secret", api_key: "elsewhere" } } });
    const installed = await connectWithKey(platform)("POST", "/extensions", {
      body: { extensionKey: "desk", displayName: "Desk", version: "1.0.0", configuration: {} },
    });
    expect(installed.body).toMatchObject({ runnerApiKey: expect.stringContaining("kik_runner_") });
    expect(platform.calls.map(({ answer }) => answer)).toMatchObject([
      { key: "PLAIN", value: "[redacted]" },
      { key: "PLAIN" },
      { data: { note: "it is [redacted]", api_key: "[redacted]" } },
      { runnerApiKey: "[redacted]" },
    ]);
  });

  it("is shown without the secrets that it sent", async () => {
    const platform = await openPlatform({ now });
    const call = await connect(platform);
    await call("POST", `${secrets}/PLAIN`, { body: { value: "second-secret" } });
    await call("POST", secrets, { body: { secret: { key: "OTHER", value: "third-secret" } } });
    expect(platform.calls[0]?.body).toEqual({ value: "second-secret" });
    const records = platform.calls.map(callRecordOf);
    expect(records[0]).toEqual({
      operationId: "setSecret",
      method: "POST",
      path: `${secrets}/PLAIN`,
      query: {},
      body: { value: "[redacted]" },
      status: 201,
      answer: { key: "PLAIN", created_at: "2026-03-02T08:25:04Z", updated_at: "2026-03-02T08:25:04Z" },
      at: now(),
      ms: expect.any(Number),
      byOtherCredential: true,
    });
    expect(JSON.stringify(records)).not.toMatch(/(second|third)-secret/);
  });
});

describe("the recorded calls", () => {
  it("can be bounded, and each delivery still has its own", async () => {
    const platform = await openPlatform({ mostCalls: 3 });
    const call = await connect(platform);
    for (const id of [1, 2, 3]) await call("GET", leads.replace("?", `/${id}?`));
    const deliver = (count: number) =>
      platform.deliver(
        {
          async fetch(request) {
            const { authentication } = (await request.json()) as { authentication: { runtime_token: string } };
            const headers = { "x-kiket-runtime-token": authentication.runtime_token };
            for (let made = 0; made < count; made += 1) await fetch(`${platform.baseUrl}${leads}`, { headers });
            return new Response(null, { status: 204 });
          },
        },
        { event: "issue.created", payload: {} },
      );
    expect((await deliver(2)).calls).toHaveLength(2);
    expect(platform.calls.map(({ operationId }) => operationId)).toEqual([
      "getCustomDataRecord",
      "listCustomDataRecords",
      "listCustomDataRecords",
    ]);
    expect((await deliver(5)).calls).toHaveLength(3);
    expect((await deliver(0)).calls).toEqual([]);
  });
});

describe("a port that is taken", () => {
  it("is an error with a code, and leaves nothing open", async () => {
    const platform = await openPlatform();
    const port = Number(new URL(platform.baseUrl).port);
    await expect(createPlatform({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
