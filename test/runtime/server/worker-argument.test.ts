import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { defineHandler, type JobQueue, type WorkOptions } from "../../../runtime/index.js";
import { run } from "../../../runtime/node.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { root } from "../../support/project.js";
import { until } from "../../support/supervised.js";

const kiket = await openKiket();
const given = process.argv;
afterEach(() => {
  process.argv = given;
});

/** A program that is started with these arguments. */
async function start(...programArguments: string[]) {
  process.argv = [...given.slice(0, 2), ...programArguments];
  const works: WorkOptions[] = [];
  const closes: number[] = [];
  const queue: JobQueue = {
    name: "test",
    isDurable: true,
    add: async () => undefined,
    async work(_run, options) {
      works.push(options);
      return { close: async (milliseconds) => void closes.push(milliseconds) };
    },
  };
  const logger = createTestLogger();
  const defer = { concurrency: 2 };
  const handler = defineHandler({ event: "issue.created", version: "v1", defer }, () => undefined);
  const extension = kiket.extension({ handlers: [handler], queue, logger });
  const options = { port: 0, host: "127.0.0.1", signals: false, concurrency: 3, closeWithin: 0 };
  const server = await run(() => extension, options);
  return { server, works, closes, extension, messages: () => logger.lines.map(({ message }) => message) };
}

test("with --worker a program takes deferred deliveries instead of listening, and says so once", async () => {
  const { server, works, closes, extension, messages } = await start("serve", "--worker", "--name=own");
  expect(server).toBeUndefined();
  expect(works).toMatchObject([
    { concurrency: 3, handlers: [{ event: "issue.created", version: "v1", concurrency: 2 }] },
  ]);
  expect(messages()).toEqual(["working"]);
  await extension.close({ within: 0 });
  expect(closes).toHaveLength(1);
});

test("any other argument is the program's own: it listens", async () => {
  const { server, works, messages } = await start("--workers", "worker", "-w");
  expect(server?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(works).toEqual([]);
  expect(messages()).toEqual(["listening"]);
  await server?.close();
});

test.skipIf(process.platform === "win32").each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
  "%s ends a worker after it has given its jobs back",
  async (signal) => {
    const child = spawn(process.execPath, [join(root, "test/support/programs/worker.mjs")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    await until("it works", () => lines.includes("works"));
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(lines).toEqual(["works", "gives its jobs back"]);
  },
);
