import { beforeEach, describe, expect, test } from "vitest";
import {
  ApiError,
  allow,
  createMemoryStore,
  type DeliveryStore,
  defineHandler,
  type Extension,
  type ExtensionOptions,
  notImplemented,
} from "../../../runtime/index.js";
import { createTestLogger, signedRequest, type TestDelivery } from "../../support/deliveries.js";
import { hmacRequest, webhookSecret } from "../../support/hmac.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";
import { targets } from "../../support/targets.js";
import { createSigningKey, testClaims, testSeconds, testTime } from "../../support/tokens.js";

const kiket = await openKiket();
let runs: unknown[];

beforeEach(() => {
  runs = [];
});

/** Records each run. The verdict contains their number. */
const created = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { deliveryId }) => {
  runs.push(deliveryId);
  return allow({ message: `run ${runs.length}` });
});
const closed = defineHandler({ event: "issue.closed", version: "v1" }, () => {
  runs.push("closed");
  return "closed";
});

function counting(options: Partial<ExtensionOptions> = {}): Extension {
  return kiket.extension({ handlers: [created, closed], ...options });
}

async function read(response: Response) {
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    body: await bodyOf(response),
  };
}

const send = async (extension: Extension, delivery: TestDelivery = {}) =>
  read(await extension.fetch(await kiket.request(delivery)));

const verdict = (message: string) => ({
  status: 200,
  retryAfter: null,
  body: { status: "allow", message, metadata: {} },
});
const named = (id: string): TestDelivery => ({ headers: { "x-kiket-delivery": id } });
const usedBefore = { status: 401, body: { error: "This token or signature was already used for another delivery" } };

test("the verdict of one version is no answer for another version of the event", async () => {
  const versions = ["v1", "v2"].map((version) => defineHandler({ event: "issue.created", version }, () => version));
  const extension = kiket.extension({ handlers: versions });
  const answers = [];
  for (const version of ["v1", "v2", "v1"]) {
    const signed = await kiket.request(named("one"));
    const url = signed.url.replace("/v/v1/", `/v/${version}/`);
    answers.push(
      await bodyOf(
        await extension.fetch(new Request(url, { method: "POST", headers: signed.headers, body: await signed.text() })),
      ),
    );
  }
  expect(answers).toEqual(["v1", "v2", "v1"]);
});

describe.each(targets)("a delivery that finished, through %s", (_name, open) => {
  test("does not run again and has the same verdict, with the same bytes or a new signature", async () => {
    const target = await open(counting());
    try {
      const first = await kiket.request(named("dlv_1"));
      const same = first.clone();
      expect(await read(await target.send(first))).toEqual(verdict("run 1"));
      expect(await read(await target.send(same))).toEqual(verdict("run 1"));
      expect(await read(await target.send(await kiket.request(named("dlv_1"))))).toEqual(verdict("run 1"));
      expect(await read(await target.send(await kiket.request(named("dlv_2"))))).toEqual(verdict("run 2"));
      expect(runs).toEqual(["dlv_1", "dlv_2"]);
    } finally {
      await target.close();
    }
  });
});

describe("the identity of a delivery", () => {
  test("without an id, it is the token", async () => {
    const extension = counting();
    const claims = { jti: "token-7" };
    await send(extension, { claims });
    await send(extension, { claims });
    await send(extension, { claims: { jti: "token-8" } });
    expect(runs).toEqual(["token-7", "token-8"]);
  });

  test("without a jti, it is the signed text, whatever the form of the signature", async () => {
    const extension = counting();
    const token = await kiket.key.sign({ ...testClaims, jti: undefined });
    const [head, claims, signature = ""] = token.split(".");
    // In ES256, if (r, s) is a signature of a text, (r, n - s) is one too.
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const bytes = Buffer.from(signature, "base64url");
    const s = BigInt(`0x${bytes.subarray(32).toString("hex")}`);
    const other = Buffer.from((order - s).toString(16).padStart(64, "0"), "hex");
    const rewritten = `${head}.${claims}.${Buffer.concat([bytes.subarray(0, 32), other]).toString("base64url")}`;
    expect(rewritten).not.toBe(token);
    for (const runtime_token of [token, rewritten]) {
      const response = await extension.fetch(
        new Request("http://extension.test/v/v1/webhooks/issue.created", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ event: "issue.created", authentication: { runtime_token } }),
        }),
      );
      expect(await read(response)).toEqual(verdict("run 1"));
    }
    expect(runs).toHaveLength(1);
  });

  test("without a jti, two tokens of the same second belong to two deliveries", async () => {
    const extension = counting();
    for (const _ of [1, 2]) expect((await send(extension, { claims: { jti: undefined } })).status).toBe(200);
    expect(runs).toHaveLength(2);
  });

  test("it is the body's id, if that has the form of Kiket's ids; else the id is data of the event", async () => {
    const extension = counting();
    for (const id of ["evt_1", "evt_1", 7, 7, "template"]) await send(extension, { payload: { id } });
    expect(runs).toHaveLength(4);
  });

  test("another organization, extension or event may have the same id", async () => {
    const extension = counting();
    await send(extension, named("1"));
    await send(extension, { ...named("1"), claims: { org_id: 12 } });
    await send(extension, { ...named("1"), claims: { ext_id: 23 } });
    await send(extension, { ...named("1"), path: "/v/v1/webhooks/issue.closed" });
    expect(runs).toEqual(["1", "1", "1", "closed"]);
  });
});

describe("a token that is used again", () => {
  const claims = { jti: "captured" };

  test("with another id: runs nothing, and does not block that id", async () => {
    const logger = createTestLogger();
    const extension = counting({ logger });
    await send(extension, { ...named("dlv_1"), claims });
    expect(await send(extension, { ...named("dlv_2"), claims })).toMatchObject(usedBefore);
    expect(runs).toEqual(["dlv_1"]);
    expect(logger.lines.filter(({ level }) => level === "warn")).toMatchObject([
      {
        message: expect.stringContaining('used for another delivery, with the id "dlv_1"'),
        fields: { reason: "already-used", deliveryId: "dlv_2", status: 401 },
      },
    ]);
    expect(await send(extension, named("dlv_2"))).toEqual(verdict("run 2"));
  });

  test("without its id: has the verdict from before", async () => {
    const extension = counting();
    await send(extension, { ...named("dlv_1"), claims });
    expect(await send(extension, { claims })).toEqual(verdict("run 1"));
    expect(runs).toEqual(["dlv_1"]);
  });

  test("for another event: runs nothing", async () => {
    const extension = counting();
    await send(extension, { claims });
    expect(await send(extension, { claims, path: "/v/v1/webhooks/issue.closed" })).toMatchObject(usedBefore);
    expect(runs).toEqual(["captured"]);
  });

  test("after an attempt that was answered from the store", async () => {
    const extension = counting();
    await send(extension, named("dlv_1"));
    await send(extension, { ...named("dlv_1"), claims });
    expect(await send(extension, { ...named("dlv_3"), claims })).toMatchObject(usedBefore);
    expect(runs).toEqual(["dlv_1"]);
  });

  test("an unverified request stores nothing", async () => {
    const extension = counting();
    const stranger = await createSigningKey("key-1");
    const forged = await signedRequest(stranger, { ...named("dlv_1"), claims });
    expect((await extension.fetch(forged)).status).toBe(401);
    expect(await send(extension, { ...named("dlv_1"), claims })).toEqual(verdict("run 1"));
  });
});

describe("a signature that is used again", () => {
  const extension = () => counting({ auth: "hmac", webhookSecrets: webhookSecret });
  const body = '{"event":"issue.created","issue":{"id":1}}';
  const at = (offset: number, headers: Record<string, string> = {}, text: string = body) =>
    hmacRequest({ body: text, timestamp: String(testSeconds + offset), headers });

  test("runs nothing; with a new signature and without an id, it is another delivery", async () => {
    const to = extension();
    for (const request of [at(0), at(0), at(0, { "x-kiket-delivery": "other" }), at(1)]) await to.fetch(request);
    expect(runs).toHaveLength(2);
  });

  test("with a new signature: a delivery with the time of its event is recognised by its bytes", async () => {
    const to = extension();
    const timed = '{"event":"issue.created","received_at":"2026-03-02T08:25:00Z","issue":{"id":1}}';
    for (const offset of [0, 1, 2]) expect(await read(await to.fetch(at(offset, {}, timed)))).toEqual(verdict("run 1"));
    await to.fetch(at(3, {}, timed.replace(":00Z", ":01Z")));
    expect(runs).toHaveLength(2);
    expect(runs[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("with another id: runs nothing", async () => {
    const to = extension();
    await to.fetch(at(0, { "x-kiket-delivery": "a" }));
    expect(await read(await to.fetch(at(0, { "x-kiket-delivery": "b" })))).toMatchObject(usedBefore);
    expect(runs).toEqual(["a"]);
  });

  test("with a new signature: a webhook is recognised by its id, whatever the header says, and a flat one by its bytes", async () => {
    const to = extension();
    const webhook =
      '{"id":"evt_9","type":"issue.created","createdAt":"2026-03-02T08:25:00Z","data":{"issue":{"id":1}}}';
    for (const [offset, id] of ["a", "b"].entries()) await to.fetch(at(offset, { "x-kiket-delivery": id }, webhook));
    expect(runs).toEqual(["evt_9"]);
    const flat = '{"event":"issue.created","timestamp":"2026-03-02T08:25:00Z","issue_id":1}';
    for (const offset of [0, 1, 2]) await to.fetch(at(offset, {}, flat));
    expect(runs).toHaveLength(2);
  });
});

describe("a running delivery", () => {
  test("another attempt is answered 503 with Retry-After, and with the verdict afterwards", async () => {
    let finish = (): void => undefined;
    let started = (): void => undefined;
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const slow = defineHandler({ event: "issue.created", version: "v1" }, async () => {
      runs.push("slow");
      started();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return "slow";
    });
    const extension = counting({ handlers: [slow] });
    const first = send(extension, named("dlv_1"));
    await running;
    const meanwhile = { status: 503, retryAfter: "30", body: { error: "The delivery is still being handled" } };
    expect(await send(extension, named("dlv_1"))).toEqual(meanwhile);
    expect(await send(extension, named("dlv_1"))).toEqual(meanwhile);
    finish();
    const done = { status: 200, retryAfter: null, body: "slow" };
    expect(await first).toEqual(done);
    expect(await send(extension, named("dlv_1"))).toEqual(done);
    expect(runs).toEqual(["slow"]);
  });

  test("many attempts at the same time run once", async () => {
    const extension = counting();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(extension, named("dlv_1"))));
    expect(runs).toHaveLength(1);
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect(await send(extension, named("dlv_1"))).toEqual(verdict("run 1"));
  });
});

describe("a delivery that failed runs again", () => {
  const failures: readonly (readonly [string, number, (context: { event: string; eventVersion: string }) => never])[] =
    [
      [
        "an error",
        500,
        () => {
          throw new Error("once");
        },
      ],
      [
        "Kiket's own limit",
        429,
        () => {
          throw new ApiError("slow down", { status: 429, code: undefined, requestId: undefined, retryAfter: 1 });
        },
      ],
      ["a stub", 501, (context) => notImplemented({}, context)],
    ];
  test.each(failures)("after %s", async (_what, status, fail) => {
    const once = defineHandler({ event: "issue.created", version: "v1" }, (_payload, context) => {
      runs.push(context.deliveryId);
      if (runs.length === 1) fail(context);
      return `run ${runs.length}`;
    });
    const extension = counting({ handlers: [once] });
    const claims = { jti: "same" };
    expect((await send(extension, { ...named("dlv_1"), claims })).status).toBe(status);
    expect(await send(extension, { ...named("dlv_1"), claims })).toMatchObject({ status: 200, body: "run 2" });
    expect(await send(extension, named("dlv_1"))).toMatchObject({ status: 200, body: "run 2" });
    expect(runs).toEqual(["dlv_1", "dlv_1"]);
  });

  test("an attempt without the scopes is refused and not stored", async () => {
    const demanding = defineHandler({ event: "issue.created", version: "v1", requiredScopes: ["admin"] }, () => "ran");
    const extension = counting({ handlers: [demanding] });
    expect((await send(extension, named("dlv_1"))).status).toBe(403);
    const allowed = await send(extension, { ...named("dlv_1"), claims: { scopes: ["admin"] } });
    expect(allowed).toMatchObject({ status: 200, body: "ran" });
    expect((await send(extension, named("dlv_1"))).status).toBe(403);
  });
});

test("a verdict is kept for 24 hours, longer than Kiket's last attempt", async () => {
  let now = testTime;
  const extension = counting({ now: () => now });
  const at = async (hours: number) => {
    now = testTime + hours * 3_600_000;
    const iat = now / 1000;
    return send(extension, { ...named("dlv_1"), claims: { iat, exp: iat + 300 } });
  };
  expect(await at(0)).toEqual(verdict("run 1"));
  expect(await at(10.6)).toEqual(verdict("run 1"));
  expect(await at(23.99)).toEqual(verdict("run 1"));
  expect(await at(24)).toEqual(verdict("run 2"));
});

describe("the store", () => {
  test("can be used by the next extension, if it is an option", async () => {
    const deliveryStore = createMemoryStore();
    const first = counting({ deliveryStore });
    await send(first, named("dlv_1"));
    await first.close();
    expect(await send(counting({ deliveryStore }), named("dlv_1"))).toEqual(verdict("run 1"));
  });

  test("may be asynchronous", async () => {
    const store = createMemoryStore();
    const deliveryStore: DeliveryStore = {
      begin: async (...call) => store.begin(...call),
      finish: async (...call) => store.finish(...call),
      fail: async (...call) => store.fail(...call),
    };
    const extension = counting({ deliveryStore });
    for (const id of ["dlv_1", "dlv_1", "dlv_2"]) await send(extension, named(id));
    expect(runs).toEqual(["dlv_1", "dlv_2"]);
  });

  test.each<readonly [string, () => never | Promise<never>]>([
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("disk full"))],
  ])("that %s: 503 if this happens before the handler, and the verdict if it happens after", async (_how, fail) => {
    const logger = createTestLogger();
    const store = createMemoryStore();
    const beginning = counting({ logger, deliveryStore: { ...store, begin: fail } });
    expect(await send(beginning)).toEqual({
      status: 503,
      retryAfter: "30",
      body: { error: "The delivery store is unavailable" },
    });
    expect(runs).toEqual([]);
    const finishing = counting({ logger, deliveryStore: { ...store, finish: fail } });
    expect(await send(finishing)).toEqual(verdict("run 1"));
    const errors = logger.lines.filter(({ level }) => level === "error");
    expect(errors.map(({ level, message }) => [level, message])).toEqual([
      ["error", "The delivery store failed"],
      ["error", "The result of a delivery could not be stored"],
    ]);
  });

  test("that never answers: 503 after the handler's timeout, and nothing stays claimed", async () => {
    const logger = createTestLogger();
    const store = createMemoryStore();
    let answer = (): void => undefined;
    const hanging: DeliveryStore = {
      ...store,
      begin: (key, claim) =>
        new Promise((resolve) => {
          answer = () => resolve(store.begin(key, claim));
        }),
    };
    const token = { claims: { jti: "hung" } };
    const extension = counting({ logger, deliveryStore: hanging, limits: { handlerMs: 20 } });
    expect(await send(extension, token)).toMatchObject({
      status: 503,
      retryAfter: "30",
      body: { error: "The delivery store is unavailable" },
    });
    answer();
    await Promise.resolve();
    expect(await send(counting({ deliveryStore: store }), token)).toEqual(verdict("run 1"));
    expect(logger.lines.map(({ message }) => message)).toEqual(["The delivery store failed"]);
  });

  test("that fails for Kiket's id: the token is released", async () => {
    const store = createMemoryStore();
    let calls = 0;
    const deliveryStore: DeliveryStore = {
      ...store,
      begin: (...call) => {
        calls += 1;
        if (calls === 2) throw new Error("disk full");
        return store.begin(...call);
      },
    };
    const extension = counting({ deliveryStore });
    const delivery = { ...named("dlv_1"), claims: { jti: "same" } };
    expect((await send(extension, delivery)).status).toBe(503);
    expect(await send(extension, delivery)).toEqual(verdict("run 1"));
  });
});
