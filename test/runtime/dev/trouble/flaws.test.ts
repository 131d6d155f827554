import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { DeliveryRecord, DevKiket, Flaw } from "../../../../runtime/dev.js";
import { allow } from "../../../../runtime/index.js";
import { closeAfterwards } from "../../../support/open-kiket.js";
import { createMemoryStorage, openKiketOf, project, startProgram } from "../project.js";

const shown = ({ state, flaw, flawResult, attempts }: DeliveryRecord) => ({
  state,
  flaw,
  flawResult,
  statuses: attempts.map(({ reply }) => reply?.status),
});

/** An address that answers 200 to everything, as an extension does that checks nothing. */
async function openCredulous(reply = (_: number) => '{"status":"allow"}'): Promise<string> {
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    count += 1;
    incoming.resume().on("end", () => void outgoing.setHeader("content-type", "application/json").end(reply(count)));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closeAfterwards(async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function openWithProgram(auth: "token" | "hmac" = "token") {
  const kiket: DevKiket = await openKiketOf({ compression: 1 });
  let runs = 0;
  const program = await startProgram(
    kiket,
    () => {
      runs += 1;
      return allow({ message: `run ${runs}` });
    },
    { auth },
  );
  kiket.serveAt({ url: program.url, build: 1 });
  return { kiket, runs: () => runs };
}

const proofs: readonly (readonly [Flaw, number, DeliveryRecord["state"], string])[] = [
  ["expired-token", 401, "refused", "token-expired"],
  ["future-token", 503, "retrying", "token-not-valid-yet"],
  ["wrong-signature", 401, "refused", "token-signature-wrong"],
  ["foreign-key", 401, "refused", "signing-key-unknown"],
];

describe("a delivery with a flaw", () => {
  it.each(proofs)("%s of a token: %i, and the handler does not run", async (flaw, status, state, reason) => {
    const { kiket, runs } = await openWithProgram();
    const record = await kiket.send({ event: "boat.docked", flaw });
    expect(shown(record)).toEqual({ state, flaw, flawResult: "right", statuses: [status] });
    expect(record.attempts[0]?.logs.map(({ fields }) => fields.reason)).toContain(reason);
    expect(runs()).toBe(0);
    expect(kiket.deliveries()[0]).toMatchObject({ flaw, flawResult: "right" });
    expect((await kiket.send({ event: "boat.docked" })).state).toBe("delivered");
  });

  it.each([
    ["expired-token", 401, "refused", "timestamp-out-of-range"],
    ["future-token", 503, "retrying", "timestamp-out-of-range"],
    ["wrong-signature", 401, "refused", "signature-wrong"],
    ["foreign-key", 401, "refused", "signature-wrong"],
  ] as const)("%s of an HMAC: %i, and the handler does not run", async (flaw, status, state, reason) => {
    const { kiket, runs } = await openWithProgram("hmac");
    const record = await kiket.send({ event: "boat.docked", hmac: true, flaw });
    expect(shown(record)).toEqual({ state, flaw, flawResult: "right", statuses: [status] });
    expect(record.attempts[0]?.logs.map(({ fields }) => fields.reason)).toContain(reason);
    expect(runs()).toBe(0);
  });

  it("is wrong in its time alone: claims, payload and scopes are those of any other", async () => {
    const { kiket } = await openWithProgram();
    const [good, old] = [
      await kiket.send({ event: "boat.docked" }),
      await kiket.send({ event: "boat.docked", flaw: "expired-token" }),
    ].map(({ attempts }) => attempts[0]?.request);
    const { iat, exp, jti, ...claims } = old?.claims ?? {};
    expect(good?.claims).toMatchObject(claims);
    expect([Number(iat) < Date.now() / 1000 - 3000, Number(exp) - Number(iat)]).toEqual([true, 300]);
    const { authentication: _, ...body } = JSON.parse(old?.body ?? "");
    expect(JSON.parse(good?.body ?? "")).toMatchObject(body);
  });

  it("duplicate: is sent twice under one id with two tokens, runs once, and is answered the same", async () => {
    const { kiket, runs } = await openWithProgram();
    const record = await kiket.send({ event: "boat.docked", flaw: "duplicate" });
    expect(shown(record)).toEqual({
      state: "delivered",
      flaw: "duplicate",
      flawResult: "right",
      statuses: [200, 200],
    });
    const [first, second] = record.attempts;
    expect(second?.reply?.body).toBe(first?.reply?.body);
    expect(runs()).toBe(1);
    expect(second?.request.headers["x-kiket-delivery"]).toBe(record.id);
    expect(second?.request.claims?.jti).not.toBe(first?.request.claims?.jti);
    expect(record.attempts.map(({ logs }) => logs.length > 0)).toEqual([true, true]);
  });

  it.each(["expired-token", "future-token", "wrong-signature", "foreign-key"] as const)(
    "%s that is accepted is a wrong result",
    async (flaw) => {
      const kiket = await openKiketOf();
      kiket.serveAt({ url: await openCredulous(), build: 1 });
      expect(shown(await kiket.send({ event: "boat.docked", flaw }))).toMatchObject({
        state: "delivered",
        flawResult: "wrong",
      });
    },
  );

  it("duplicate: another answer the second time is a wrong result, and the same one is right", async () => {
    const kiket = await openKiketOf();
    kiket.serveAt({ url: await openCredulous((count) => `{"status":"allow","run":${count}}`), build: 1 });
    expect((await kiket.send({ event: "boat.docked", flaw: "duplicate" })).flawResult).toBe("wrong");
    kiket.serveAt({ url: await openCredulous(), build: 2 });
    expect((await kiket.send({ event: "boat.docked", flaw: "duplicate" })).flawResult).toBe("right");
  });

  it("has no result while it is not known: nothing listens, or the keys cannot be read", async () => {
    const kiket = await openKiketOf({ compression: 1 });
    kiket.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    expect(shown(await kiket.send({ event: "boat.docked", flaw: "wrong-signature" }))).toEqual({
      state: "retrying",
      flaw: "wrong-signature",
      flawResult: undefined,
      statuses: [undefined],
    });
  });

  it("is repeated with its flaw by a replay, and in the next run", async () => {
    const storage = createMemoryStorage();
    const first = await openKiketOf({ storage });
    const sent = first.send({ event: "boat.docked", flaw: "wrong-signature" });
    sent.catch(() => undefined);
    await first.close();
    const kiket = await openKiketOf({ storage, compression: 1 });
    const program = await startProgram(kiket, () => allow());
    kiket.serveAt({ url: program.url, build: 1 });
    await expect.poll(() => kiket.deliveries()[0]?.flawResult).toBe("right");
    const again = await kiket.replay({ id: "last" });
    expect(shown(again)).toEqual({ state: "refused", flaw: "wrong-signature", flawResult: "right", statuses: [401] });
  });

  it("is refused for an adapter, which gets no deliveries", async () => {
    const kiket = await openKiketOf({ project: { ...project, kind: "adapter" } });
    await expect(kiket.send({ event: "boat.docked", flaw: "duplicate" })).rejects.toMatchObject({ status: 422 });
    expect(kiket.deliveries()).toEqual([]);
  });
});
