import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DevKiket, type DevProject, openDevKiket } from "kiket-gen/dev";
import { describe, expect, it } from "vitest";
import * as replay from "../../../generator/commands/replay.js";
import * as trigger from "../../../generator/commands/trigger.js";
import { readBootId } from "../../../generator/dev/boot.js";
import { openStateFolder, type StateFolder } from "../../../generator/dev/state-folder.js";
import { freePort } from "../../support/free-port.js";
import { closeAfterwards } from "../../support/open-kiket.js";
import { openProjectFolder, openReceiver } from "../../support/receiver.js";
import { runCommand } from "../../support/run-command.js";

const recording = {
  event: "issue.created",
  version: "v1",
  headers: { "x-kiket-organization": "9", "x-trace": "t-1" },
  body: {
    issue: { id: 3, title: "Recorded" },
    project: { key: "[redacted]" },
    event: "issue.created",
    event_version: "v1",
    authentication: { runtime_token: "[redacted]", scopes: ["issues:read"] },
    secrets: { API_KEY: "[redacted]", OTHER: "[redacted]", GREETING: "Hello" },
  },
};

async function openAll() {
  const [port, folder] = [await freePort(), await openProjectFolder()];
  const receiver = await openReceiver(port);
  const place = ["--dir", folder, "--url", receiver.url, "--kiket-port", String(port)];
  const write = async (name: string, value: unknown) => {
    await writeFile(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  const run = (...args: string[]) => runCommand(replay, [...args, ...place]);
  return { folder, receiver, place, write, run };
}

const project: DevProject = {
  kind: "extension",
  name: "Receiver",
  events: [{ name: "issue.created", version: "v1", sample: { issue: { id: 1, title: "Sample" } }, confidence: "read" }],
  scopes: ["issues:read"],
  secrets: ["API_KEY"],
  seed: {},
};

/** What `dev` is of a project, without its loop: a local Kiket with an inspector, and its launch file. */
async function openDev(
  folder: string,
  target: string | undefined,
): Promise<{ readonly kiket: DevKiket; readonly state: StateFolder }> {
  const state = openStateFolder(folder);
  if ("refusal" in state) throw new Error(state.refusal);
  const [launchId, token] = ["ab".repeat(16), "cd".repeat(16)];
  const options = {
    project,
    launchId,
    token,
    check: () => [],
    storage: state.storage,
    ports: { inspector: 0, kiket: 0 },
  };
  const kiket = await openDevKiket({ ...options, compression: 1 });
  closeAfterwards(() => kiket.close());
  const { inspector = "" } = kiket;
  state.writeLaunch({
    launchId,
    token,
    bootId: readBootId(),
    pid: process.pid,
    groups: [],
    inspector,
    kiket: kiket.kiket,
  });
  if (target !== undefined) kiket.serveAt({ url: target, build: 1 });
  return { kiket, state };
}

describe("kiket-gen replay with a running dev", () => {
  it("delivers by its Kiket: the last delivery, one by its id, and a recording", async () => {
    const folder = await openProjectFolder();
    const dev = await openDev(folder, undefined);
    const port = Number(new URL(dev.kiket.kiket).port);
    const receiver = await openReceiver(port);
    dev.kiket.serveAt({ url: receiver.url, build: 1 });
    const triggered = await runCommand(trigger, ["issue.created", "--dir", folder, "--set", "issue.title=Mine"]);
    expect(triggered).toMatchObject({ code: 0, stderr: "" });
    const id = /dlv_[\w-]+/.exec(triggered.stdout)?.[0] ?? "";
    const file = join(folder, "r.json");
    await writeFile(file, JSON.stringify(recording));
    for (const what of ["last", id, file]) {
      expect(await runCommand(replay, [what, "--dir", folder]), what).toMatchObject({ code: 0 });
    }
    const titles = receiver.received.map(({ payload }) => (payload as { issue: { title: string } }).issue.title);
    expect(titles).toEqual(["Mine", "Mine", "Mine", "Recorded"]);
    expect(dev.kiket.deliveries().map(({ origin }) => origin)).toEqual(["replay", "replay", "replay", "trigger"]);
  });
});

describe("kiket-gen replay after dev has ended", () => {
  it("repeats what it has kept, sends nothing else of it, and changes nothing of it", async () => {
    const { folder, place, receiver } = await openAll();
    const dev = await openDev(folder, `http://127.0.0.1:${await freePort()}`);
    // Nothing listens, so it would be repeated.
    await dev.kiket.send({ event: "issue.created", set: { "issue.title": "Kept" }, secrets: { API_KEY: "key-1" } });
    await dev.kiket.close();
    const kept = await dev.state.storage.read("deliveries.json");
    expect(kept).toContain('"state":"waiting"');
    const { code, stdout } = await runCommand(replay, ["last", ...place]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("  replay  ")]);
    expect(receiver.received).toEqual([
      { payload: expect.objectContaining({ issue: { id: 1, title: "Kept" } }), secrets: { API_KEY: "key-1" } },
    ]);
    expect(await dev.state.storage.read("deliveries.json")).toBe(kept);
  });

  it("signs with the secret that the project had before", async () => {
    const { folder, place } = await openAll();
    const run = async () => (await runCommand(trigger, ["issue.created", "--hmac", ...place])).stderr;
    const [first, second] = [await run(), await run()];
    const secretIn = (text: string) => /KIKET_WEBHOOK_SECRET=(whsec_local_\w+)/.exec(text)?.[1];
    expect(secretIn(first)).toMatch(/^whsec_local_\w{32,}$/);
    expect(secretIn(second)).toBe(secretIn(first));
    expect((await stat(join(folder, ".kiket-gen/kiket.json"))).mode & 0o777).toBe(0o600);
  });
});

describe("kiket-gen replay without a running dev", () => {
  it("delivers a recording again under a new token, and names what it lacks", async () => {
    const { write, run, receiver } = await openAll();
    const { code, stdout, stderr } = await run(await write("r.json", recording));
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/ {2}issue\.created v1 {2}200 allow {2}.* {2}replay {2}dlv_/),
    ]);
    expect(stderr.split("\n").slice(1)).toEqual([
      "2 secrets are not in the recording: API_KEY and OTHER. Pass them with --secret-file.",
      'Delivered as "[redacted]", as the recording has it: project.key.',
      "",
    ]);
    expect(receiver.received).toEqual([
      { payload: expect.objectContaining({ issue: { id: 3, title: "Recorded" } }), secrets: {} },
    ]);
  });

  it("takes secrets from --secret-file", async () => {
    const { write, run, receiver } = await openAll();
    const { body, ...rest } = recording;
    const file = await write("r.json", { ...rest, body: { ...body, project: { key: "DCK" } } });
    const secretFile = await write("s.json", { API_KEY: "key-1", OTHER: "key-2" });
    const { code, stderr } = await run(file, "--secret-file", secretFile);
    expect([code, stderr.split("\n").slice(1)]).toEqual([0, [""]]);
    expect(receiver.received[0]?.secrets).toEqual({ API_KEY: "key-1" });
  });

  it("reads standard input", async () => {
    const { place, receiver } = await openAll();
    const input = async () => JSON.stringify(recording);
    expect(await runCommand(replay, ["-", ...place], undefined, { input })).toMatchObject({ code: 0 });
    expect(receiver.received).toHaveLength(1);
  });

  it("repeats what KIKET_RECORD has recorded", async () => {
    const [port, folder] = [await freePort(), await openProjectFolder()];
    const receiver = await openReceiver(port, {}, () => ({ status: "allow" }), join(folder, "rec"));
    const place = ["--dir", folder, "--url", receiver.url, "--kiket-port", String(port)];
    const secretFile = join(folder, "s.json");
    await writeFile(secretFile, '{ "API_KEY": "key-12345" }');
    const triggered = ["issue.created", "--set", "issue.title=key-12345", "--secret-file", secretFile, ...place];
    expect(await runCommand(trigger, triggered)).toMatchObject({ code: 0 });
    await receiver.close();
    const [name = ""] = await readdir(join(folder, "rec"));
    const other = await openReceiver(port);
    const again = [join(folder, "rec", name), "--secret-file", secretFile, ...place, "--url", other.url];
    const { code, stderr } = await runCommand(replay, again);
    expect([code, stderr.split("\n").slice(1)]).toEqual([
      0,
      ['Delivered as "[redacted]", as the recording has it: issue.title.', ""],
    ]);
    expect(other.received).toEqual([
      {
        payload: expect.objectContaining({ issue: expect.objectContaining({ title: "[redacted]", key: "DCK-32" }) }),
        secrets: { API_KEY: "key-12345" },
      },
    ]);
  });

  it("says what is wrong, and sends nothing", async () => {
    const { write, run, receiver } = await openAll();
    expect(await run(await write("r.json", { headers: {}, body: {} }))).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("does not name an event"),
    });
    expect(await run("dlv_unknown")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no delivery "dlv_unknown"'),
    });
    const rawEvent = "8624a0ca-0e22-4e25-9949-994aecbc2522";
    expect((await run(rawEvent)).stderr).toContain(`no delivery "${rawEvent}"`);
    await expect(run("missing.json")).rejects.toThrow('no file "missing.json"');
    await expect(run()).rejects.toThrow("expected a recording, the id of a delivery, or last");
    await expect(run("last", "last")).rejects.toThrow('expected one delivery, also got "last"');
    expect(receiver.received).toEqual([]);
  });
});
