import { describe, expect, it } from "vitest";
import type { DevChange, DevKiket, DevKiketOptions } from "../../../../runtime/dev.js";
import { allow, type ExtensionOptions } from "../../../../runtime/index.js";
import { openKiketOf, startProgram } from "../project.js";

/** A local Kiket with an extension whose handler calls the API once, without repeating the call. */
async function openWithCaller(options: Partial<DevKiketOptions> = {}, outbound: ExtensionOptions["outbound"] = {}) {
  const kiket = await openKiketOf({ compression: 1, ...options });
  const program = await startProgram(
    kiket,
    async ({ boat }, { endpoints }) => {
      await endpoints.customData(1).create("com.example.boats", "boats", { name: boat.name });
      return allow();
    },
    { outbound: { retries: 0, ...outbound } },
  );
  kiket.serveAt({ url: program.url, build: 1 });
  return kiket;
}

async function deliver(kiket: DevKiket) {
  const { state, attempts } = await kiket.send({ event: "boat.docked" });
  const { reply, calls = [] } = attempts.at(-1) ?? {};
  return { state, status: reply?.status, calls: calls.map(({ status, fault }) => [status, fault]) };
}

const faultsOf = (kiket: DevKiket) => kiket.state().trouble.faults;
const operations = ["createCustomDataRecord"];
const asUsual = { state: "delivered", status: 200, calls: [[201, undefined]] };

describe("a fault of the local Kiket", () => {
  it.each([
    [{ kind: "error", status: 502 }, [502, "error"], 500],
    [{ kind: "rate-limit", retryAfter: 3 }, [429, "rate-limit"], 429],
    [{ kind: "cut" }, [0, "drop"], 500],
    [{ kind: "cut", performed: true }, [0, "drop"], 500],
  ] as const)("%j meets the handler's call, and ends with its last request", async (fault, call, status) => {
    const kiket = await openWithCaller();
    kiket.trouble.inject({ ...fault, operations, times: 1 });
    expect(faultsOf(kiket)).toEqual([{ ...fault, operations, times: 1, id: 1, hits: 0 }]);
    expect(await deliver(kiket)).toEqual({ state: "retrying", status, calls: [call] });
    expect(faultsOf(kiket)).toEqual([]);
    expect(await deliver(kiket)).toEqual(asUsual);
  });

  it("slow: delays the call until the fault is cleared", async () => {
    const kiket = await openWithCaller();
    kiket.trouble.inject({ kind: "slow", operations });
    const delivery = deliver(kiket);
    await expect.poll(() => faultsOf(kiket)[0]?.hits).toBe(1);
    expect(kiket.deliveries().map(({ state }) => state)).toEqual(["running"]);
    kiket.trouble.clear(1);
    expect(await delivery).toEqual({ ...asUsual, calls: [[201, "slow"]] });
  });

  it.each(["keys-down", "empty-keys"] as const)(
    "%s: the extension cannot decide, and Kiket tries again",
    async (kind) => {
      const kiket = await openWithCaller({ compression: 1000 });
      expect(await deliver(kiket)).toEqual(asUsual);
      kiket.trouble.inject({ kind });
      // The extension has the keys already, and asks for none.
      expect(await deliver(kiket)).toEqual(asUsual);
      await kiket.trouble.rotateKeys(true);
      expect(await deliver(kiket)).toEqual({ state: "retrying", status: 503, calls: [] });
      kiket.trouble.clear();
      await expect.poll(() => kiket.deliveries()[0]?.state, { timeout: 20_000 }).toBe("delivered");
    },
  );

  it("rotated keys are read by the extension, whether the old one stays or not", async () => {
    const kiket = await openWithCaller();
    expect(await deliver(kiket)).toEqual(asUsual);
    const keysOf = async () => {
      const answer = await fetch(`${kiket.kiket}/.well-known/jwks.json`);
      return ((await answer.json()) as { readonly keys: readonly unknown[] }).keys.length;
    };
    await kiket.trouble.rotateKeys(true);
    expect([await keysOf(), await deliver(kiket)]).toEqual([2, asUsual]);
    await kiket.trouble.rotateKeys(false);
    expect([await keysOf(), await deliver(kiket)]).toEqual([1, asUsual]);
  });

  it("is told when it is injected, affects a request, and ends", async () => {
    const changes: DevChange[] = [];
    const kiket = await openWithCaller({ onChange: (change) => changes.push(change) });
    kiket.trouble.inject({ kind: "slow", milliseconds: 1, times: 2 });
    kiket.trouble.inject({ kind: "error", operations: ["getIssue"] });
    await fetch(`${kiket.kiket}/nowhere`);
    await fetch(`${kiket.kiket}/nowhere`);
    kiket.trouble.clear();
    const told = changes.flatMap((change) => (change.kind === "faults" ? [change.trouble.faults] : []));
    expect(told.map((faults) => faults.map(({ kind, hits }) => [kind, hits]))).toEqual([
      [["slow", 0]],
      [
        ["slow", 0],
        ["error", 0],
      ],
      [
        ["slow", 1],
        ["error", 0],
      ],
      [["error", 0]],
      [],
    ]);
  });

  it("that is unknown is refused, with a way out", async () => {
    const kiket = await openKiketOf();
    expect(() => kiket.trouble.inject({ kind: "error", operations: ["getIsue"] })).toThrow(
      'Unknown operation "getIsue", expected an operationId of Kiket\'s OpenAPI document.',
    );
    expect(() => kiket.trouble.clear(7)).toThrow("There is no fault 7");
    expect(kiket.trouble.operations).toContain("createCustomDataRecord");
  });
});
