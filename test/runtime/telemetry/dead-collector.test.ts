import { expect, test, vi } from "vitest";
import { resolveConfig } from "../../../runtime/config/config.js";
import type { Fetch } from "../../../runtime/index.js";
import { createTelemetry } from "../../../runtime/telemetry/reporter.js";
import { createTestLogger } from "../../support/deliveries.js";

const ids = { event: "issue.created", version: "v1", deliveryId: "d-1", correlationId: "c-1", durationMs: 1 };

/** Telemetry to a collector that never answers, and the bodies that it got. */
function deadCollector() {
  const bodies: unknown[] = [];
  const fetch: Fetch = (_input, init) => {
    bodies.push(JSON.parse(String(init?.body)));
    return new Promise(() => undefined);
  };
  const logger = createTestLogger();
  const telemetry = { url: "https://collector.test" };
  return { bodies, ...createTelemetry(resolveConfig({ handlers: [], env: {}, fetch, logger, telemetry })) };
}

test("while a collector does not answer, no record is made of what is dropped unsent", async () => {
  const { bodies, report } = deadCollector();
  let read = 0;
  const outcome = {
    ...ids,
    failure: undefined,
    get startedAt() {
      read += 1;
      return 0;
    },
  };
  for (let count = 0; count < 1_500; count += 1) report(outcome);
  await vi.waitFor(() => expect(bodies).toHaveLength(4));
  expect(read).toBe(4);
});

test("what a handler threw is read at once, and not kept until the record is sent", async () => {
  const { bodies, report } = deadCollector();
  const error = new RangeError("password=hunter2");
  report({ ...ids, startedAt: 0, failure: { error } });
  error.name = "TypeError";
  await vi.waitFor(() => expect(bodies).toMatchObject([{ error_class: "RangeError" }]));
});
