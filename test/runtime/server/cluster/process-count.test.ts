import { expect, test } from "vitest";
import { ConfigError } from "../../../../runtime/index.js";
import {
  obstacleToProcesses,
  resolveProcesses,
  type Surroundings,
} from "../../../../runtime/server/cluster/process-count.js";
import { restartWait } from "../../../../runtime/server/cluster/restart-wait.js";
import { requireShared, warnOfOwnMemory } from "../../../../runtime/server/cluster/shared-state.js";
import { createTestLogger } from "../../../support/deliveries.js";

test.each([
  [1, 1],
  [3, 3],
  [256, 256],
  ["auto", 8],
] as const)("processes %j with 8 cores are %d", (option, count) => {
  expect(resolveProcesses(option, 8)).toBe(count);
});

test('"auto" is at least 1 and at most 256', () => {
  expect([0, 512].map((cores) => resolveProcesses("auto", cores))).toEqual([1, 256]);
});

test.each([0, -1, 1.5, Number.NaN, 257, "2", "max", null])("processes %j is an error", (option) => {
  expect(() => resolveProcesses(option as number, 8)).toThrow(
    new ConfigError('processes must be "auto" or a whole number from 1 to 256.'),
  );
});

const usual: Surroundings = {
  isNode: true,
  isMainThread: true,
  isForeignWorker: false,
  entry: "/srv/dist/main.js",
  options: ["--enable-source-maps", "--import", "tsx", "--env-file=.env"],
};

test("a program in a file can be started again", () => {
  expect(obstacleToProcesses(usual)).toBeUndefined();
});

test.each([
  [{ isNode: false }, /only Node starts a program several times\. Leave processes out/],
  [{ isMainThread: false }, /a worker thread cannot start processes/],
  [{ isForeignWorker: true }, /already one of a cluster, which another program has started \(such as pm2/],
  [{ entry: undefined }, /not in a file \(--eval, standard input or the REPL\)/],
  [{ entry: "-" }, /not in a file/],
  [{ options: ["-e"] }, /not in a file/],
  [{ options: ["--eval=x"] }, /not in a file/],
  [{ options: ["--print"] }, /not in a file/],
  [{ options: ["-i"] }, /not in a file/],
])("%j: it says why not, and the way out", (part, message) => {
  expect(obstacleToProcesses({ ...usual, ...part })).toMatch(message);
});

test("the wait before a restart doubles, up to 30 s", () => {
  expect([0, 1, 2, 3, 8, 9, 2_000].map(restartWait)).toEqual([100, 200, 400, 800, 25_600, 30_000, 30_000]);
});

test("a store that each process would have for itself is refused, with the ways out", () => {
  const store = (isShared: boolean, isNamed: boolean) => ({ store: { isShared, isNamed }, queue: undefined });
  expect(() => requireShared(store(false, false))).toThrow(
    /^processes: each process would keep the verdicts .*createSqliteStore.*createRedisStore.*deliveryStore: "memory"\.$/,
  );
  for (const named of [store(true, true), store(false, true)]) expect(() => requireShared(named)).not.toThrow();
});

test("for what is named there is a warning of what it means", () => {
  const logger = createTestLogger();
  const queue = { name: "x", isDurable: true, isNamed: true };
  warnOfOwnMemory({ store: { isShared: true, isNamed: true }, queue }, logger);
  warnOfOwnMemory({ store: { isShared: true, isNamed: true }, queue: undefined }, logger);
  expect(logger.lines).toEqual([]);
  warnOfOwnMemory({ store: { isShared: false, isNamed: true }, queue: { ...queue, isDurable: false } }, logger);
  expect(logger.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    "warn: Each process keeps verdicts in its own memory: a delivery that Kiket repeats may run again in another process",
    "warn: Deferred deliveries wait in the memory of each process: those of a process that crashes are lost",
  ]);
});
