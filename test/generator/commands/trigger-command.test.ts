import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { hasInvisible } from "../../../generator/base/invisible-characters.js";
import * as trigger from "../../../generator/commands/trigger.js";
import { overrideOf } from "../../../generator/dev/once/payload-overrides.js";
import { triggerCommand } from "../../../generator/dev/once/trigger-command.js";
import { createHost } from "../../../generator/project/host.js";
import type { DevProject } from "../../../runtime/dev.js";
import { freePort } from "../../support/free-port.js";
import { attempt, record } from "../../support/inspector-backend.js";
import { openProjectFolder, openReceiver } from "../../support/receiver.js";
import { runCommand } from "../../support/run-command.js";

const sample = { issue: { id: 7, title: "Printer is on fire", labels: ["a"], fields: { floor: 1 } } };
const project: DevProject = {
  ...{ kind: "extension", name: "x", scopes: ["issues:read"], secrets: [], seed: {} },
  events: [{ name: "issue.created", version: "v1", sample, confidence: "read" }],
};
const commandFor = (payload: object, more: Parameters<typeof record>[1] = {}) =>
  triggerCommand(record("dlv_1", { payload: payload as typeof sample, ...more }), project);
const withTitle = (title: unknown) => ({ issue: { ...sample.issue, title } });
const whole = (payload: object) =>
  `npx kiket-gen trigger issue.created --version v1 --payload - <<'END'\n${JSON.stringify(payload, null, 2)}\nEND`;

describe("triggerCommand", () => {
  it("names the few members that differ from the sample", () => {
    expect(commandFor(sample)).toBe("npx kiket-gen trigger issue.created --version v1");
    expect(commandFor(withTitle("It's $HOME `id`!"))).toBe(
      `npx kiket-gen trigger issue.created --version v1 --set 'issue.title="It'\\''s $HOME \`id\`!"'`,
    );
    expect(commandFor({ issue: { ...sample.issue, id: 8, labels: [], fields: { floor: 2 } } })).toBe(
      "npx kiket-gen trigger issue.created --version v1 --set issue.id=8 --set 'issue.labels=[]' --set issue.fields.floor=2",
    );
  });

  it.each([
    ["a member is missing", { issue: { id: 7, title: "Printer is on fire", labels: ["a"] } }],
    ["a member is new", { ...sample, more: 1 }],
    ["a name would need quotes", { issue: { ...sample.issue, fields: { "a.b": 1 } } }],
    ["a text is long", withTitle("x".repeat(300))],
    ["a number is not exact", withTitle(1e21)],
    ["many differ", { issue: { id: 1, title: "", labels: [], fields: { floor: 0 } } }],
  ])("writes the whole payload where %s", (_why, payload) => {
    expect(commandFor(payload)).toBe(whole(payload));
  });

  it("signs as the delivery was signed", () => {
    const { claims: _, ...request } = attempt().request;
    const signed = (claims: object | undefined) =>
      commandFor(sample, {
        attempts: [attempt({ request: { ...request, ...(claims && { claims: { ...claims } }) } })],
      });
    expect(signed(undefined)).toBe("npx kiket-gen trigger issue.created --version v1 --hmac");
    expect(signed({ scopes: ["issues:read"] })).toBe("npx kiket-gen trigger issue.created --version v1");
    expect(signed({ scopes: [] })).toBe("npx kiket-gen trigger issue.created --version v1 --scopes ''");
    expect(signed({ scopes: ["$(id)", "b"] })).toBe(
      "npx kiket-gen trigger issue.created --version v1 --scopes '$(id),b'",
    );
  });
});

/** What each of these would do outside of quotes: run `touch`, end a text, be an option, or show something else than is there. */
const hostile = [
  "$(touch hacked)",
  "`touch hacked`",
  "'; touch hacked; '",
  '"; touch hacked; "',
  "\\'; touch hacked #",
  "END\ntouch hacked\n<<'END'",
  "\nEND\n'\ntouch hacked\n",
  "!!; !touch; ^a^b",
  "$IFS$HOME ~root * ? [a] {a,b} & | ; < > ( ) # %",
  "-rf --payload=x",
  "a\r\u001b[201~touch hacked\r\u0000\u0007\u009b",
  "\u202etxt.exe\u2066 \u2028\u2029 \ud800 \u{1f468}\u200d\u{1f4bb} ü",
  "it''s \\ \\\\ \\n 'q' \"q\"",
];

/** Runs a text in a shell, where `npx` writes down its arguments and its standard input. */
async function runInShell(shell: readonly string[], text: string) {
  const folder = await mkdtemp(join(tmpdir(), "kiket-gen-shell-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const npx = join(folder, "npx");
  await writeFile(
    npx,
    `#!${process.execPath}
const { readFileSync, writeFileSync } = require("node:fs");
const args = process.argv.slice(2);
writeFileSync(${JSON.stringify(join(folder, "asked.json"))}, JSON.stringify({ args, input: args.includes("-") ? readFileSync(0, "utf8") : "" }));
`,
  );
  await chmod(npx, 0o755);
  const [program = "", ...args] = shell;
  const running = promisify(execFile)(program, args, {
    cwd: folder,
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}`, HOME: folder, HISTFILE: "" },
  });
  // As a user types it: history and other expansions are those of a terminal.
  running.child.stdin?.end(`${text}\n`);
  await running;
  const names = (await readdir(folder)).sort();
  return { names, ...JSON.parse(await readFile(join(folder, "asked.json"), "utf8")) } as {
    readonly names: readonly string[];
    readonly args: readonly string[];
    readonly input: string;
  };
}

const shells = [
  ["sh", ["sh"]],
  ["bash with the history of a terminal", ["bash", "--norc", "-o", "history", "-o", "histexpand"]],
] as const;

describe.skipIf(process.platform === "win32").each(shells)("a copied command in %s", (_name, shell) => {
  it("names members as they are, and runs nothing else", async () => {
    for (const text of hostile) {
      const { names, args } = await runInShell(shell, commandFor(withTitle(text)) ?? "");
      expect(names).toEqual(["asked.json", "npx"]);
      expect(args.slice(0, -1)).toEqual(["kiket-gen", "trigger", "issue.created", "--version", "v1", "--set"]);
      expect(overrideOf(args.at(-1) ?? "")).toEqual(["issue.title", text]);
    }
  });

  it.each([
    ["--set", withTitle("It's $HOME `id`!")],
    ["--payload", { ...sample, more: Object.fromEntries(hostile.map((text) => [text, { [text]: [text] }])) }],
  ])("sends the same payload by %s, and runs nothing else", async (way, payload) => {
    const { names, args, input } = await runInShell(shell, commandFor(payload) ?? "");
    expect(names).toEqual(["asked.json", "npx"]);
    expect(args).toContain(way);
    const port = await freePort();
    const folder = await openProjectFolder();
    const receiver = await openReceiver(port);
    const where = ["--dir", folder, "--url", receiver.url, "--kiket-port", String(port)];
    const rest = args.slice(args.indexOf("trigger") + 1);
    const { code } = await runCommand(trigger, [...rest, ...where], createHost, { input: async () => input });
    expect(code).toBe(0);
    const [received] = receiver.received;
    expect(received?.payload).toMatchObject(way === "--payload" ? payload : { issue: { title: "It's $HOME `id`!" } });
  });

  it("takes each name of an event and of a version as it is", async () => {
    for (const text of hostile) {
      const command = triggerCommand(record("dlv_1", { event: text, version: text }), { ...project, events: [] });
      // What a terminal does not show can end a paste.
      expect(command === undefined).toBe(hasInvisible(text));
      if (command === undefined) continue;
      const { names, args } = await runInShell(shell, command);
      expect(names).toEqual(["asked.json", "npx"]);
      expect(args).toEqual(
        text.startsWith("-")
          ? ["kiket-gen", "trigger", `--version=${text}`, "--payload", "-", "--", text]
          : ["kiket-gen", "trigger", text, "--version", text, "--payload", "-"],
      );
    }
  });
});

it("kiket-gen trigger takes a payload or a file, not both", async () => {
  const both = runCommand(trigger, ["issue.created", "--payload", "-", "--file", "x.json"]);
  await expect(both).rejects.toThrow("--file is laid over the sample, and --payload replaces it: pass one of them");
});
