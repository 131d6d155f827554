import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { resolveConfig } from "../../../runtime/config/config.js";
import { ConfigError, createExtension, defineHandler, type ExtensionOptions } from "../../../runtime/index.js";
import { serve, toNodeHandler } from "../../../runtime/node.js";
import { createRecorder } from "../../../runtime/recordings/recorder.js";
import { openRecordingFolder, recordingName } from "../../../runtime/recordings/recording-folder.js";
import { deliveryOf } from "../../../runtime/testing/replay.js";
import { parseRecording, readRecording, signDelivery } from "../../../runtime/testing.js";
import { createVerifier } from "../../../runtime/verify/verify-origin.js";
import { closeAfterwards, openPlatform } from "../../support/open-kiket.js";

const platform = await openPlatform({ webhookSecret: "whsec_1234567890" });

/** A path for a folder that does not exist yet. */
async function newFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "kiket-gen-record-"));
  closeAfterwards(() => rm(parent, { recursive: true }));
  return join(parent, "recordings");
}

function extensionWith(lines: string[] = [], options: Partial<ExtensionOptions> = {}) {
  const note = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return createExtension({
    handlers: [defineHandler({ event: "issue.created", version: "v1" }, () => ({ status: "allow" }))],
    baseUrl: platform.baseUrl,
    settingDefinitions: { GREETING: { type: "string" } },
    logger: { info: note("info"), warn: note("warn"), error: note("error") },
    ...options,
  });
}

const delivery = {
  event: "issue.created",
  payload: { issue: { id: 1, title: "The key is provider-key-1" } },
  secrets: { API_KEY: "provider-key-1", GREETING: "Good morning" },
  scopes: ["issues:read"],
  deliveryId: "dlv_0123456789",
};

describe("a server with the option record", () => {
  it("writes each verified delivery once, without token and secrets, for this user only, and says so at the start", async () => {
    const folder = await newFolder();
    const lines: string[] = [];
    const server = await serve(extensionWith(lines), { port: 0, record: folder, signals: false });
    expect((await platform.deliver(server.url, delivery)).status).toBe(200);
    expect((await platform.deliver(server.url, delivery)).status).toBe(200);
    await server.close();

    const [name = "", ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/^\d{8}-\d{6}\.\d{3}-issue\.created-23456789\.json$/);
    expect(await readRecording(join(folder, name))).toEqual({
      event: "issue.created",
      version: "v1",
      headers: expect.objectContaining({ "x-kiket-delivery": "dlv_0123456789", "x-kiket-organization": "1" }),
      body: expect.objectContaining({
        issue: { id: 1, title: "The key is [redacted]" },
        authentication: expect.objectContaining({ runtime_token: "[redacted]", scopes: ["issues:read"] }),
        secrets: { API_KEY: "[redacted]", GREETING: "Good morning" },
      }),
    });
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(lines.filter((line) => line.includes("ecord"))).toEqual([
      `warn Recording deliveries to ${folder}: without tokens and secrets, with personal data; the newest 500 files, at most 64 MiB`,
    ]);
  });

  it("writes what a delivery can be repeated from, in every form", async () => {
    const folder = await newFolder();
    const webhook = {
      event: "issue.created",
      family: "webhook",
      auth: "hmac",
      payload: { issue: { id: 7, title: "Seven" } },
    } as const;
    const receiver = extensionWith([], { auth: "hmac", webhookSecrets: ["whsec_1234567890"], webhookPath: "/webhook" });
    const server = await serve(receiver, { port: 0, record: folder, signals: false });
    expect((await platform.deliver(server.url, webhook)).status).toBe(200);
    await server.close();
    const [name = ""] = await readdir(folder);
    const text = await readFile(join(folder, name), "utf8");
    expect(text).not.toContain("whsec_");
    expect(JSON.parse(text).body).toMatchObject({ type: "issue.created", data: { issue: { id: 7, title: "Seven" } } });
    const { payload, ...names } = deliveryOf(parseRecording(text));
    expect(names).toMatchObject({ event: "issue.created", version: "v1" });
    expect(payload).toMatchObject({ issue: { id: 7, title: "Seven" } });
    expect(payload).not.toHaveProperty("id");
  });

  it("writes nothing that is not verified, and hides what only the process knows to be secret", async () => {
    const folder = await newFolder();
    const extension = extensionWith([], { env: { KIKET_SECRET_OTHER: "only-in-the-process" } });
    const server = await serve(extension, { port: 0, record: folder, signals: false });
    const forged = await platform.deliver(server.url, { ...delivery, token: "e30.e30.c2ln" });
    expect(forged.status).toBe(401);
    const payload = { issue: { id: 2, title: "It is only-in-the-process." } };
    expect((await platform.deliver(server.url, { ...delivery, payload, deliveryId: "dlv_2" })).status).toBe(200);
    await server.close();
    const names = await readdir(folder);
    expect(names).toEqual([expect.stringMatching(/-issue\.created-dlv-2\.json$/)]);
    expect((await readRecording(join(folder, names[0] ?? ""))).body.issue).toEqual({
      id: 2,
      title: "It is [redacted].",
    });
  });

  it("answers as before when the folder cannot be used, and warns once", async () => {
    const folder = await newFolder();
    await writeFile(folder, "a file");
    const lines: string[] = [];
    const server = await serve(extensionWith(lines), { port: 0, record: folder, signals: false });
    for (const id of ["dlv_1", "dlv_2"]) {
      expect((await platform.deliver(server.url, { ...delivery, deliveryId: id })).status).toBe(200);
    }
    await server.close();
    expect(lines.filter((line) => line.startsWith("warn"))).toEqual([
      expect.stringMatching(
        /^warn Deliveries are answered, but cannot be recorded: E(EXIST|NOTDIR).* Check the folder of KIKET_RECORD\.$/,
      ),
    ]);
    expect(await readFile(folder, "utf8")).toBe("a file");
  });

  it("is KIKET_RECORD in the environment, also for a server of one's own", async () => {
    const folder = await newFolder();
    const served = await serve(extensionWith(), { port: 0, env: { KIKET_RECORD: folder }, signals: false });
    await platform.deliver(served.url, { ...delivery, deliveryId: "dlv_served" });
    await served.close();

    vi.stubEnv("KIKET_RECORD", folder);
    closeAfterwards(async () => void vi.unstubAllEnvs());
    const extension = extensionWith();
    const server = createServer(toNodeHandler(extension));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await platform.deliver(`http://127.0.0.1:${port}`, { ...delivery, deliveryId: "dlv_mounted" });
    server.closeAllConnections();
    server.close();
    await extension.close();
    expect((await readdir(folder)).map((name) => name.slice(20))).toEqual([
      "issue.created-v-served.json",
      "issue.created-mounted.json",
    ]);
    expect(() => toNodeHandler({ fetch: async () => new Response() })).toThrow(ConfigError);
  });

  it.each(["~", "~/recordings", "~\\recordings"])(
    "is not a folder named ~ in the working directory: %s",
    async (record) => {
      await expect(serve(extensionWith(), { port: 0, record, signals: false })).rejects.toThrow("Write the whole path");
    },
  );

  it("is off without it", async () => {
    const folder = await newFolder();
    await mkdir(folder);
    const server = await serve(extensionWith(), { port: 0, env: {}, signals: false });
    await platform.deliver(server.url, { ...delivery, deliveryId: "dlv_off" });
    await server.close();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a folder of recordings", () => {
  const names = [1, 2, 3].map((at) => recordingName({ at, event: "issue.created", deliveryId: `dlv_${at}` }));
  const [first = "", second = "", third = ""] = names;

  it("has names of letters in lower case, digits, dots and hyphens only", () => {
    const at = Date.UTC(2026, 0, 2, 14, 2, 11, 123);
    expect(recordingName({ at, event: "external.webhook.Größe/../x", deliveryId: "dlv_6f2c\u001b1a2B" })).toBe(
      "20260102-140211.123-external.webhook.gr-e-..-x-f2c-1a2b.json",
    );
    expect(recordingName({ at, event: "../", deliveryId: "" })).toBe("20260102-140211.123-0-0.json");
    expect(recordingName({ at, event: "x".repeat(500), deliveryId: "1" })).toHaveLength(20 + 80 + 7);
  });

  it("loses its oldest recordings when there are too many, and no other file", async () => {
    const path = await newFolder();
    const folder = openRecordingFolder(path, { files: 2, bytes: 1000 });
    await folder.open();
    const others = ["00000000-notes.json", "a.json", "readme.md"];
    for (const name of others) await writeFile(join(path, name), "mine");
    await mkdir(join(path, recordingName({ at: 0, event: "a", deliveryId: "b" })));
    for (const name of names) await folder.write(name, "{}\n");
    expect((await readdir(path)).sort()).toEqual([
      "00000000-notes.json",
      "19700101-000000.000-a-b.json",
      second,
      third,
      "a.json",
      "readme.md",
    ]);
  });

  it("loses its oldest recordings when they are too large, and refuses what never fits", async () => {
    const path = await newFolder();
    const folder = openRecordingFolder(path, { files: 9, bytes: 10 });
    await folder.write(first, "12345");
    await folder.write(second, "12345");
    expect(await readdir(path)).toEqual([first, second]);
    await folder.write(third, "123456");
    expect(await readdir(path)).toEqual([third]);
    await expect(folder.write(first, "12345678901")).rejects.toThrow("11 bytes is larger than all may be together, 10");
    expect(await readdir(path)).toEqual([third]);
  });

  it("writes through no link, and leaves no part of a file", async () => {
    const path = await newFolder();
    const folder = openRecordingFolder(path);
    await folder.open();
    const outside = join(path, "../outside.json");
    await symlink(outside, join(path, `.${first}.part`));
    await expect(folder.write(first, "{}")).rejects.toThrow("EEXIST");
    await expect(stat(outside)).rejects.toThrow("ENOENT");
    await symlink(outside, join(path, second));
    await folder.write(second, "{}");
    await expect(stat(outside)).rejects.toThrow("ENOENT");
    expect((await readdir(path)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("deletes what a killed process left, and not what another one writes now", async () => {
    const path = await newFolder();
    let time = Date.now();
    const folder = openRecordingFolder(path, { files: 9, bytes: 100 }, () => time);
    await folder.open();
    await writeFile(join(path, `.${first}.part`), "{");
    await folder.write(second, "{}");
    expect(await readdir(path)).toContain(`.${first}.part`);
    time += 120_000;
    await folder.write(third, "{}");
    expect((await readdir(path)).sort()).toEqual([second, third]);
  });

  it("stays as it is if it exists", async () => {
    const path = await newFolder();
    await mkdir(path);
    await chmod(path, 0o755);
    await openRecordingFolder(path).write(first, "{}");
    expect((await stat(path)).mode & 0o777).toBe(0o755);
  });
});

describe("the deliveries that wait to be written", () => {
  it("are limited: the others are left out, with one warning", async () => {
    const lines: string[] = [];
    const log = { info: vi.fn(), error: vi.fn(), warn: (message: string) => void lines.push(message) };
    const written: string[] = [];
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const folder = { path: "/r", open: async () => undefined, write: async (name: string) => void written.push(name) };
    const recorder = createRecorder(folder, log, () => held);
    const config = resolveConfig({
      handlers: [],
      baseUrl: platform.baseUrl,
      auth: "hmac",
      webhookSecrets: ["whsec_1234567890"],
    });
    const verify = createVerifier(config);
    const signing = { auth: "hmac", secret: "whsec_1234567890", timestamp: Math.floor(Date.now() / 1000) } as const;
    for (let index = 0; index < 105; index += 1) {
      const sent = signDelivery({ event: "a", deliveryId: `dlv_${index}` }, signing);
      const body = new TextEncoder().encode(sent.body);
      const headers = new Headers(sent.headers);
      const received = { event: "a", eventPath: undefined, pathVersion: "v1", search: "", headers, body };
      recorder.verified(await verify({ state: "received", ...received }), "v1", config);
    }
    goOn();
    await recorder.close();
    // The first is on its way, and one hundred wait.
    expect(written.length).toBe(101);
    expect(lines).toEqual([
      expect.stringContaining("Recording deliveries to /r"),
      "Deliveries arrive faster than they can be recorded: some are not recorded",
    ]);
  });
});
