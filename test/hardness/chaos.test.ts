import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeWithRedis, startRedis } from "../support/redis-server.js";
import { check, historyOf } from "./chaos/check.js";
import { type ChaosRun, runChaos } from "./chaos/run.js";

/** `CHAOS=20000` sets the number of deliveries, `SEED=1` what goes wrong and when. */
const { CHAOS, HEAVY, SEED } = process.env;
const deliveries = Number(CHAOS ?? (HEAVY === undefined ? 400 : 20_000));
const seed = Number(SEED ?? Math.floor(Math.random() * 1_000_000));

/** What a failure needs: the history of the first deliveries, and what the programs logged of them. */
function explained(ids: readonly string[], run: ChaosRun, log: string): string {
  const parts = ids.slice(0, 3).map((id) => {
    const logged = log.split("\n").filter((line) => line.includes(`"${id}"`));
    return [`${id}:`, historyOf(id, run), ...logged.map((line) => line.slice(0, 300))].join("\n");
  });
  return parts.join("\n");
}

describeWithRedis("two extensions and a worker on one Redis, killed again and again", () => {
  test("nothing is lost, nothing finished runs again, no verdict changes", { timeout: 900_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "kiket-gen-chaos-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const redis = await startRedis({ settings: { appendonly: "yes", appendfsync: "everysec" } });
    onTestFinished(redis.close);

    const started = Date.now();
    const run = await runChaos({ deliveries, perSecond: deliveries > 1_000 ? 250 : 40, seed, redis, folder });
    const { lost, ranAgain, changed, unexplained, interrupted } = check(run);
    const counts = {
      seed,
      deliveries: run.deliveries.size,
      requests: run.requests.length,
      runs: run.runs.length,
      troubles: run.done.length,
      lost: lost.length,
      finishedRanAgain: ranAgain.length,
      verdictsChanged: changed.length,
      unexplained: unexplained.length,
      interrupted,
      seconds: Math.round((Date.now() - started) / 1_000),
    };
    console.log(`chaos: ${JSON.stringify(counts)}`);
    const wrong = [...new Set([...lost, ...ranAgain, ...changed, ...unexplained])];
    const told = explained(wrong, run, await readFile(join(folder, "log"), "utf8").catch(() => ""));
    expect({ lost, ranAgain, changed, unexplained }, `seed ${seed}\n${told}`).toEqual({
      lost: [],
      ranAgain: [],
      changed: [],
      unexplained: [],
    });
    expect(run.deliveries.size).toBe(deliveries);
    // What was stopped has ended well, and every kind of trouble was there.
    expect(new Set(run.exitCodes)).toEqual(new Set([0]));
    const kinds = ["kill a", "kill all", "kill b", "kill redis", "kill worker", "rolling restart", "stall redis"];
    expect([...new Set(run.done)].sort()).toEqual(kinds);
  });
});
