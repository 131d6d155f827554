import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as replay from "../../../generator/commands/replay.js";
import * as trigger from "../../../generator/commands/trigger.js";
import { freePortForTest, openProjectFolder, openReceiver } from "../../support/receiver.js";
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
  const [port, folder] = [await freePortForTest(), await openProjectFolder()];
  const receiver = await openReceiver(port);
  const place = ["--dir", folder, "--url", receiver.url, "--kiket-port", String(port)];
  const write = async (name: string, value: unknown) => {
    await writeFile(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  const run = (...args: string[]) => runCommand(replay, [...args, ...place]);
  return { folder, receiver, place, write, run };
}

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
    const [port, folder] = [await freePortForTest(), await openProjectFolder()];
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
    await expect(run("missing.json")).rejects.toThrow('no file "missing.json"');
    await expect(run()).rejects.toThrow("expected a recording, the id of a delivery, or last");
    await expect(run("last", "last")).rejects.toThrow('expected one delivery, also got "last"');
    expect(receiver.received).toEqual([]);
  });
});
