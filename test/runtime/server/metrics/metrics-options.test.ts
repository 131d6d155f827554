import { expect, test } from "vitest";
import { resolveMetrics } from "../../../../runtime/server/metrics/metrics-options.js";

const none = { env: {} };

test("there are no metrics unless an option or the environment asks for them", () => {
  expect(resolveMetrics(none)).toBeUndefined();
  expect(resolveMetrics({ env: { KIKET_METRICS_PORT: " ", KIKET_METRICS_HOST: "0.0.0.0" } })).toBeUndefined();
  expect(resolveMetrics({ metrics: false, env: { KIKET_METRICS_PORT: "9000" } })).toBeUndefined();
});

test("by default they are on port 9464 of this machine, at /metrics; an option comes before the environment", () => {
  const usual = { port: 9464, host: "127.0.0.1", path: "/metrics", processMetrics: true };
  expect(resolveMetrics({ ...none, metrics: {} })).toEqual(usual);
  const env = { KIKET_METRICS_PORT: "9000", KIKET_METRICS_HOST: "0.0.0.0" };
  expect(resolveMetrics({ env })).toEqual({ ...usual, port: 9000, host: "0.0.0.0" });
  const metrics = { port: 0, host: "::1", path: "/", processMetrics: false };
  expect(resolveMetrics({ env, metrics })).toEqual(metrics);
});

test.each([
  [{ metrics: { port: 70_000 } }, "metrics.port (or KIKET_METRICS_PORT) must be a whole number from 0 to 65535."],
  [
    { env: { KIKET_METRICS_PORT: "no" } },
    "metrics.port (or KIKET_METRICS_PORT) must be a whole number from 0 to 65535.",
  ],
  [
    { metrics: { path: "metrics" } },
    'metrics.path must be a path such as /metrics, of letters, digits and - . _ ~ /, not "metrics".',
  ],
  [
    { metrics: { port: 8000 } },
    "The metrics need a port of their own: the extension listens on 8000 too. Set KIKET_METRICS_PORT (or metrics.port) to another port.",
  ],
])("%j is a ConfigError", (choice, message) => {
  expect(() => resolveMetrics({ ...none, ...choice }, 8000)).toThrow(
    expect.objectContaining({ name: "ConfigError", message }),
  );
});
