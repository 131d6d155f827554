import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Begun, Claim, DeliveryStore, StoredReply } from "../../../runtime/index.js";

export interface StoreUnderTest {
  /** Opens the store, which is empty at the start of each test. A lasting store is the same during a test. */
  readonly open: () => DeliveryStore | Promise<DeliveryStore>;
  /** Whether the store outlives the process and is shared by everyone who opens it. */
  readonly isLasting: boolean;
  /** For a store with a clock of its own: sets it forward. Without it, the store goes by the times of the calls. */
  readonly pass?: (milliseconds: number) => Promise<void>;
  /** Called before each test, for a store that is not empty by itself. */
  readonly empty?: () => Promise<void>;
}

const lease = 60_000;
const hour = 3_600_000;
const reply: StoredReply = { status: 200, body: '{"ü":[1,null]}', subject: "issue.created\ndlv_1", keepUntil: hour };
const fresh: Begun = { state: "new" };
const running: Begun = { state: "running" };
const done: Begun = { state: "done", reply };

function claim(now: number, owner = "one"): Claim {
  return { owner, now, leaseUntil: now + lease };
}

interface Step {
  readonly does: "begin" | "finish" | "fail";
  readonly key: string;
  /** For a failure: which run failed, counted back in steps. */
  readonly back: number;
  /** Milliseconds since the step before. */
  readonly after: number;
}

function stepsWith(nearly: number): fc.Arbitrary<Step[]> {
  const step = fc.record<Step>({
    does: fc.constantFrom("begin", "begin", "finish", "fail"),
    key: fc.constantFrom("a", "b"),
    back: fc.nat(3),
    after: fc.constantFrom(0, 1, lease / 4, lease - nearly, lease, hour - lease, hour),
  });
  return fc.array(step, { minLength: 1, maxLength: 25 });
}

/** What a store must answer for one key. */
function createModel(): Record<Step["does"], (key: string, now: number, owner: string) => Begun | undefined> {
  const entries = new Map<string, { readonly end: number; readonly owner?: string; readonly reply?: StoredReply }>();
  return {
    begin(key, now, owner) {
      const entry = entries.get(key);
      if (entry !== undefined && entry.end > now) {
        return entry.reply === undefined ? running : { state: "done", reply: entry.reply };
      }
      entries.set(key, { end: now + lease, owner });
      return fresh;
    },
    finish: (key, now) => void entries.set(key, { end: now + hour, reply: { ...reply, keepUntil: now + hour } }),
    fail: (key, _now, owner) => void (entries.get(key)?.owner === owner && entries.delete(key)),
  };
}

/** Tests every promise of `DeliveryStore`. Additional promises of a store are tested in its own file. */
export function keepsThePromises({ open, isLasting, pass, empty }: StoreUnderTest): void {
  /** How long before its end something is still there. On a clock that runs, a slow test needs some time. */
  const nearly = pass === undefined ? 1 : 20_000;
  let opened: DeliveryStore[];
  let store: DeliveryStore;
  let time: number;
  /** The time of the next call, which is never before that of the last one. */
  const at = async (next: number): Promise<number> => {
    if (next > time) await pass?.(next - time);
    time = next;
    return next;
  };
  const begin = async (key: string, now: number, owner = "one"): Promise<Begun> =>
    store.begin(key, claim(await at(now), owner));
  const reopen = async (): Promise<DeliveryStore> => {
    const another = await open();
    opened.push(another);
    return another;
  };
  const closeAll = async (): Promise<void> => {
    for (const one of opened.splice(0)) await one.close?.();
  };

  beforeEach(async () => {
    opened = [];
    time = 0;
    await empty?.();
    store = await reopen();
  });
  afterEach(closeAll);

  describe("the promises of a delivery store", () => {
    test("a delivery is run by one owner, then its verdict is returned until it may be deleted", async () => {
      expect(await begin("a", 0)).toEqual(fresh);
      expect(await begin("a", 1, "two")).toEqual(running);
      expect(await begin("b", 1, "two")).toEqual(fresh);
      await store.finish("a", reply, time);
      expect(await begin("a", 2, "two")).toEqual(done);
      expect(await begin("b", 3, "three")).toEqual(running);
      expect(await begin("a", hour - nearly, "two")).toEqual(done);
      expect(await begin("a", hour, "two")).toEqual(fresh);
    });

    test("if many begin at the same time, it is new for one", async () => {
      const begun = await Promise.all(Array.from({ length: 50 }, (_, index) => store.begin("a", claim(0, `${index}`))));
      expect(begun.filter(({ state }) => state === "new")).toHaveLength(1);
      expect(begun.filter(({ state }) => state === "running")).toHaveLength(49);
    });

    test("only the run that failed frees the delivery", async () => {
      await begin("a", 0, "one");
      await store.fail("a", "two");
      await store.fail("b", "one");
      expect(await begin("a", 1, "two")).toEqual(running);
      await store.fail("a", "one");
      expect(await begin("a", 2, "two")).toEqual(fresh);
      await store.fail("a", "one");
      expect(await begin("a", 3, "three")).toEqual(running);
      await store.finish("a", reply, time);
      await store.fail("a", "two");
      expect(await begin("a", 4, "three")).toEqual(done);
    });

    test("a run counts as crashed after its lease; if it still finishes, its verdict counts", async () => {
      await begin("a", 0, "one");
      expect(await begin("a", lease - nearly, "two")).toEqual(running);
      expect(await begin("a", lease, "two")).toEqual(fresh);
      await store.fail("a", "one");
      expect(await begin("a", lease + 1, "three")).toEqual(running);
      await store.finish("a", reply, time);
      await store.fail("a", "two");
      expect(await begin("a", lease + 2, "three")).toEqual(done);
    });

    test("after a finish without a begin, or a second finish, the last verdict is returned", async () => {
      await store.finish("a", { ...reply, body: "{}" }, time);
      const last = { ...reply, status: 201, keepUntil: 2 * hour };
      await store.finish("a", last, time);
      expect(await begin("a", hour)).toEqual({ state: "done", reply: last });
    });

    test.each([
      ["the empty text", ""],
      ["characters that separate or end texts", "ü\u0000\n/.."],
      ["a name of Object.prototype", "__proto__"],
      ["another", "constructor"],
      ["some kilobytes", "x".repeat(5_000)],
    ])("a key may be any string: %s", async (_what, key) => {
      expect(await begin(key, 0)).toEqual(fresh);
      expect(await begin(`${key}y`, 0)).toEqual(fresh);
      await store.finish(key, reply, time);
      expect(await begin(key, 1, "two")).toEqual(done);
      expect(await begin(`${key}y`, 1, "two")).toEqual(running);
    });

    test("a verdict of any length is returned unchanged", async () => {
      const long = {
        status: 422,
        body: JSON.stringify({ text: '"\\\u2028'.repeat(50_000) }),
        subject: "",
        keepUntil: 1e15,
      };
      await store.finish("a", long, time);
      expect(await begin("a", 0)).toEqual({ state: "done", reply: long });
    });

    test.each([
      ["text", { body: "id;name\r\n1;ü\r\n", contentType: "text/csv; charset=utf-8" }],
      ["bytes", { body: "/wD+", contentType: "application/octet-stream", encoding: "base64" as const }],
    ])("a reply that is not JSON keeps every member: %s", async (_what, members) => {
      const raw: StoredReply = { ...reply, ...members };
      await store.finish("a", raw, time);
      expect(await begin("a", 0)).toEqual({ state: "done", reply: raw });
    });

    test("in any order of calls, keys do not affect each other", async () => {
      let runs = 0;
      let now = 0;
      const property = fc.asyncProperty(stepsWith(nearly), async (all) => {
        const model = createModel();
        const prefix = `${runs++} `;
        for (const [index, { does, key, back, after }] of all.entries()) {
          now += after;
          const owner = `${does === "begin" ? index : index - back}`;
          await at(now);
          const expected = model[does](key, now, owner);
          const name = prefix + key;
          if (does === "begin") expect(await begin(name, now, owner)).toEqual(expected);
          if (does === "finish") await store.finish(name, { ...reply, keepUntil: now + hour }, time);
          if (does === "fail") await store.fail(name, owner);
        }
      });
      await fc.assert(property, { numRuns: 100 });
    });
  });

  if (!isLasting) return;

  describe("the promises of a lasting store", () => {
    test("running, finished and failed deliveries are known after it is opened again", async () => {
      for (const key of ["a", "b", "c"]) await begin(key, 0);
      await store.finish("b", reply, time);
      await store.fail("c", "one");
      await closeAll();
      store = await reopen();
      expect(await begin("a", 1, "two")).toEqual(running);
      expect(await begin("b", 1, "two")).toEqual(done);
      expect(await begin("c", 1, "two")).toEqual(fresh);
      expect(await begin("a", lease, "two")).toEqual(fresh);
    });

    test("it is shared by everyone who opened it", async () => {
      const other = await reopen();
      const both = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? store : other));
      const begun = await Promise.all(both.map((one, index) => one.begin("a", claim(0, `${index}`))));
      expect(begun.filter(({ state }) => state === "new")).toHaveLength(1);
      await other.finish("a", reply, time);
      expect(await begin("a", 1)).toEqual(done);
    });
  });
}
