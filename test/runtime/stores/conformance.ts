import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Begun, Claim, DeliveryStore, StoredReply } from "../../../runtime/index.js";

export interface StoreUnderTest {
  /** Opens the store, which is empty at the start of each test. A lasting store is the same during a test. */
  readonly open: () => DeliveryStore | Promise<DeliveryStore>;
  /** Whether the store outlives the process and is shared by everyone who opens it. */
  readonly isLasting: boolean;
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

const steps = fc.array(
  fc.record<Step>({
    does: fc.constantFrom("begin", "begin", "finish", "fail"),
    key: fc.constantFrom("a", "b"),
    back: fc.nat(3),
    after: fc.constantFrom(0, 1, lease / 2, lease - 1, lease, hour - lease, hour),
  }),
  { minLength: 1, maxLength: 25 },
);

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
export function keepsThePromises({ open, isLasting }: StoreUnderTest): void {
  let opened: DeliveryStore[];
  let store: DeliveryStore;
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
    store = await reopen();
  });
  afterEach(closeAll);

  describe("the promises of a delivery store", () => {
    test("a delivery is run by one owner, then its verdict is returned until it may be deleted", async () => {
      expect(await store.begin("a", claim(0))).toEqual(fresh);
      expect(await store.begin("a", claim(1, "two"))).toEqual(running);
      expect(await store.begin("b", claim(1, "two"))).toEqual(fresh);
      await store.finish("a", reply);
      expect(await store.begin("a", claim(2, "two"))).toEqual(done);
      expect(await store.begin("b", claim(3, "three"))).toEqual(running);
      expect(await store.begin("a", claim(hour - 1, "two"))).toEqual(done);
      expect(await store.begin("a", claim(hour, "two"))).toEqual(fresh);
    });

    test("if many begin at the same time, it is new for one", async () => {
      const begun = await Promise.all(Array.from({ length: 50 }, (_, index) => store.begin("a", claim(0, `${index}`))));
      expect(begun.filter(({ state }) => state === "new")).toHaveLength(1);
      expect(begun.filter(({ state }) => state === "running")).toHaveLength(49);
    });

    test("only the run that failed frees the delivery", async () => {
      await store.begin("a", claim(0, "one"));
      await store.fail("a", "two");
      await store.fail("b", "one");
      expect(await store.begin("a", claim(1, "two"))).toEqual(running);
      await store.fail("a", "one");
      expect(await store.begin("a", claim(2, "two"))).toEqual(fresh);
      await store.fail("a", "one");
      expect(await store.begin("a", claim(3, "three"))).toEqual(running);
      await store.finish("a", reply);
      await store.fail("a", "two");
      expect(await store.begin("a", claim(4, "three"))).toEqual(done);
    });

    test("a run counts as crashed after its lease; if it still finishes, its verdict counts", async () => {
      await store.begin("a", claim(0, "one"));
      expect(await store.begin("a", claim(lease - 1, "two"))).toEqual(running);
      expect(await store.begin("a", claim(lease, "two"))).toEqual(fresh);
      await store.fail("a", "one");
      expect(await store.begin("a", claim(lease + 1, "three"))).toEqual(running);
      await store.finish("a", reply);
      await store.fail("a", "two");
      expect(await store.begin("a", claim(lease + 2, "three"))).toEqual(done);
    });

    test("after a finish without a begin, or a second finish, the last verdict is returned", async () => {
      await store.finish("a", { ...reply, body: "{}" });
      const last = { ...reply, status: 201, keepUntil: 2 * hour };
      await store.finish("a", last);
      expect(await store.begin("a", claim(hour))).toEqual({ state: "done", reply: last });
    });

    test.each([
      ["the empty text", ""],
      ["characters that separate or end texts", "ü\u0000\n/.."],
      ["a name of Object.prototype", "__proto__"],
      ["another", "constructor"],
      ["some kilobytes", "x".repeat(5_000)],
    ])("a key may be any string: %s", async (_what, key) => {
      expect(await store.begin(key, claim(0))).toEqual(fresh);
      expect(await store.begin(`${key}y`, claim(0))).toEqual(fresh);
      await store.finish(key, reply);
      expect(await store.begin(key, claim(1))).toEqual(done);
      expect(await store.begin(`${key}y`, claim(1))).toEqual(running);
    });

    test("a verdict of any length is returned unchanged", async () => {
      const long = {
        status: 422,
        body: JSON.stringify({ text: '"\\\u2028'.repeat(50_000) }),
        subject: "",
        keepUntil: 1e15,
      };
      await store.finish("a", long);
      expect(await store.begin("a", claim(0))).toEqual({ state: "done", reply: long });
    });

    test.each([
      ["text", { body: "id;name\r\n1;ü\r\n", contentType: "text/csv; charset=utf-8" }],
      ["bytes", { body: "/wD+", contentType: "application/octet-stream", encoding: "base64" as const }],
    ])("a reply that is not JSON keeps every member: %s", async (_what, members) => {
      const raw: StoredReply = { ...reply, ...members };
      await store.finish("a", raw);
      expect(await store.begin("a", claim(0))).toEqual({ state: "done", reply: raw });
    });

    test("in any order of calls, keys do not affect each other", async () => {
      let runs = 0;
      let now = 0;
      const property = fc.asyncProperty(steps, async (all) => {
        const model = createModel();
        const prefix = `${runs++} `;
        for (const [index, { does, key, back, after }] of all.entries()) {
          now += after;
          const owner = `${does === "begin" ? index : index - back}`;
          const expected = model[does](key, now, owner);
          const name = prefix + key;
          if (does === "begin") expect(await store.begin(name, claim(now, owner))).toEqual(expected);
          if (does === "finish") await store.finish(name, { ...reply, keepUntil: now + hour });
          if (does === "fail") await store.fail(name, owner);
        }
      });
      await fc.assert(property, { numRuns: 100 });
    });
  });

  if (!isLasting) return;

  describe("the promises of a lasting store", () => {
    test("running, finished and failed deliveries are known after it is opened again", async () => {
      for (const key of ["a", "b", "c"]) await store.begin(key, claim(0));
      await store.finish("b", reply);
      await store.fail("c", "one");
      await closeAll();
      store = await reopen();
      expect(await store.begin("a", claim(1, "two"))).toEqual(running);
      expect(await store.begin("b", claim(1, "two"))).toEqual(done);
      expect(await store.begin("c", claim(1, "two"))).toEqual(fresh);
      expect(await store.begin("a", claim(lease, "two"))).toEqual(fresh);
    });

    test("it is shared by everyone who opened it", async () => {
      const other = await reopen();
      const both = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? store : other));
      const begun = await Promise.all(both.map((one, index) => one.begin("a", claim(0, `${index}`))));
      expect(begun.filter(({ state }) => state === "new")).toHaveLength(1);
      await other.finish("a", reply);
      expect(await store.begin("a", claim(1))).toEqual(done);
    });
  });
}
