import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createExtension, defineHandler, type Extension } from "../../runtime/index.js";
import type { DeliveryTarget, Platform, RetriedDelivery } from "../../runtime/testing.js";
import { openPlatform } from "../support/open-kiket.js";
import { createProject, removeProject, root } from "../support/project.js";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const v1 = { event: "issue.created", version: "v1" } as const;
const module = "com.example.load";

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5);
}

/** Writes of the handlers that Kiket has received, by delivery. */
async function written(platform: Platform): Promise<readonly string[]> {
  const token = await platform.sign({ scopes: ["*"] });
  const response = await fetch(`${platform.baseUrl}/api/v1/ext/custom_data/${module}/runs?project_id=1&limit=1000`, {
    headers: { "x-kiket-runtime-token": token },
  });
  const { data } = (await response.json()) as { readonly data: readonly { readonly deliveryId: string }[] };
  return data.map(({ deliveryId }) => deliveryId).sort();
}

function bodyOf({ attempts }: RetriedDelivery): unknown {
  return attempts.at(-1)?.outcome?.body;
}

describe("a process that is killed and started again under load, with the durable store", async () => {
  /** The schedule takes hours, while real processes start and die. So both clocks run this many times faster. */
  const speed = 30;
  /** Long enough that the last attempts come after all four restarts, also on a busy machine. */
  const longestWait = 10_000;
  const mostUnderWay = 40;
  const epoch = Date.now();
  const now = (): number => epoch + (Date.now() - epoch) * speed;
  const wait = (milliseconds: number): Promise<void> => sleep(Math.min(milliseconds / speed, longestWait));

  const platform = await openPlatform({ now });
  let folder: string;
  let running: { readonly child: ChildProcess; readonly url: string } | undefined;

  beforeAll(async () => {
    folder = await createProject({});
    await build({
      entryPoints: [join(root, "test/hardness/server.ts")],
      outfile: join(folder, "server.js"),
      bundle: true,
      format: "esm",
      platform: "node",
      packages: "external",
    });
  });
  afterAll(async () => {
    await end("SIGKILL");
    await removeProject(folder);
  });

  async function start(): Promise<void> {
    const args = ["server.js", "store", "runs", platform.baseUrl, String(epoch), String(speed)];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(child.stdout, "data");
    running = { child, url: String(line).trim() };
  }

  async function end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (running === undefined) return;
    const { child } = running;
    running = undefined;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  /** The address where the process listens now, if it runs. */
  const target: DeliveryTarget = {
    async fetch(request) {
      if (running === undefined) throw new Error("connection refused");
      const { method, headers } = request;
      return fetch(running.url + new URL(request.url).pathname, { method, headers, body: await request.text() });
    },
  };
  const deliver = (deliveryId: string): Promise<RetriedDelivery> =>
    platform.deliverWithRetries(target, { ...v1, deliveryId }, { wait });

  interface Line {
    readonly what: "begun" | "failed" | "ended";
    readonly deliveryId: string;
    readonly by: number;
  }
  const lines = async (): Promise<readonly Line[]> =>
    (await readFile(join(folder, "runs"), "utf8").catch(() => ""))
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  /** Runs without a known result. */
  const open = async (): Promise<readonly Line[]> => {
    const all = await lines();
    return all.filter(({ what, deliveryId, by }, index) => {
      const isEnd = (later: Line): boolean => later.deliveryId === deliveryId && later.by === by;
      return what === "begun" && !all.slice(index + 1).some(isEnd);
    });
  };

  test("no delivery is lost, and none runs again after it finished", { timeout: 180_000 }, async () => {
    const verdicts = new Map<string, unknown>();
    const runsOf = async (id: string): Promise<number> =>
      (await lines()).filter(({ what, deliveryId }) => what === "begun" && deliveryId === id).length;
    const deliverAgain = async (id: string): Promise<void> => {
      // Two attempts of one delivery at the same time: the second waits for the verdict of the first.
      const [first, twin] = await Promise.all([deliver(id), deliver(id)]);
      expect([first.result, twin.result], id).toEqual(["delivered", "delivered"]);
      expect(bodyOf(twin), id).toEqual(bodyOf(first));
      verdicts.set(id, bodyOf(first));
      const runs = await runsOf(id);
      // Kiket may deliver again what was answered before, also during failures and after restarts.
      const second = await deliver(id);
      expect(second, id).toMatchObject({ result: "delivered" });
      expect([bodyOf(second), await runsOf(id)], id).toEqual([bodyOf(first), runs]);
    };

    await start();
    let isOver = false;
    const load = (async () => {
      const all: Promise<void>[] = [];
      let underWay = 0;
      while (!isOver || all.length < 60) {
        underWay += 1;
        all.push(deliverAgain(`dlv_${all.length}`).finally(() => (underWay -= 1)));
        await sleep(25);
        // A slow machine must not get more than it can do: a token lives for seconds here.
        await until(() => underWay < mostUnderWay);
      }
      await Promise.all(all);
      return all.length;
    })();

    const write = { operations: "createCustomDataRecord" } as const;
    const troubles = [
      () => platform.faults.inject({ ...write, fault: "drop", performed: true, times: 6 }),
      () => platform.faults.jwksDown({ times: 3 }),
      () => platform.faults.inject({ ...write, fault: "error", status: 503, times: 8 }),
      () => platform.faults.inject({ ...write, fault: "rate-limit", times: 4, retryAfter: 30 }),
    ];
    const trouble = (async () => {
      let interrupted = 0;
      for (const [round, cause] of troubles.entries()) {
        const before = verdicts.size;
        await until(() => verdicts.size >= before + 5);
        await platform.rotateKeys();
        cause();
        await until(async () => (await open()).length > interrupted);
        // One of the stops is a normal one.
        await end(round === 1 ? "SIGTERM" : "SIGKILL");
        interrupted = (await open()).length;
        await start();
      }
      isOver = true;
      return interrupted;
    })();
    const [count, interrupted] = await Promise.all([load, trouble]);
    const ids = Array.from({ length: count }, (_, index) => `dlv_${index}`);
    expect(interrupted).toBeGreaterThan(0);
    expect([...verdicts.keys()].sort()).toEqual([...ids].sort());
    for (const id of ids) expect(verdicts.get(id)).toMatchObject({ deliveryId: id });

    // After another kill every verdict is still stored, and no handler runs again.
    const runs = await lines();
    await end("SIGKILL");
    await start();
    const repeated = await Promise.all(ids.map(async (id) => [id, bodyOf(await deliver(id))] as const));
    expect(new Map(repeated)).toEqual(verdicts);
    expect(await lines()).toEqual(runs);

    // A delivery that ran twice was killed before its verdict was stored. Even then its write is done only once.
    const endings = runs.filter(({ what }) => what === "ended").map(({ deliveryId, by }) => `${deliveryId} ${by}`);
    expect(new Set(endings).size).toBe(endings.length);
    expect(new Set(endings.map((ending) => ending.split(" ")[0]))).toEqual(new Set(ids));
    expect(await written(platform)).toEqual([...ids].sort());
  });
});

describe("an extension that is replaced under load, with the store in memory", () => {
  const extensions: Extension[] = [];
  afterEach(async () => {
    for (const extension of extensions.splice(0)) await extension.close({ within: 0 });
  });

  test("no delivery is lost, and no process runs a delivery again that it has finished", async () => {
    const platform = await openPlatform();
    const finished = new Map<string, number>();
    const again: string[] = [];
    let failures = 0;
    const create = (generation: number): Extension => {
      const handler = defineHandler(v1, async (_payload, { deliveryId, endpoints }) => {
        if (finished.get(deliveryId) === generation) again.push(deliveryId);
        await endpoints.customData(1).create(module, "runs", { deliveryId });
        if (failures < 10) {
          failures += 1;
          throw new Error("the handler's own failure");
        }
        finished.set(deliveryId, generation);
        return { generation };
      });
      const extension = createExtension({
        baseUrl: platform.baseUrl,
        handlers: [handler],
        now: platform.clock.now,
        outbound: { sleep: () => Promise.resolve(), random: () => 0 },
        logger: quiet,
        env: {},
      });
      extensions.push(extension);
      return extension;
    };

    let generation = 1;
    let extension = create(generation);
    let requests = 0;
    const target: DeliveryTarget = {
      async fetch(request) {
        requests += 1;
        const now = generation;
        // At every fortieth request the process dies: running deliveries get no response, and its memory is lost.
        if (requests % 40 === 0) {
          generation += 1;
          extension = create(generation);
          await platform.rotateKeys();
          throw new Error("connection reset");
        }
        const response = await extension.fetch(request);
        if (now !== generation) throw new Error("connection reset");
        return response;
      },
    };
    platform.faults.jwksDown({ times: 4 });
    platform.faults.inject({ fault: "error", operations: "createCustomDataRecord", times: 15 });
    platform.faults.inject({ fault: "drop", operations: "createCustomDataRecord", times: 9, performed: true });
    platform.faults.inject({ fault: "rate-limit", operations: "createCustomDataRecord", times: 9, retryAfter: 20 });

    const ids = Array.from({ length: 80 }, (_, index) => `dlv_${index}`);
    const outcomes = await Promise.all(
      ids.map((deliveryId) => platform.deliverWithRetries(target, { ...v1, deliveryId })),
    );
    expect(outcomes.map(({ result }) => result)).toEqual(ids.map(() => "delivered"));
    expect([...finished.keys()].sort()).toEqual([...ids].sort());
    expect(generation).toBeGreaterThan(2);
    expect(failures).toBe(10);
    expect(outcomes.some(({ attempts }) => attempts.length > 2)).toBe(true);

    const repeated = await Promise.all(
      ids.map((deliveryId) => platform.deliverWithRetries(extension, { ...v1, deliveryId })),
    );
    expect(repeated.map(({ result }) => result)).toEqual(ids.map(() => "delivered"));
    expect(again).toEqual([]);
    expect(await written(platform)).toEqual([...ids].sort());
  });
});
