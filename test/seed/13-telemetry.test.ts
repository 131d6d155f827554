import { describe, expect, test } from "vitest";
import { defineHandler, type ExtensionOptions, type TelemetryRecord } from "../../runtime/index.js";
import { createTestExtension } from "../../runtime/testing.js";
import { createTestLogger } from "../support/deliveries.js";
import { type CannedAnswer, createKiketServer, type ReceivedCall } from "../support/kiket-server.js";
import { closeAfterwards } from "../support/open-kiket.js";

const handlers = [
  defineHandler({ event: "issue.created", version: "v2" }, () => ({ ok: true })),
  defineHandler({ event: "issue.updated", version: "v1" }, () => {
    throw new RangeError("password=hunter2");
  }),
];

interface Run {
  readonly statuses: readonly number[];
  readonly received: readonly ReceivedCall[];
  readonly warnings: readonly string[];
}

const both = [
  ["issue.created", "v2"],
  ["issue.updated", "v1"],
] as const;

/** Delivers events beside a collector, and closes the extension. By default one that is handled, and one whose handler throws. */
async function deliverAll(
  options: (collector: string) => Omit<ExtensionOptions, "handlers">,
  answers: readonly CannedAnswer[] = [],
  events: readonly (readonly [string, string])[] = both,
): Promise<Run> {
  const collector = await createKiketServer([]);
  closeAfterwards(collector.close);
  collector.answers.push(...answers);
  const logger = createTestLogger();
  const identity = { extensionId: "com.example.told", extensionVersion: "1.2.3" };
  const kiket = await createTestExtension({ handlers, logger, ...identity, ...options(collector.baseUrl) });
  const statuses: number[] = [];
  for (const [event, version] of events) statuses.push((await kiket.deliver(event, version)).status);
  await kiket.close();
  const warnings = logger.others.filter(({ level }) => level === "warn").map(({ message }) => message);
  return { statuses, received: collector.calls, warnings };
}

describe("13: telemetry", () => {
  test.each([
    ["the option telemetry.url", (url: string) => ({ telemetry: { url } })],
    ["KIKET_SDK_TELEMETRY_URL", (url: string) => ({ env: { KIKET_SDK_TELEMETRY_URL: url } })],
  ])("13: a record of each run is sent to %s", async (_where, options) => {
    const { statuses, received, warnings } = await deliverAll((url) => options(`${url}/collect`));
    expect(statuses).toEqual([200, 500]);
    expect(warnings).toEqual([]);
    expect(received.map(({ method, path }) => [method, path])).toEqual([
      ["POST", "/collect/telemetry"],
      ["POST", "/collect/telemetry"],
    ]);
    const bodies = received.map(({ body }) => body as Record<string, unknown>);
    bodies.sort((a, b) => String(a.event).localeCompare(String(b.event)));
    expect(bodies).toMatchObject([
      { event: "issue.created", version: "v2", status: "ok", error_class: null, extension_id: "com.example.told" },
      { event: "issue.updated", version: "v1", status: "error", error_class: "RangeError", extension_version: "1.2.3" },
    ]);
    for (const { duration_ms } of bodies) expect(duration_ms).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(bodies)).not.toContain("hunter2");
  });

  test("13: the feedback hook is given each record, also without a collector", async () => {
    const records: TelemetryRecord[] = [];
    await deliverAll(() => ({ telemetry: { onRecord: (record) => records.push(record) } }));
    expect(records).toMatchObject([
      { event: "issue.created", version: "v2", status: "ok", durationMs: expect.any(Number) },
      { event: "issue.updated", version: "v1", status: "error", durationMs: expect.any(Number) },
    ]);
  });

  test("13: a record that the collector could not take is sent again", async () => {
    const once = [["issue.created", "v2"]] as const;
    const { received, warnings } = await deliverAll((url) => ({ telemetry: { url } }), [{ status: 503 }], once);
    expect(received.map(({ body }) => body)).toMatchObject([{ event: "issue.created" }, { event: "issue.created" }]);
    expect(received[1]?.body).toEqual(received[0]?.body);
    expect(warnings).toEqual([]);
  });

  test("13: KIKET_SDK_TELEMETRY_OPTOUT=1 turns collector and hook off, whatever the options say", async () => {
    const records: TelemetryRecord[] = [];
    const { statuses, received } = await deliverAll((url) => ({
      env: { KIKET_SDK_TELEMETRY_OPTOUT: "1", KIKET_SDK_TELEMETRY_URL: url },
      telemetry: { url, enabled: true, onRecord: (record) => records.push(record) },
    }));
    expect(statuses).toEqual([200, 500]);
    expect([received, records]).toEqual([[], []]);
  });

  test("13: a collector that refuses, and a hook that throws, are logged and change no response", async () => {
    const telemetry = (url: string) => ({
      url,
      onRecord: () => {
        throw new Error("the hook is broken");
      },
    });
    const refusals = Array.from({ length: 8 }, () => ({ status: 400 }));
    const { statuses, warnings } = await deliverAll((url) => ({ telemetry: telemetry(url) }), refusals);
    expect(statuses).toEqual([200, 500]);
    expect([...warnings].sort()).toEqual([
      "Telemetry records are being lost: the collector did not accept them",
      "telemetry.onRecord failed",
      "telemetry.onRecord failed",
    ]);
  });
});
