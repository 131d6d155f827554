import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { listenFailure } from "../../../runtime/server/listen-error.js";
import { root } from "../../support/project.js";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function start(env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, "test/support/programs/start.mjs")], {
    env: { PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

// At the same time, because one of them waits for seconds.
describe.concurrent("run", () => {
  test.each([
    [
      { KIKET_BASE_URL: "x" },
      "baseUrl (or KIKET_BASE_URL) must be an http or https URL without user name and password.",
    ],
    [{ PORT: "abc" }, "port (or PORT) must be a whole number from 0 to 65535."],
    [
      { HOST: "203.0.113.9" },
      "Cannot listen on 203.0.113.9, port 0: this machine does not have the address. Set HOST (or host) to one of its addresses, or to 0.0.0.0 for all.",
    ],
  ])("%j ends the program with a one-line message that says what to do", async (env, message) => {
    expect(await start(env)).toEqual({ code: 1, stdout: "undefined", stderr: `${message}\n` });
  });

  test.each([
    [{ KIKET_SDK_TELEMETRY_URL: "x" }, /^[^\n]*KIKET_SDK_TELEMETRY_URL[^\n]*\n$/],
    [{ STORE: "/dev/null/store" }, /^The delivery store at \/dev\/null\/store cannot be opened: [^\n]+\n$/],
    [{ TAKE: "1" }, /^Cannot listen on 127\.0\.0\.1, port \d+: the port is in use\. Stop [^\n]+\n$/],
  ])("%j ends the program with a one-line message", async (env, line) => {
    const ended = await start(env);
    expect(ended).toEqual({ code: 1, stdout: "undefined", stderr: expect.stringMatching(line) });
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  test("a program that cannot start ends, although it has an open timer", async () => {
    expect(await start({ PORT: "abc", HOLD: "1" })).toMatchObject({ code: 1 });
  });

  test("any other error is printed with its stack", async () => {
    const { code, stderr } = await start({ FAULT: "mine" });
    expect(code).toBe(1);
    expect(stderr).toContain("TypeError: mine");
    expect(stderr).toMatch(/^\s+at .*start\.mjs/m);
  });

  test("a program that can start serves, and prints nothing", async () => {
    expect(await start({})).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe("errors of listening", () => {
  test.each([
    [
      "EADDRINUSE",
      "Cannot listen on 10.0.0.7, port 80: the port is in use. Stop the program that uses it, or set PORT (or port) to another port.",
    ],
    [
      "EADDRNOTAVAIL",
      "Cannot listen on 10.0.0.7, port 80: this machine does not have the address. Set HOST (or host) to one of its addresses, or to 0.0.0.0 for all.",
    ],
    [
      "ENOTFOUND",
      "Cannot listen on 10.0.0.7, port 80: the host name cannot be resolved. Set HOST (or host) to an address of this machine, or to 0.0.0.0 for all.",
    ],
    [
      "EAI_AGAIN",
      "Cannot listen on 10.0.0.7, port 80: the host name cannot be resolved. Set HOST (or host) to an address of this machine, or to 0.0.0.0 for all.",
    ],
    [
      "EACCES",
      "Cannot listen on 10.0.0.7, port 80: permission denied. Set PORT (or port) to a number from 1024, or give this process the permission.",
    ],
  ])("%s: the message contains the address and how to fix it", (code, message) => {
    const cause = Object.assign(new Error(`listen ${code}`), { code });
    const failure = listenFailure(cause, { host: "10.0.0.7", port: 80 });
    expect(failure).toMatchObject({ name: "ConfigError", message, code, cause });
  });

  test("any other error is not changed", () => {
    for (const cause of [Object.assign(new Error("x"), { code: "EMFILE" }), new TypeError("y"), "z", undefined]) {
      expect(listenFailure(cause, { host: "10.0.0.7", port: 80 })).toBe(cause);
    }
  });
});
