import { describe, expect, it } from "vitest";
import type { DevKiket, DevKiketOptions } from "../../../../runtime/dev.js";
import { allow } from "../../../../runtime/index.js";
import { openKiketOf, type Program, startProgram } from "../project.js";

const hour = 3_600_000;

/** A local Kiket whose program starts again with the time of the clock, as the command does it. */
async function openWithClock(handle: (at: number) => unknown = () => allow(), options: Partial<DevKiketOptions> = {}) {
  let starts = 0;
  let program: Program | undefined;
  const kiket: DevKiket = await openKiketOf({ onClock: () => void start(), ...options });
  async function start(): Promise<void> {
    await program?.stop();
    starts += 1;
    const { clockAhead } = kiket.state().trouble;
    const now = () => Date.now() + clockAhead;
    program = await startProgram(kiket, () => handle(now()), { now });
    kiket.serveAt({ url: program.url, build: starts });
  }
  await start();
  return { kiket, starts: () => starts };
}

describe("the clock of the local Kiket", () => {
  it("moves Kiket and the extension, which is started again, and back", async () => {
    const times: number[] = [];
    const { kiket, starts } = await openWithClock((at) => {
      times.push(at);
      return allow();
    });
    expect(await kiket.trouble.moveClock({ advance: 2 * hour })).toEqual({ faults: [], clockAhead: 2 * hour });
    expect(await kiket.trouble.moveClock({ advance: hour })).toEqual({ faults: [], clockAhead: 3 * hour });
    const real = Date.now();
    const record = await kiket.send({ event: "boat.docked" });
    expect([record.state, starts()]).toEqual(["delivered", 3]);
    const [attempt] = record.attempts;
    expect(times[0]).toBeGreaterThanOrEqual(real + 3 * hour);
    expect(Number(attempt?.request.claims?.iat)).toBeGreaterThanOrEqual(Math.floor((real + 3 * hour) / 1000));
    // What the page shows is in real time.
    expect(
      [record.createdAt, attempt?.at, attempt?.logs[0]?.at].map((at) => Math.abs(Number(at) - real) < hour),
    ).toEqual([true, true, true]);
    expect(await kiket.trouble.moveClock({ reset: true })).toEqual({ faults: [], clockAhead: 0 });
    const later = await kiket.send({ event: "boat.docked" });
    expect([later.state, starts()]).toEqual(["delivered", 4]);
    expect(Number(later.attempts[0]?.request.claims?.iat)).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it("lets deliveries under way end with the old time, and others wait for the new program", async () => {
    let end = () => {};
    const held = new Promise((resolve) => {
      end = () => resolve(allow());
    });
    let runs = 0;
    const { kiket } = await openWithClock(() => {
      runs += 1;
      return runs > 1 ? allow() : held;
    });
    const first = kiket.send({ event: "boat.docked" });
    await expect.poll(() => runs).toBe(1);
    const moved = kiket.trouble.moveClock({ advance: hour });
    await expect.poll(() => kiket.state().running).toBeUndefined();
    const second = kiket.send({ event: "boat.docked" });
    await expect.poll(() => kiket.deliveries()[0]?.state).toBe("waiting");
    expect(kiket.state().trouble.clockAhead).toBe(0);
    end();
    await moved;
    const builds = [await first, await second].map(({ state, attempts }) => [state, attempts[0]?.build]);
    expect(builds).toEqual([
      ["delivered", 1],
      ["delivered", 2],
    ]);
  });

  it("is the time of rows that are added on the page", async () => {
    const { kiket } = await openWithClock();
    await kiket.trouble.moveClock({ advance: 2 * hour });
    kiket.data.edit({ collection: "members", values: { name: "Ada" } });
    const [row] = kiket.data.rows("members")?.rows ?? [];
    kiket.data.edit({ collection: "members", key: String(row?.key), values: { role: "admin" } });
    const [{ values } = { values: {} }] = kiket.data.rows("members")?.rows ?? [];
    const { created_at, updated_at } = values as Record<string, string>;
    expect([created_at, updated_at].map((time = "") => Date.parse(time) - Date.now() > hour)).toEqual([true, true]);
  });

  it("makes what waits for its next attempt due, or due sooner", async () => {
    let runs = 0;
    const handle = () => {
      runs += 1;
      if (runs < 3) throw new Error("no berth");
      return allow();
    };
    const { kiket } = await openWithClock(handle, { compression: 1 });
    const { id, next, state } = await kiket.send({ event: "boat.docked" });
    expect([state, next?.schedule]).toEqual(["retrying", 30_000]);
    await kiket.trouble.moveClock({ advance: 10_000 });
    expect(next && kiket.delivery(id)?.next?.at).toBe((next?.at ?? 0) - 10_000);
    await kiket.trouble.moveClock({ advance: 20_000 });
    await expect.poll(() => kiket.delivery(id)?.attempts.length, { timeout: 20_000 }).toBe(2);
    await expect.poll(() => kiket.delivery(id)?.next?.schedule).toBe(60_000);
    await kiket.trouble.moveClock({ advance: 60_000 });
    await expect.poll(() => kiket.delivery(id)?.state, { timeout: 20_000 }).toBe("delivered");
  });

  it("cannot be ten years ahead, and then nothing has moved", async () => {
    const { kiket, starts } = await openWithClock();
    await expect(kiket.trouble.moveClock({ advance: 11 * 365 * 24 * hour })).rejects.toMatchObject({ status: 422 });
    expect([kiket.state().trouble.clockAhead, starts()]).toEqual([0, 1]);
    expect((await kiket.send({ event: "boat.docked" })).state).toBe("delivered");
  });

  it("of a local Kiket that starts no program moves alone", async () => {
    const kiket = await openKiketOf();
    await kiket.trouble.moveClock({ advance: hour });
    expect(kiket.state().trouble.clockAhead).toBe(hour);
  });
});
