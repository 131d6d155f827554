import { describe, expect, it } from "vitest";
import { createDeliveryBook, type KeptDelivery } from "../../../runtime/dev/delivery-book.js";
import { keptOf, rememberedOf } from "../../../runtime/dev/kept/kept-deliveries.js";
import type { DeliveryRecord } from "../../../runtime/dev.js";
import { allow } from "../../../runtime/index.js";
import { record } from "../../support/inspector-backend.js";
import { createMemoryStorage, openKiketOf, project, startProgram } from "./project.js";

const table = { module: "com.example.boats", table: "boats", projectId: 1 };

async function boatsIn(kiket: { readonly kiket: string; readonly environment: Readonly<Record<string, string>> }) {
  const url = `${kiket.kiket}/api/v1/ext/custom_data/com.example.boats/boats?project_id=1`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${kiket.environment.KIKET_WORKSPACE_TOKEN}` } });
  const { data } = (await answer.json()) as { data: { id: number; name: string }[] };
  return data.map(({ id, name }) => `${id} ${name}`);
}

function keptDelivery(id: string, createdAt: number): KeptDelivery {
  return {
    record: record(id, { createdAt }),
    content: { event: "issue.created", version: "v1", payload: {}, auth: "token", secrets: {} },
  };
}

describe("what is kept between runs", () => {
  it("are the deliveries, the data, and the credentials", async () => {
    const storage = createMemoryStorage();
    const seeded = { ...project, seed: { ...project.seed, records: [{ ...table, rows: [{ name: "Asta" }] }] } };
    const first = await openKiketOf({ storage, project: seeded });
    const program = await startProgram(
      first,
      async (payload, { endpoints, secrets }) => {
        await endpoints.customData().create("com.example.boats", "boats", { name: payload.boat.name });
        await secrets.set("API_TOKEN", "changed by a handler");
        return allow();
      },
      { extensionId: "com.example.boats" },
    );
    first.serveAt({ url: program.url, build: 1 });
    const record = await first.send({ event: "boat.docked", scopes: ["*"] });
    expect(record.state).toBe("delivered");
    expect(await boatsIn(first)).toEqual(["1 Asta", "2 Ingrid"]);
    await first.close();

    const second = await openKiketOf({ storage, project: seeded });
    // Each run counts its builds anew: an old number would name another one.
    const attempts = record.attempts.map(({ build: _, ...attempt }) => attempt);
    expect(second.delivery(record.id)).toEqual({ ...record, attempts });
    expect(await boatsIn(second)).toEqual(["1 Asta", "2 Ingrid"]);
    expect({ ...second.environment, KIKET_BASE_URL: "", KIKET_API_URL: "", KIKET_PLATFORM_BASE_URL: "" }).toEqual({
      ...first.environment,
      KIKET_BASE_URL: "",
      KIKET_API_URL: "",
      KIKET_PLATFORM_BASE_URL: "",
    });
    second.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    const again = await second.send({ event: "boat.docked" });
    expect(JSON.parse(again.attempts[0]?.request.body ?? "").secrets).toEqual({ API_TOKEN: "changed by a handler" });
  });

  it("a killed process loses what happened within a second at most", async () => {
    const storage = createMemoryStorage();
    const kiket = await openKiketOf({ storage });
    kiket.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    const { id } = await kiket.send({ event: "boat.docked" });
    await expect.poll(() => storage.files.get("deliveries.json")).toContain(id);
    expect(storage.files.get("kiket.json")).toContain(kiket.environment.KIKET_WEBHOOK_SECRET);
  });

  it("deliveries that waited or were to be repeated go on", async () => {
    const storage = createMemoryStorage();
    const first = await openKiketOf({ storage, compression: 1 });
    first.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    const failed = await first.send({ event: "boat.docked" });
    first.serveAt(undefined);
    const waiting = first.send({ event: "boat.docked" }).catch((error) => error.status);
    await first.close();
    expect(await waiting).toBe(503);

    const second = await openKiketOf({ storage });
    const program = await startProgram(second, () => allow());
    second.serveAt({ url: program.url, build: 7 });
    await expect
      .poll(() => second.deliveries().map(({ state, attempts }) => `${state} ${attempts}`))
      .toEqual(["delivered 1", "delivered 2"]);
    expect(second.delivery(failed.id)?.attempts.map(({ build, error }) => [build, error])).toEqual([
      [undefined, "the connection was refused: nothing listens there"],
      [7, undefined],
    ]);
  });

  it("deliveries do not wait for longer because the clock was set back since, or the file says so", async () => {
    const storage = createMemoryStorage();
    const first = await openKiketOf({ storage, compression: 1 });
    first.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    const { id, next } = await first.send({ event: "boat.docked" });
    await first.close();
    const text = storage.files.get("deliveries.json") ?? "";
    const in9000Years = 9000 * 365 * 24 * 3_600_000;
    storage.files.set("deliveries.json", text.replace(`"next":{"at":${next?.at}`, `"next":{"at":${in9000Years}`));

    const second = await openKiketOf({ storage, compression: 100 });
    const program = await startProgram(second, () => allow());
    second.serveAt({ url: program.url, build: 1 });
    expect(second.delivery(id)?.next?.at).toBeLessThanOrEqual(Date.now() + 300);
    await expect.poll(() => second.delivery(id)?.state).toBe("delivered");
  });

  it("an attempt that was under way has no reply, and is repeated", async () => {
    const storage = createMemoryStorage();
    const first = await openKiketOf({ storage });
    const program = await startProgram(first, () => new Promise(() => undefined));
    first.serveAt({ url: program.url, build: 1 });
    first.send({ event: "boat.docked" }).catch(() => undefined);
    await expect.poll(() => first.deliveries()[0]?.attempts).toBe(1);
    await first.close();
    const second = await openKiketOf({ storage });
    const [only] = second.deliveries();
    expect(only?.state).toBe("retrying");
    expect(second.delivery(only?.id ?? "")?.attempts.map(({ error }) => error)).toEqual([
      "kiket-gen dev ended before there was a reply",
    ]);
    expect(only?.tries).toEqual([{ number: 1, at: only?.tries?.[0]?.at, noReply: true }]);
  });

  it.each([
    ["no JSON", "{", "{"],
    ["another version", '{"version":2,"deliveries":[]}', '{"version":2,"data":{}}'],
    ["other types", '{"version":1,"deliveries":{}}', '{"version":1,"data":[]}'],
    [
      "data that no platform can have",
      '{"version":1,"deliveries":null}',
      '{"version":1,"data":{"rawEvents":[{"id":"1","payload":{}},{"id":"1","payload":{}}]}}',
    ],
    ["a table without records", '{"version":1}', '{"version":1,"data":{"records":[{}]}}'],
  ])("is dropped with a word if it has %s", async (_what, deliveries, platform) => {
    const storage = createMemoryStorage({ "deliveries.json": deliveries, "kiket.json": platform });
    const warnings: string[] = [];
    const kiket = await openKiketOf({ storage, warn: (message) => warnings.push(message) });
    expect(warnings).toEqual([
      "The deliveries of earlier runs in deliveries.json cannot be read, and are dropped",
      expect.stringMatching(/^The data that the local Kiket kept in kiket\.json cannot be read, and are dropped/),
    ]);
    kiket.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    expect((await kiket.send({ event: "boat.docked" })).state).toBe("retrying");
  });

  it("drops single deliveries that have another form, and those that are a week old", async () => {
    const storage = createMemoryStorage();
    const first = await openKiketOf({ storage });
    const program = await startProgram(first, () => allow());
    first.serveAt({ url: program.url, build: 1 });
    const { id } = await first.send({ event: "boat.docked" });
    await first.close();
    const { deliveries } = JSON.parse(storage.files.get("deliveries.json") ?? "") as {
      deliveries: [{ record: DeliveryRecord; content: object }];
    };
    const [{ record, content }] = deliveries;
    const old = { content, record: { ...record, id: "dlv_old", createdAt: Date.now() - 8 * 24 * 3_600_000 } };
    const hostile = [
      null,
      { record },
      { content, record: { ...record, id: "../../x" } },
      { content, record: { ...record, id: "dlv_1", attempts: [{ number: 1 }] } },
      { content, record: { ...record, id: "dlv_2", payload: "text" } },
    ];
    storage.files.set("deliveries.json", JSON.stringify({ version: 1, deliveries: [...deliveries, old, ...hostile] }));
    const warnings: string[] = [];
    const second = await openKiketOf({ storage, warn: (message) => warnings.push(message) });
    expect(second.deliveries().map((delivery) => delivery.id)).toEqual([id]);
    expect(warnings).toEqual(["5 of the deliveries in deliveries.json cannot be read, and are dropped"]);
  });

  it("that cannot be written is told once, and stops nothing", async () => {
    const storage = createMemoryStorage();
    storage.write = () => Promise.reject(new Error("no space left on device"));
    const warnings: string[] = [];
    const kiket = await openKiketOf({ storage, warn: (message) => warnings.push(message) });
    kiket.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    await kiket.send({ event: "boat.docked" });
    await expect.poll(() => warnings.length).toBe(2);
    await kiket.send({ event: "boat.docked" });
    await kiket.close();
    expect([...warnings].sort()).toEqual([
      "Deliveries cannot be kept: no space left on device",
      "The data of the local Kiket cannot be kept: no space left on device",
    ]);
  });

  it("are no more than fit into 32 MiB; 64 MiB stay in the memory", async () => {
    const storage = createMemoryStorage();
    const kiket = await openKiketOf({ storage });
    // Three bytes each.
    const name = "\u20ac".repeat(2 * 1024 * 1024);
    const program = await startProgram(kiket, () => allow());
    kiket.serveAt({ url: program.url, build: 1 });
    for (let count = 0; count < 6; count += 1) await kiket.send({ event: "boat.docked", set: { "boat.name": name } });
    const small = await kiket.send({ event: "boat.docked" });
    await kiket.close();
    // Each has its payload twice, for itself and in the body that was sent: 12 MiB.
    expect(kiket.deliveries().length).toBe(6);
    expect(kiket.deliveries()[0]?.id).toBe(small.id);
    expect(Buffer.byteLength(storage.files.get("deliveries.json") ?? "")).toBeLessThan(32 * 1024 * 1024 + 1000);
    const again = await openKiketOf({ storage });
    const ids = kiket.deliveries().map(({ id }) => id);
    expect(again.deliveries().map(({ id }) => id)).toEqual(ids.slice(0, 3));
  });

  it("are the newest 500 of 5,000", () => {
    const all = Array.from({ length: 5_100 }, (_, index) => keptDelivery(`dlv_${index}`, index));
    const book = createDeliveryBook(
      all.slice(0, 5_000),
      () => {},
      () => {},
    );
    for (const each of all.slice(5_000)) book.add(each);
    const ids = (deliveries: readonly KeptDelivery[]) => deliveries.map(({ record: { id } }) => id);
    expect(ids(book.all())).toEqual(ids(all.slice(100).toReversed()));
    const remembered = rememberedOf(book.all(), 5_100);
    expect(remembered).toEqual(book.all());
    expect(ids(keptOf(remembered))).toEqual(ids(all.slice(-500).toReversed()));
    // What has not ended stays in both.
    const [oldest] = all.slice(100);
    if (oldest === undefined) expect.unreachable();
    book.change(oldest.record.id, (one) => ({ ...one, state: "retrying" }));
    expect(ids(keptOf(rememberedOf(book.all(), 5_100))).at(-1)).toBe("dlv_100");
    const week = 7 * 24 * 3_600_000;
    expect(ids(rememberedOf(book.all(), week + 5_098))).toEqual(["dlv_5099", "dlv_5098", "dlv_100"]);
  });

  it("says that deliveries which wait do not fit", async () => {
    const warnings: string[] = [];
    const kiket = await openKiketOf({ storage: createMemoryStorage(), warn: (message) => warnings.push(message) });
    const set = { "boat.name": "x".repeat(9 * 1024 * 1024) };
    for (let count = 0; count < 4; count += 1) kiket.send({ event: "boat.docked", set }).catch(() => undefined);
    await kiket.close();
    expect(warnings).toEqual([
      "Not all deliveries that wait fit into deliveries.json: those are lost when this command ends before they are delivered",
    ]);
  });
});
