import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as replay from "../../../generator/commands/replay.js";
import * as trigger from "../../../generator/commands/trigger.js";
import { readBootId } from "../../../generator/dev/boot.js";
import { openStateFolder, type StateFolder } from "../../../generator/dev/state-folder.js";
import { createHost } from "../../../generator/project/host.js";
import { freePort } from "../../support/free-port.js";
import { root } from "../../support/project.js";
import { openProjectFolder, openReceiver, openServer } from "../../support/receiver.js";
import { runCommand } from "../../support/run-command.js";
import type { Finished } from "../../support/run-node.js";

async function openAll(...more: Parameters<typeof openReceiver> extends [number, ...infer Rest] ? Rest : never) {
  const port = await freePort();
  const folder = await openProjectFolder();
  const receiver = await openReceiver(port, ...more);
  const run = (...args: string[]): Promise<Finished> =>
    runCommand(trigger, [
      "issue.created",
      "--dir",
      folder,
      "--url",
      receiver.url,
      "--kiket-port",
      String(port),
      ...args,
    ]);
  return { port, folder, receiver, run };
}

describe("kiket-gen trigger without a running dev", () => {
  it("delivers the sample with --file and then --set laid over it, signed by a Kiket that the receiver trusts", async () => {
    const { port, folder, receiver, run } = await openAll();
    const file = join(folder, "p.json");
    await writeFile(file, JSON.stringify({ issue: { title: "From the file", priority: "high", labels: ["a"] } }));
    const secretFile = join(folder, "s.json");
    await writeFile(secretFile, '{ "API_KEY": "key-1" }');
    const args = ["--file", file, "--set", "issue.title=Hi there", "--set", "issue.id=77", "--secret-file", secretFile];
    const { code, stdout, stderr } = await run(...args);
    expect([code, stderr]).toEqual([
      0,
      `a local Kiket at http://127.0.0.1:${port} delivers to ${receiver.url}; the receiver needs KIKET_BASE_URL=http://127.0.0.1:${port}\n`,
    ]);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d {2}issue\.created v1 {2}200 allow {2}[\d.]+ m?s {2}dlv_[\w-]+\n$/);
    expect(receiver.received).toEqual([
      {
        payload: expect.objectContaining({
          issue: expect.objectContaining({ id: 77, title: "Hi there", priority: "high", labels: ["a"], key: "DCK-32" }),
        }),
        secrets: { API_KEY: "key-1" },
      },
    ]);
  });

  it("sends it wrongly with --flaw, and ends with 0 if that was not accepted", async () => {
    const { run, receiver } = await openAll();
    const { code, stdout } = await run("--flaw", "wrong-signature");
    expect([code, receiver.received]).toEqual([0, []]);
    expect(stdout).toMatch(
      / 401 {2}[\d.]+ m?s {2}wrongly signed on purpose: not accepted, as it should be {2}dlv_[\w-]+\n$/,
    );
    await expect(run("--flaw", "no")).rejects.toThrow(
      '--flaw takes one of expired-token, future-token, wrong-signature, foreign-key, duplicate, not "no"',
    );
  });

  it("prints the delivery as JSON with --json", async () => {
    const { run, receiver } = await openAll();
    const { code, stdout } = await run("--json", "--scopes", "a:read,b:read");
    const record = JSON.parse(stdout);
    expect([code, record.state, record.event, record.attempts.length]).toEqual([0, "delivered", "issue.created", 1]);
    expect(record.attempts[0]).toMatchObject({
      request: { url: `${receiver.url}/v/v1/webhooks/issue.created`, claims: { scopes: ["a:read", "b:read"] } },
      reply: { status: 200 },
      verdict: "allow",
    });
  });

  it("sends nothing for an event or an override that does not exist, and names the nearest", async () => {
    const { run, folder, receiver } = await openAll();
    expect(await run("--set", "issue.titel=x")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/"issue\.titel" fits nothing.*\n.*did you mean "issue\.title"\?/),
    });
    const other = ["issue.craeted", "--dir", folder, "--url", receiver.url, "--kiket-port", String(await freePort())];
    expect(await runCommand(trigger, other)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no event "issue\.craeted"\n.*issue\.created/),
    });
    expect(receiver.received).toEqual([]);
  });

  it("says why a delivery failed and what Kiket would do, and ends with 1", async () => {
    const { run } = await openAll({}, () => {
      throw new Error("boom");
    });
    const { code, stdout } = await run();
    expect([code, stdout.split("\n").slice(1)]).toEqual([
      1,
      [expect.stringContaining('"error"'), "    Kiket would repeat it after 30 s; here it is not repeated", ""],
    ]);
  });

  it("says that the receiver trusts another Kiket", async () => {
    const [own, other] = [await freePort(), await freePort()];
    const folder = await openProjectFolder();
    const { url } = await openReceiver(other);
    const run = (...args: string[]) =>
      runCommand(trigger, ["issue.created", "--dir", folder, "--url", url, "--kiket-port", String(own), ...args]);
    expect(await run()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`which is not this one. Start it with KIKET_BASE_URL=http://127.0.0.1:${own}.\n`),
    });
    expect(await run("--hmac")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /does not accept the signature of this local Kiket.* and KIKET_WEBHOOK_SECRET=whsec_local_\w+\.\n$/,
      ),
    });
  });

  it("says how to go on when nothing listens, or the port of the local Kiket is taken", async () => {
    const [kiket, nobody] = [await freePort(), await freePort()];
    const folder = await openProjectFolder();
    const args = ["issue.created", "--dir", folder, "--kiket-port", String(kiket)];
    const silent = await runCommand(trigger, args, undefined, { environment: { PORT: String(nobody) } });
    expect(silent).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("the connection was refused: nothing listens there"),
      stderr: expect.stringMatching(
        new RegExp(`delivers to http://127.0.0.1:${nobody};.*\nStart the receiver with KIKET_BASE_URL=`),
      ),
    });
    const taken = await openServer((_request, response) => response.end());
    const refused = await runCommand(trigger, [...args.slice(0, 3), "--kiket-port", String(taken.port)]);
    expect(refused).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        new RegExp(`port ${taken.port} is taken.*\n.*--kiket-port \\d+ and start the receiver`),
      ),
    });
  });

  it("sends nothing to another machine without --yes, and then says what goes where", async () => {
    const address = Object.values(networkInterfaces())
      .flatMap((list = []) => list)
      .find(({ internal, family }) => !internal && family === "IPv4")?.address;
    const { run, folder } = await openAll();
    expect(await run("--url", "http://192.0.2.1:9")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/http:\/\/192\.0\.2\.1:9 is not on this machine; nothing was sent\n.*--yes/),
    });
    if (address === undefined) return;
    let requests = 0;
    const { port } = await openServer((request, response) => {
      requests += 1;
      // A redirect is not followed.
      response.writeHead(307, { location: request.url?.includes("again") ? "/" : "/again" }).end();
    }, "0.0.0.0");
    const secretFile = join(folder, "s.json");
    await writeFile(secretFile, '{ "API_KEY": "key-1" }');
    const sent = await run("--url", `http://${address}:${port}`, "--yes", "--secret-file", secretFile);
    expect([sent.code, requests]).toEqual([1, 1]);
    expect(sent.stderr).toContain(
      `sends issue.created, signed by a local Kiket, with the secrets API_KEY of ${secretFile}, to http://${address}:${port} (${address})\n`,
    );
    expect(sent.stderr + sent.stdout).not.toContain("key-1");
  });

  it("sends no secret to another machine that is not in --secret-file: none that is stored, none of an earlier delivery", async () => {
    const address = Object.values(networkInterfaces())
      .flatMap((list = []) => list)
      .find(({ internal, family }) => !internal && family === "IPv4")?.address;
    if (address === undefined) return;
    const [folder, kiketPort] = [await openProjectFolder(), await freePort()];
    const received: unknown[] = [];
    const { port } = await openServer((request, response) => {
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        received.push((JSON.parse(body) as { readonly secrets: unknown }).secrets);
        response.end('{"status":"allow"}');
      });
    }, "0.0.0.0");
    const options = ["--dir", folder, "--kiket-port", String(kiketPort)];
    const near = ["--url", `http://127.0.0.1:${port}`];
    const far = ["--url", `http://${address}:${port}`];
    await runCommand(trigger, ["issue.created", ...options, ...near]);
    const { storage } = openStateFolder(folder) as StateFolder;
    const kept = JSON.parse((await storage.read("kiket.json")) ?? "");
    kept.data.secrets = { STORED: "stored-1" };
    kept.data.progress = { ...kept.data.progress, secretStores: { "1": [{ key: "IN_STORE", value: "stored-2" }] } };
    await storage.write("kiket.json", JSON.stringify(kept));
    const record = {
      ...{ id: "dlv_1", event: "issue.created", version: "v1", origin: "trigger", state: "delivered" },
      ...{ createdAt: Date.now(), payload: {}, attempts: [] },
    };
    const content = { auth: "token", scopes: [], secrets: { EARLIER: "earlier-1" } };
    await storage.write("deliveries.json", JSON.stringify({ version: 1, deliveries: [{ record, content }] }));
    for (const url of [near, far]) {
      const yes = url === far ? ["--yes"] : [];
      await runCommand(trigger, ["issue.created", ...options, ...url, ...yes]);
      await runCommand(replay, ["dlv_1", ...options, ...url, ...yes]);
    }
    expect(received.slice(1)).toEqual([{ IN_STORE: "stored-2" }, { EARLIER: "earlier-1" }, {}, {}]);
  });

  it("tells a person who waits what it waits for", async () => {
    const [port, folder] = [await freePort(), await openProjectFolder()];
    let told: (text: string) => void = () => undefined;
    const isTold = new Promise<string>((resolve) => {
      told = resolve;
    });
    // The receiver answers only then.
    const { url } = await openServer((_request, response) => void isTold.then(() => response.end("{}")));
    const args = ["issue.created", "--dir", folder, "--url", url, "--kiket-port", String(port)];
    const host = (at: string) => ({ ...createHost(at), notify: told });
    expect(await runCommand(trigger, args, host)).toMatchObject({ code: 0 });
    expect(await isTold).toBe("waiting for the answer of the receiver");
  });

  it.each([
    [[], "expected an event"],
    [["a", "b"], 'expected one event, also got "b"'],
    [["issue.created", "--set", "title"], "--set takes path=value"],
    [["issue.created", "--file", "missing.json"], 'no file "missing.json"'],
    [["issue.created", "--kiket-port", "0"], "--kiket-port takes a number between 1 and 65535"],
    [["issue.created", "--url", "ftp://x"], undefined],
  ])("%j is a usage error", async (args, message) => {
    const folder = await openProjectFolder();
    const run = runCommand(trigger, [...args, "--dir", folder]);
    if (message === undefined) expect(await run).toMatchObject({ code: 2 });
    else
      await expect(run).rejects.toThrow(
        expect.objectContaining({ name: "UsageError", message: expect.stringContaining(message) }),
      );
  });

  it("names what is wrong in a file, and no value of a secret", async () => {
    const folder = await openProjectFolder();
    const write = async (text: string) => {
      await writeFile(join(folder, "f.json"), text);
      return join(folder, "f.json");
    };
    const run = (option: string, file: string) => runCommand(trigger, ["issue.created", "--dir", folder, option, file]);
    await expect(run("--file", await write("{"))).rejects.toThrow(/f\.json is not JSON: /);
    await expect(run("--file", await write("[1]"))).rejects.toThrow(/f\.json must contain one JSON object$/);
    await expect(run("--file", await write('{"event":"a","headers":{},"body":{}}'))).rejects.toThrow(
      /kiket-gen replay/,
    );
    await expect(run("--secret-file", await write('{"A":12345678}'))).rejects.toThrow(/the secret "A" must be a text$/);
  });
});

describe("kiket-gen trigger as built", () => {
  it("delivers, and reads standard input", async () => {
    const { port, folder, receiver } = await openAll();
    const args = ["trigger", "issue.created", "--file", "-", "--url", receiver.url, "--kiket-port", String(port)];
    const child = spawn(process.execPath, [join(root, "dist/generator/cli.cjs"), ...args], { cwd: folder });
    child.stdin.end('{ "issue": { "title": "Größe" } }');
    const [code] = (await once(child, "close")) as [number];
    const payload = expect.objectContaining({ issue: expect.objectContaining({ title: "Größe" }) });
    expect([code, receiver.received.map((each) => each.payload)]).toEqual([0, [payload]]);
  });

  it("ends at once with Ctrl+C", async () => {
    const [port, folder] = [await freePort(), await openProjectFolder()];
    let arrived = (): void => undefined;
    const hasArrived = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { url } = await openServer(() => arrived());
    const args = ["trigger", "issue.created", "--url", url, "--kiket-port", String(port)];
    const child = spawn(process.execPath, [join(root, "dist/generator/cli.cjs"), ...args], { cwd: folder });
    await hasArrived;
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([null, "SIGINT"]);
  });
});

/** What `dev` writes, for an inspector that the test serves. */
function launchFor(folder: string, inspector: string): StateFolder {
  const state = openStateFolder(folder);
  if ("refusal" in state) throw new Error(state.refusal);
  const [launchId, token] = ["ab".repeat(16), "cd".repeat(16)];
  state.writeLaunch({
    launchId,
    token,
    bootId: readBootId(),
    pid: process.pid,
    groups: [],
    inspector,
    kiket: inspector,
  });
  return state;
}

describe("kiket-gen trigger with a running dev", () => {
  const record = {
    ...{
      id: "dlv_1",
      event: "issue.created",
      version: "v1",
      origin: "trigger",
      state: "retrying",
      createdAt: 0,
      payload: {},
    },
    next: { at: 603, schedule: 30_000 },
    attempts: [
      {
        ...{ number: 1, at: 100, ms: 3, calls: [] },
        request: { method: "POST", url: "http://127.0.0.1:1", headers: {}, body: "{}" },
        reply: { status: 500, headers: {}, body: "" },
        logs: [
          { at: 0, level: "error", message: "failed", fields: { cause: { name: "TypeError", message: "no title" } } },
        ],
      },
    ],
  };

  async function openInspector(answers: (path: string, body: string) => { status: number; answer: unknown }) {
    const asked: unknown[] = [];
    const server = await openServer((request, response) => {
      const { "x-kiket-gen-token": token, "content-type": type } = request.headers;
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        const isLaunch = request.url === "/api/launch";
        const { status, answer } = isLaunch
          ? { status: 200, answer: { launchId: "ab".repeat(16) } }
          : answers(request.url ?? "", body);
        if (!isLaunch) asked.push([request.method, request.url, token, type, JSON.parse(body)]);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
      });
    });
    return { ...server, asked };
  }

  it("delivers by it, and shows the failure with what comes next", async () => {
    const folder = await openProjectFolder();
    const inspector = await openInspector(() => ({ status: 201, answer: record }));
    launchFor(folder, inspector.url);
    const { code, stdout, stderr } = await runCommand(trigger, [
      "issue.created",
      "--dir",
      folder,
      "--set",
      "issue.id=5",
    ]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout.split("\n").map((line) => line.replace(/^\d\d:\d\d:\d\d/, "time"))).toEqual([
      "time  issue.created v1  500  3 ms  dlv_1",
      "    TypeError: no title",
      "    attempt 2 follows in 0.5 s, on Kiket after 30 s",
      "",
    ]);
    const request = { event: "issue.created", set: { "issue.id": 5 }, hmac: false, origin: "trigger" };
    expect(inspector.asked).toEqual([["POST", "/api/deliveries", "cd".repeat(16), "application/json", request]]);
  });

  it("says its problem and the way out", async () => {
    const folder = await openProjectFolder();
    const answer = { error: "The project handles no event", hint: "the manifest declares issue.created" };
    const inspector = await openInspector(() => ({ status: 404, answer }));
    launchFor(folder, inspector.url);
    expect(await runCommand(trigger, ["x.y", "--dir", folder])).toEqual({
      code: 2,
      stdout: "",
      stderr: "kiket-gen: The project handles no event\n    hint: the manifest declares issue.created\n",
    });
  });

  it("believes nobody else at the address: then a local Kiket delivers", async () => {
    const [folder, port] = [await openProjectFolder(), await freePort()];
    const receiver = await openReceiver(port);
    let asked = 0;
    const stranger = await openServer((_request, response) => {
      asked += 1;
      response.end('{"launchId":"another"}');
    });
    launchFor(folder, stranger.url);
    const environment = { PORT: new URL(receiver.url).port };
    const args = ["issue.created", "--dir", folder, "--kiket-port", String(port)];
    expect(await runCommand(trigger, args, undefined, { environment })).toMatchObject({ code: 0 });
    expect([asked, receiver.received.length]).toEqual([1, 1]);
  });
});
