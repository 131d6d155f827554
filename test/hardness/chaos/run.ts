import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../../support/free-port.js";
import { createKiketServer } from "../../support/kiket-server.js";
import type { RedisServer } from "../../support/redis-server.js";
import { createSigningKey } from "../../support/tokens.js";
import { createProgram, type Program } from "./fleet.js";
import { type History, readLines, type Trouble } from "./history.js";
import { createChaosKiket } from "./kiket.js";
import { type PlannedTrouble, planTroubles } from "./plan.js";
import { createRandom } from "./random.js";

export interface ChaosOptions {
  readonly deliveries: number;
  /** At most so many are begun in a second. */
  readonly perSecond: number;
  readonly seed: number;
  /** With an append-only file. */
  readonly redis: RedisServer;
  /** An empty folder, for what the programs write. */
  readonly folder: string;
}

export interface ChaosRun extends History {
  /** What was done, in order. */
  readonly done: readonly string[];
  /** Exit codes of programs that were stopped, not killed. */
  readonly exitCodes: readonly (number | null)[];
}

const events: readonly { readonly event: string; readonly isDeferred: boolean }[] = [
  { event: "issue.created", isDeferred: false },
  { event: "issue.updated", isDeferred: true },
  { event: "before_transition", isDeferred: false },
  { event: "workflow.before_transition", isDeferred: true },
];

/** At most so many requests wait for an answer before another delivery is begun. */
const mostOpen = 100;
/** How long the last deferred deliveries may take after the last answer, in milliseconds. */
const patience = 120_000;

/**
 * Kills Redis while it does not sync its append-only file. During a sync it may keep confirmed writes to itself for up to two seconds
 * (`appendfsync everysec`), which nothing outside can mend.
 */
async function killRedis(redis: RedisServer): Promise<void> {
  const client = new Redis(redis.url);
  client.on("error", () => undefined);
  while (!(await client.info("persistence")).includes("aof_pending_bio_fsync:0")) await sleep(1);
  const killed = redis.stop("SIGKILL");
  client.disconnect();
  await killed;
}

/** Sends deliveries through all troubles, and waits until everything has ended. */
export async function runChaos({ deliveries: count, perSecond, seed, redis, folder }: ChaosOptions): Promise<ChaosRun> {
  const random = createRandom(seed);
  const key = await createSigningKey("key-1");
  const server = await createKiketServer([key.publicJwk]);
  const troubles: Trouble[] = [];
  const exitCodes: (number | null)[] = [];
  const done: string[] = [];
  const encryptionKey = randomBytes(32).toString("base64");
  const file = (name: string): string => join(folder, name);
  const programOf = async (name: string, role: "extension" | "worker"): Promise<Program> =>
    createProgram(
      name,
      {
        role,
        port: role === "worker" ? 0 : await freePort(),
        baseUrl: server.baseUrl,
        redis: redis.url,
        encryptionKey,
        history: file(`${name}.jsonl`),
        log: file("log"),
        failing: 0.02,
      },
      troubles,
    );
  const a = await programOf("a", "extension");
  const b = await programOf("b", "extension");
  const worker = await programOf("worker", "worker");
  const extensions = [a, b];
  const programs = [...extensions, worker];

  const awayWhile = async (act: () => Promise<unknown>): Promise<void> => {
    const from = Date.now();
    await act();
    troubles.push({ what: "redis-away", from, to: Date.now() });
  };
  const restart = async (program: Program): Promise<void> => {
    exitCodes.push(await program.stop());
    await program.start();
  };
  const killAndStart = async (program: Program): Promise<void> => {
    await program.kill();
    await program.start();
  };
  const cause = async ({ what }: PlannedTrouble): Promise<void> => {
    done.push(what);
    if (what === "kill a") await killAndStart(a);
    else if (what === "kill b") await killAndStart(b);
    else if (what === "kill worker") await killAndStart(worker);
    else if (what === "rolling restart") for (const program of extensions) await restart(program);
    else if (what === "kill redis" || what === "kill all") {
      const killed = what === "kill all" ? programs : [];
      await awayWhile(async () => {
        await killRedis(redis);
        await Promise.all(killed.map((program) => program.kill()));
        await sleep(300 + random() * 1_200);
        await redis.start();
      });
      for (const program of killed) await program.start();
    } else {
      await awayWhile(async () => {
        redis.pause();
        await sleep(3_000 + random() * 2_000);
        redis.resume();
      });
    }
  };

  try {
    for (const program of programs) await program.start();
    const kiket = createChaosKiket(key, server, extensions, random);
    const deliveries = new Map<string, { readonly isDeferred: boolean }>();
    const sendings: Promise<void>[] = [];

    const plan = planTroubles(count, seed);
    let begun = 0;
    const makingTrouble = (async () => {
      for (const planned of plan) {
        while (deliveries.size < planned.after) await sleep(10);
        begun += 1;
        await cause(planned);
      }
    })();
    /** Each trouble must come while deliveries are sent, so these wait where a trouble takes long. */
    const mayBegin = (): boolean => deliveries.size <= (plan[begun]?.after ?? count) && kiket.open() <= mostOpen;

    const begin = (delivery: string): void => {
      const { event, isDeferred } = events[deliveries.size % events.length] ?? { event: "", isDeferred: false };
      deliveries.set(delivery, { isDeferred });
      const send = random() < 0.1 ? kiket.sendToAll : kiket.send;
      const again = random() < 0.1 ? random() * 8_000 : undefined;
      sendings.push(
        (async () => {
          await send({ delivery, event });
          if (again === undefined) return;
          await sleep(again);
          await kiket.send({ delivery, event });
        })(),
      );
    };
    let next = Date.now();
    while (deliveries.size < count) {
      begin(`dlv_${deliveries.size + 1}`);
      next = Math.max(Date.now(), next + 1_000 / perSecond);
      await sleep(next - Date.now());
      while (!mayBegin()) await sleep(5);
    }
    await makingTrouble;
    await Promise.all(sendings);

    const lines = async (): Promise<Pick<History, "runs" | "stored">> =>
      readLines(await Promise.all(programs.map(({ name }) => readFile(file(`${name}.jsonl`), "utf8"))));
    const areAllFinished = async (): Promise<boolean> => {
      const finished = new Set(
        (await lines()).runs.flatMap((run) => (run.ending?.what === "finished" ? [run.delivery] : [])),
      );
      return [...deliveries.keys()].every((delivery) => finished.has(delivery));
    };
    const until = Date.now() + patience;
    while (!(await areAllFinished()) && Date.now() < until) await sleep(1_000);

    // In the end every tenth one is sent once more, when nothing is wrong any more.
    const repeated = [...deliveries.keys()].filter(() => random() < 0.1);
    for (const delivery of repeated) {
      const { event = "" } = events[(Number(delivery.slice(4)) - 1) % events.length] ?? {};
      await kiket.send({ delivery, event });
    }
    for (const program of programs) exitCodes.push(await program.stop());
    return { deliveries, requests: kiket.requests, ...(await lines()), troubles, done, exitCodes };
  } finally {
    for (const program of programs) await program.kill();
    await server.close();
  }
}
