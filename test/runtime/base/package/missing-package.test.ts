import { expect, test } from "vitest";
import { missingPackage } from "../../../../runtime/base/package/missing-package.js";

test("who lacks packages is told how to install them all, and why they cannot be loaded in one line", () => {
  const cause = new Error("Cannot find module 'bullmq'\nRequire stack:\n- /app/dist/main.js");
  const error = missingPackage("The queue on BullMQ needs", ["bullmq", "ioredis"], cause);
  expect([error.name, error.message, error.cause]).toEqual([
    "ConfigError",
    "The queue on BullMQ needs the packages bullmq and ioredis: npm install bullmq ioredis (Cannot find module 'bullmq')",
    cause,
  ]);
  expect(missingPackage("Metrics for Prometheus need", ["prom-client"], "gone").message).toMatch(
    /^Metrics for Prometheus need the package prom-client: npm install prom-client \(gone\)$/,
  );
});
