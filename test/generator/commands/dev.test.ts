import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import * as command from "../../../generator/commands/dev.js";
import type { Launch } from "../../../generator/dev/launch.js";
import {
  createTemplateProject,
  type DevSession,
  edit,
  handlerIn,
  linkDependency,
  processesOf,
  startDev,
  until,
} from "../../support/dev-session.js";
import { freePort } from "../../support/free-port.js";
import { createProject, removeProject, root } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { runCli } from "../../support/run-node.js";

const sessions: DevSession[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map(({ child, end }) => (child.exitCode === null ? end("SIGTERM") : undefined)));
  await Promise.all(folders.splice(0).map(removeProject));
});

function start(...given: Parameters<typeof startDev>): DevSession {
  const session = startDev(...given);
  sessions.push(session);
  return session;
}

async function project(template = "extension"): Promise<string> {
  const folder = await createTemplateProject(template);
  folders.push(dirname(folder));
  return folder;
}

async function launchIn(folder: string): Promise<Launch> {
  return JSON.parse(await readFile(join(folder, ".kiket-gen/launch.json"), "utf8")) as Launch;
}

const bodyOf = ({ attempts }: { readonly attempts: readonly { readonly reply?: { readonly body: string } }[] }) =>
  JSON.parse(attempts.at(-1)?.reply?.body ?? "null") as Readonly<Record<string, unknown>>;

describe("the loop", () => {
  it("answers, restarts with another answer, survives a mistake of each kind, and is mended", async () => {
    const folder = await project();
    const handler = await handlerIn(folder);
    const dev = start(folder);
    const ready = await dev.next("ready");
    expect(ready.extension).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const first = await dev.send({ event: "issue.created", set: { "issue.title": "First" } });
    expect([first.state, bodyOf(first)]).toMatchObject(["delivered", { message: "Hello, First!" }]);
    expect(await dev.next("delivery")).toMatchObject({ id: first.id, status: 200, verdict: "allow", build: 1 });

    await edit(handler, "allow({ message: `$", "allow({ message: `Again, $");
    expect(await dev.next("restarted")).toMatchObject({ build: 2, reason: "src/handlers/issue.created.v1.ts changed" });
    const second = await dev.send({ event: "issue.created", set: { "issue.title": "First" } });
    expect(bodyOf(second)).toMatchObject({ message: "Again, Hello, First!" });

    // A syntax error: the old build goes on.
    const good = await readFile(handler, "utf8");
    await writeFile(handler, `${good}\nexport const = 1;\n`);
    expect(await dev.next("error")).toMatchObject({ stage: "build", file: "src/handlers/issue.created.v1.ts" });
    expect(bodyOf(await dev.send({ event: "issue.created" }))).toMatchObject({ status: "allow" });

    // A crash at start: its own line is told, and deliveries wait.
    await writeFile(handler, `${good}\nthrow new TypeError("no start");\n`);
    const line = good.split("\n").length + 1;
    expect(await dev.next("error", ({ stage }) => stage === "start")).toMatchObject({
      message: "TypeError: no start",
      file: "src/handlers/issue.created.v1.ts",
      line,
      column: 7,
    });
    const waiting = dev.send({ event: "issue.created", set: { "issue.title": "Waited" } });
    await dev.next("log", ({ message }) => message === "issue.created v1 waits until the extension runs");
    await writeFile(handler, good.replace("Again", "Mended"));
    await dev.next("restarted");
    expect(bodyOf(await waiting)).toMatchObject({ message: "Mended, Hello, Waited!" });

    // A failure of a handler: the line of the delivery has it.
    await writeFile(handler, good.replace("return allow", 'throw new Error("boom");\n  return allow'));
    await dev.next("restarted");
    expect(await dev.send({ event: "issue.created" })).toMatchObject({ state: "retrying" });
    expect(await dev.next("delivery")).toMatchObject({ status: 500, state: "retrying", next: { schedule: 30_000 } });
    expect(await dev.end("SIGINT")).toBe(130);
    expect(existsSync(join(folder, ".kiket-gen/launch.json"))).toBe(false);
    expect(dev.stderr()).toBe("");
  });

  it.each([
    ["webhook", "case.created"],
    ["adapter", "ticket_closed"],
  ])("runs a project of the template %s", async (template, event) => {
    const folder = await project(template);
    const handler = await handlerIn(folder);
    const dev = start(folder);
    const ready = await dev.next("ready");
    expect(ready.extension === undefined).toBe(template === "adapter");
    expect(await dev.send({ event })).toMatchObject({ state: "delivered" });
    await edit(handler, "export default", "// changed\nexport default");
    expect(await dev.next("restarted")).toMatchObject({ build: 2 });
    expect(await dev.send({ event })).toMatchObject({ state: "delivered", attempts: [{ build: 2 }] });
    expect(await dev.end("SIGTERM")).toBe(143);
  });

  it("generates after a change of the manifest, and restarts once with the new event", async () => {
    const folder = await project();
    const dev = start(folder);
    await dev.next("ready");
    const manifest = join(folder, ".kiket/manifest.yaml");
    const good = await readFile(manifest, "utf8");
    await writeFile(manifest, `${good}  oops: [\n`);
    expect(await dev.next("error")).toMatchObject({ stage: "generate", file: ".kiket/manifest.yaml" });
    await writeFile(manifest, good.replace(/hooks:\n/, "hooks:\n    - event: issue.closed\n"));
    const { files } = await dev.next("generated");
    expect(files).toContainEqual({ path: "src/handlers/issue.closed.v1.ts", change: "created" });
    expect(await dev.next("restarted")).toMatchObject({ build: 2, reason: ".kiket/manifest.yaml changed" });
    expect(await dev.send({ event: "issue.closed" })).toMatchObject({ attempts: [{ reply: { status: 501 } }] });
    expect(dev.words.filter(({ type }) => type === "restarted")).toHaveLength(1);
  });

  it("lets a slow delivery end with its build, and gives the next one to the new build", async () => {
    const folder = await project();
    const handler = await handlerIn(folder);
    const text = await readFile(handler, "utf8");
    const slow = `import { spawn } from "node:child_process";
import { existsSync } from "node:fs";\n${text
      .replace("({ issue }, context) =>", "async ({ issue }, context) =>")
      .replace(
        "return allow",
        'while (issue.title === "slow" && !existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 10));\n  return allow',
      )}`;
    await writeFile(handler, slow);
    const dev = start(folder);
    await dev.next("ready");
    const old = dev.send({ event: "issue.created", set: { "issue.title": "slow" } });
    await dev.next("log", ({ message }) => message === "greeted");
    await writeFile(handler, slow.replace("message: `$", "message: `New, $"));
    await dev.next("log", ({ message }) => message === "waiting for 1 delivery under way");
    const next = dev.send({ event: "issue.created", set: { "issue.title": "quick" } });
    await writeFile(join(folder, "go"), "");
    await dev.next("restarted");
    expect(bodyOf(await old)).toMatchObject({ message: "Hello, slow!" });
    expect((await old).attempts).toMatchObject([{ build: 1 }]);
    expect(bodyOf(await next)).toMatchObject({ message: "New, Hello, quick!" });
    expect((await next).attempts).toMatchObject([{ build: 2 }]);
  });

  it("says that the extension has ended by itself, and starts it after the next save", async () => {
    const folder = await project();
    const handler = await handlerIn(folder);
    const good = await readFile(handler, "utf8");
    await writeFile(handler, good.replace("return allow", "setTimeout(() => process.exit(3), 50);\n  return allow"));
    const dev = start(folder);
    await dev.next("ready");
    await dev.send({ event: "issue.created" });
    expect(await dev.next("error")).toMatchObject({
      stage: "program",
      message: "the extension has ended: exit code 3",
    });
    await writeFile(handler, good);
    expect(await dev.next("restarted")).toMatchObject({ build: 2 });
  });

  it("tells type errors from the project's own compiler, and when they are gone", async () => {
    const folder = await project();
    await linkDependency(folder, "typescript");
    await linkDependency(folder, "@types/node");
    await linkDependency(folder, "vitest");
    const handler = await handlerIn(folder);
    const good = await readFile(handler, "utf8");
    const dev = start(folder);
    await dev.next("ready");
    await writeFile(handler, `${good}export const n: number = "x";\n`);
    expect(await dev.next("error")).toMatchObject({
      stage: "types",
      code: "TS2322",
      file: "src/handlers/issue.created.v1.ts",
      line: good.split("\n").length,
    });
    await writeFile(handler, good);
    await dev.next("log", ({ message }) => message === "types are right again");
  });
});

describe.runIf(process.platform === "linux")("in a terminal", () => {
  /** Runs the command in a terminal of its own, and then shows how the terminal is left. */
  function openTerminal(folder: string) {
    const command = `${process.execPath} ${join(root, "dist/generator/cli.cjs")} dev --no-open --port 0`;
    const child = spawn("script", ["-qec", `${command}; echo "status $?"; stty -a`, "/dev/null"], {
      cwd: folder,
      env: { ...process.env, TERM: "xterm", NO_COLOR: "1" },
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
    return {
      press: (key: string) => child.stdin.write(key),
      shown: (what: string | RegExp) => until(() => (typeof what === "string" ? text.includes(what) : what.test(text))),
      text: () => text,
    };
  }

  it("shows what happens in lines, takes keys, and leaves the terminal as it was", async () => {
    const folder = await project();
    const handler = await handlerIn(folder);
    await edit(handler, "return allow", 'console.log("\\u001b[2Jcleared");\n  return allow');
    const terminal = openTerminal(folder);
    await terminal.shown("keys: t trigger");
    terminal.press("t");
    await terminal.shown(/\d\d:\d\d:\d\d {2}issue\.created v1 {2}200 allow "Hello, [^"]+!" {2}[\d.]+ m?s {2}\S+\r\n/);
    terminal.press("r");
    await terminal.shown(/200 allow "[^"]+" {2}[\d.]+ m?s {2}replay {2}/);
    await edit(handler, "return allow", 'throw new Error("boom");\n  return allow');
    await terminal.shown(/restarted in .*: src\/handlers\/issue\.created\.v1\.ts changed/);
    terminal.press("t");
    await terminal.shown(/500 .*\r\n +Error: boom\r\n +at src\/handlers\/issue\.created\.v1\.ts:7:9/);
    await terminal.shown(/attempt 2 follows in .* on Kiket after 30 s/);
    terminal.press("q");
    await terminal.shown("status 0");
    await terminal.shown(/ icanon/);
    expect(terminal.text()).not.toContain("-icanon");
    expect(terminal.text()).toContain("\\u{1b}[2Jcleared");
    for (const clear of ["\u001b[2J", "\u001b[3J", "\u001bc"]) expect(terminal.text()).not.toContain(clear);
  });

  it("ends with 130 after Ctrl+C, which is a key there", async () => {
    const terminal = openTerminal(await project());
    await terminal.shown("keys: t trigger");
    terminal.press("\u0003");
    await terminal.shown("status 130");
  });

  it("runs once for a project, also when it is started twice in the same instant", async () => {
    const folder = await project();
    const both = [start(folder), start(folder)];
    const ends = await Promise.all(
      both.map(({ next, child }) =>
        next("ready").then(
          () => "ready",
          () => child.exitCode,
        ),
      ),
    );
    expect(ends.map(String).sort()).toEqual(["1", "ready"]);
    const other = both[ends.indexOf("ready")]?.child.pid;
    expect(both[ends.indexOf(1)]?.stderr()).toContain(
      `kiket-gen: dev runs already for this project, as process ${other}`,
    );
  });

  it("checks types again after its compiler was killed together with the warden", async () => {
    const folder = await project();
    const dev = start(folder);
    await dev.next("ready");
    const [warden = 0] = (await launchIn(folder)).groups;
    process.kill(warden, "SIGKILL");
    await dev.next("error", ({ stage }) => stage === "program");
    await edit(await handlerIn(folder), "export default", 'export const n: number = "x";\nexport default');
    await dev.next("restarted");
    expect(await dev.next("error", ({ code }) => code === "TS2322")).toMatchObject({ stage: "types" });
  });

  it("starts with the variables as they were while .env cannot be read, and says so", async () => {
    const folder = await project();
    const dev = start(folder);
    await dev.next("ready");
    await mkdir(join(folder, ".env"));
    await dev.next("restarted");
    expect(dev.words).toContainEqual({
      type: "log",
      source: "dev",
      level: "warn",
      message: `the variables of ${join(folder, ".env")} stay as they were: file system: expected a file, found a folder`,
    });
  });

  it("goes on after its folder was deleted, as git clean does, and is found again", async () => {
    const folder = await project();
    const dev = start(folder);
    await dev.next("ready");
    await until(() =>
      rm(join(folder, ".kiket-gen"), { recursive: true }).then(
        () => true,
        () => false,
      ),
    );
    await edit(await handlerIn(folder), "allow({ message: `$", "allow({ message: `Again, $");
    await dev.next("restarted");
    expect(await readFile(join(folder, ".kiket-gen/.gitignore"), "utf8")).toBe("*\n");
    expect((await launchIn(folder)).pid).toBe(dev.child.pid);
    expect(dev.words.filter(({ type }) => type === "error")).toEqual([]);
  });
});

describe("processes and state", () => {
  it.runIf(process.platform === "linux")("leave nothing after kill -9, and the next start works", async () => {
    const folder = await project();
    const dev = start(folder);
    await dev.next("ready");
    const { launchId, groups } = await launchIn(folder);
    expect(groups.length).toBeGreaterThanOrEqual(2);
    expect((await processesOf(launchId)).length).toBeGreaterThanOrEqual(2);
    await dev.end("SIGKILL");
    await until(async () => (await processesOf(launchId)).length === 0);
    const again = start(folder);
    await again.next("ready");
    expect(await again.send({ event: "issue.created" })).toMatchObject({ state: "delivered" });
  });

  it("are those of one command for a project: a second one says where the first is", async () => {
    const folder = await project();
    const dev = start(folder);
    const { inspector } = await dev.next("ready");
    const { code, stderr, stdout } = await runCli(["dev"], folder);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `kiket-gen: dev runs already for this project, as process ${dev.child.pid}: its inspector is at ${inspector}\n    hint: end it with q in its terminal first; trigger and replay use it as it is\n`,
    );
    expect(await dev.send({ event: "issue.created" })).toMatchObject({ state: "delivered" });
  });

  it("of two projects stand side by side, at ports that move up", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await until(() => holder.listening);
    const address = holder.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const [one, two] = await Promise.all([project(), project("webhook")]);
    const first = start(one, ["--port", String(port)], { PORT: String(port) });
    const ready = await first.next("ready");
    const messages = first.words.flatMap((word) =>
      word.type === "log" && word.source === "dev" ? [word.message] : [],
    );
    expect(messages).toContain(`port ${port} is taken: the inspector is at ${ready.inspector}`);
    expect(messages).toContain(`port ${port} is taken: the extension is at ${ready.extension}`);
    const second = start(two, ["--port", String(port)]);
    await second.next("ready");
    expect(await first.send({ event: "issue.created" })).toMatchObject({ state: "delivered" });
    expect(await second.send({ event: "case.created" })).toMatchObject({ state: "delivered" });
    holder.close();
  });

  it("are private, and named to git as nothing to keep", async () => {
    const folder = await project();
    const dev = start(folder);
    await dev.next("ready");
    const mode = async (path: string) => (await stat(join(folder, path))).mode & 0o777;
    expect(await mode(".kiket-gen")).toBe(0o700);
    expect(await mode(".kiket-gen/launch.json")).toBe(0o600);
    expect(await readFile(join(folder, ".kiket-gen/.gitignore"), "utf8")).toBe("*\n");
    expect(await dev.end("SIGHUP")).toBe(129);
  });
});

describe("the environment", () => {
  it("comes from .env, then from the process; what leads to a real Kiket is set aside, by name", async () => {
    const folder = await project();
    await writeFile(join(folder, ".env"), "GREETING=Moin\nKIKET_BASE_URL=https://kiket.example\n");
    const dev = start(folder, ["--port", "0"], { KIKET_WORKSPACE_TOKEN: "wsp_real_token" });
    const { message } = await dev.next("log", ({ message }) => message.includes("KIKET_BASE_URL"));
    expect(message).toBe(
      "the extension does not get your values of KIKET_BASE_URL, KIKET_WORKSPACE_TOKEN: it uses the local Kiket",
    );
    await dev.next("ready");
    const send = async () => bodyOf(await dev.send({ event: "issue.created", set: { "issue.title": "First" } }));
    expect(await send()).toMatchObject({ message: "Moin, First!" });
    expect(JSON.stringify(dev.words)).not.toMatch(/kiket\.example|wsp_real_token/);
    await writeFile(join(folder, ".env"), "GREETING=Servus\n");
    expect(await dev.next("restarted")).toMatchObject({ reason: ".env changed" });
    expect(await send()).toMatchObject({ message: "Servus, First!" });
  });
});

describe("metrics that .env asks for", () => {
  it("are shown at their port, also after a restart, and do without it where it is taken", async () => {
    const port = await freePort();
    const shown = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const [folder, second] = [await project(), await project()];
    for (const each of [folder, second]) await writeFile(join(each, ".env"), `KIKET_METRICS_PORT=${port}\n`);
    const dev = start(folder);
    const { extension } = await dev.next("ready");
    expect(new URL(String(extension)).port).not.toBe(String(port));
    await dev.send({ event: "issue.created" });
    expect(await shown()).toMatch(
      /^kiket_deliveries_total\{event="issue.created",version="v1",outcome="handled"\} 1$/m,
    );
    await edit(await handlerIn(folder), "export default", "// changed\nexport default");
    await dev.next("restarted");
    expect(await shown()).toContain("# TYPE kiket_deliveries_total counter");

    const other = start(second);
    await other.next("ready");
    const refused = `No metrics: Cannot listen on 127.0.0.1, port ${port}`;
    await until(() => other.words.some((word) => word.type === "log" && word.message.startsWith(refused)));
    expect(bodyOf(await other.send({ event: "issue.created" }))).toMatchObject({ status: "allow" });
  });
});

describe("a proxy that Node takes from the environment", () => {
  it("gets nothing: neither from the commands nor from the extension", async () => {
    const folder = await project();
    const asked: (string | undefined)[] = [];
    const proxy = createHttpServer((request) => void asked.push(request.url)).on("connect", ({ url }, socket) => {
      asked.push(url);
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void proxy.close());
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    // Node 24 heeds it, earlier ones do not.
    const environment = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: address, HTTPS_PROXY: address };
    const dev = start(folder, ["--port", "0"], environment);
    await dev.next("ready");
    const { code, stdout } = await runCli(["trigger", "issue.created"], folder, environment);
    expect([code, stdout]).toEqual([0, expect.stringContaining("200 allow")]);
    await dev.next("delivery");
    expect((await runCli(["dev", "--port", "0"], folder, environment)).stderr).toContain("its inspector is at");
    expect(asked).toEqual([]);
  });
});

describe("what cannot be done", () => {
  it.each([
    [["--port", "70000"], 'kiket-gen: --port takes a number between 0 and 65534, not "70000"'],
    [["--port", "x"], 'kiket-gen: --port takes a number between 0 and 65534, not "x"'],
    [["--ports", "1"], "kiket-gen: unknown option --ports; did you mean --port?"],
    [["a", "b"], 'kiket-gen: expected one folder, also got "b"'],
  ])("with %j is a wrong call", async (args, message) => {
    const folder = await createProject({});
    folders.push(folder);
    await mkdir(join(folder, "a"));
    const { code, stderr } = await runCli(["dev", ...args], folder);
    expect([code, stderr.split("\n")[0]]).toEqual([2, message]);
  });

  // Node 20 takes the option for its own if it is given to a process.
  it("with a named file of variables that does not exist is a wrong call", async () => {
    const folder = await createProject({});
    folders.push(folder);
    const call = runCommand(command, [folder, "--env-file", "none.env"]);
    await expect(call).rejects.toThrow('no file "none.env", which --env-file names');
  });

  it("waits for a manifest", async () => {
    const folder = await project();
    const manifest = join(folder, ".kiket/manifest.yaml");
    const text = await readFile(manifest, "utf8");
    await rm(manifest);
    const dev = start(folder);
    expect(await dev.next("error")).toMatchObject({ stage: "generate" });
    await dev.next("log", ({ message }) => message === "waiting for the next save");
    await writeFile(manifest, text);
    await dev.next("ready");
  });

  it("is finding it, where its file of the launch is a folder: it says so, and works", async () => {
    const folder = await project();
    await mkdir(join(folder, ".kiket-gen/launch.json"), { recursive: true });
    const dev = start(folder);
    await dev.next("log", ({ message }) =>
      message.startsWith(
        `other commands do not find this one: ${join(folder, ".kiket-gen/launch.json")}: expected a file`,
      ),
    );
    await dev.next("ready");
    expect((await dev.send({ event: "issue.created" })).state).toBe("delivered");
    expect(dev.words.filter((word) => "message" in word && word.message.includes("other commands"))).toHaveLength(1);
    expect(await dev.end()).toBe(143);
    expect((await stat(join(folder, ".kiket-gen/launch.json"))).isDirectory()).toBe(true);
  });

  it("with a folder of the state that is a link changes nothing there", async () => {
    const folder = await project();
    const { symlink } = await import("node:fs/promises");
    await symlink("src", join(folder, ".kiket-gen"));
    const { code, stderr } = await runCli(["dev"], folder);
    expect(code).toBe(1);
    expect(stderr).toContain(".kiket-gen is a link");
    expect(existsSync(join(folder, "src/launch.json"))).toBe(false);
  });
});
