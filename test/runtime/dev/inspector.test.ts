import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { DevState } from "../../../runtime/dev.js";
import { closeAfterwards } from "../../support/open-kiket.js";
import { openKiketOf, project } from "./project.js";

const headers = { "x-kiket-gen-token": "b".repeat(32), "content-type": "application/json" };

describe("the inspector of a local Kiket", () => {
  it("has the state and the deliveries, and sends", async () => {
    const kiket = await openKiketOf({ inspector: true });
    kiket.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    kiket.built({ number: 1, at: 5, reason: "started", ms: 20 });
    const state = (await (await fetch(`${kiket.inspector}/api/state`, { headers })).json()) as DevState;
    expect(state).toEqual({
      kind: "extension",
      name: "com.example.boats",
      inspector: kiket.inspector,
      kiket: kiket.kiket,
      extension: "http://127.0.0.1:9",
      running: 1,
      builds: [{ number: 1, at: 5, reason: "started", ms: 20 }],
      events: [
        { name: "issue.created", version: "v1", confidence: "fixture" },
        { name: "issue.created", version: "v10", confidence: "guessed" },
        { name: "issue.created", version: "v2", confidence: "guessed" },
        { name: "boat.docked", version: "v1", confidence: "none" },
      ],
      scopes: ["custom_data:write"],
      secrets: ["API_TOKEN"],
      retries: { schedule: [30_000, 60_000, 300_000, 1_800_000, 7_200_000, 28_800_000], compression: 1_000 },
      trouble: { faults: [], clockAhead: 0 },
    });
    const body = JSON.stringify({ event: "boat.docked", origin: "page" });
    const sent = await fetch(`${kiket.inspector}/api/deliveries`, { method: "POST", headers, body });
    expect([sent.status, await sent.json()]).toEqual([201, kiket.delivery(kiket.deliveries()[0]?.id ?? "")]);
    const wrong = JSON.stringify({ event: "boat.docked", set: { "boat.nam": "x" } });
    const refused = await fetch(`${kiket.inspector}/api/deliveries`, { method: "POST", headers, body: wrong });
    expect([refused.status, await refused.json()]).toEqual([
      422,
      { error: '"boat.nam" fits nothing in the payload', hint: 'did you mean "boat.name"?' },
    ]);
  });

  it("moves up with the local Kiket while a port is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    closeAfterwards(() => new Promise((resolve) => taken.close(() => resolve())));
    const { port } = taken.address() as AddressInfo;
    const kiket = await openKiketOf({ inspector: true, ports: { inspector: port, kiket: port } });
    const ports = [kiket.kiket, kiket.inspector ?? ""].map((url) => Number(new URL(url).port));
    expect(new Set([port, ...ports]).size).toBe(3);
    expect(Math.max(...ports)).toBeLessThan(port + 50);
    expect(Math.min(...ports)).toBeGreaterThan(port);
  });

  it("answers while a hundred deliveries wait for the extension", async () => {
    const kiket = await openKiketOf({ inspector: true });
    const post = { method: "POST", headers, body: JSON.stringify({ event: "boat.docked" }) };
    const sent = Array.from({ length: 100 }, () => fetch(`${kiket.inspector}/api/deliveries`, post));
    await expect.poll(() => kiket.deliveries().length).toBe(100);
    expect((await fetch(`${kiket.inspector}/api/state`, { headers })).status).toBe(200);
    kiket.serveAt({ url: "http://127.0.0.1:9", build: 1 });
    expect(new Set((await Promise.all(sent)).map(({ status }) => status))).toEqual(new Set([201]));
  });

  it("checks payloads of known events only", async () => {
    const kiket = await openKiketOf({
      check: (...given) => [{ kind: "wrong", path: given.join(), message: "is wrong" }],
    });
    expect(kiket.check("boat.docked", "v1", 5)).toEqual([
      { kind: "wrong", path: "boat.docked,v1,5", message: "is wrong" },
    ]);
    expect(() => kiket.check("boat.docked", "v2", {})).toThrow(expect.objectContaining({ status: 404 }));
  });

  it("tells what changes, also after a listener has failed", async () => {
    const warnings: string[] = [];
    const kiket = await openKiketOf({
      warn: (message) => warnings.push(message),
      onChange: () => {
        throw new Error("the terminal is gone");
      },
    });
    const told: string[] = [];
    // What the platform stores is told when it has rested.
    const end = kiket.subscribe(({ kind }) => void (kind === "data" || told.push(kind)));
    kiket.built({ number: 1, at: 5, reason: "started", error: "no port" });
    kiket.change({ ...project, name: "com.example.other", events: [] });
    expect(told).toEqual(["build", "state"]);
    expect([kiket.state().name, kiket.state().builds[0]?.error]).toEqual(["com.example.other", "no port"]);
    await expect(kiket.send({ event: "boat.docked" })).rejects.toMatchObject({
      hint: "the manifest declares no event",
    });
    end();
    kiket.serveAt(undefined);
    expect(told).toEqual(["build", "state"]);
    expect(new Set(warnings)).toEqual(new Set(["A change could not be told: Error: the terminal is gone"]));
  });
});
