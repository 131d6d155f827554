import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPageProject } from "../hosts/page.js";
import { compile } from "../support/compile.js";
import { freePort } from "../support/free-port.js";
import { hmacRequest } from "../support/hmac.js";
import { closeAfterwards } from "../support/open-kiket.js";
import { root } from "../support/project.js";

const project = await openPageProject("secrets.md");
const { page, sources } = project;

/** Starts the program of the page with a folder of secrets. */
async function start(files: Readonly<Record<string, string>>) {
  const secrets = await mkdtemp(join(tmpdir(), "kiket-secrets-page-"));
  closeAfterwards(() => rm(secrets, { recursive: true, force: true }));
  for (const [name, value] of Object.entries(files)) await writeFile(join(secrets, name), value);
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    HOST: "127.0.0.1",
    SECRETS_FOLDER: secrets,
    KIKET_SDK_TELEMETRY_OPTOUT: "1",
  };
  const child = spawn(process.execPath, ["dist/main.js"], { cwd: project.folder, env });
  closeAfterwards(async () => void child.kill("SIGKILL"));
  const output: string[] = [];
  child.stdout.on("data", (chunk) => output.push(String(chunk)));
  child.stderr.on("data", (chunk) => output.push(String(chunk)));
  const ended = once(child, "exit").then(([status]: unknown[]) => status);
  return { child, output: () => output.join(""), ended, url: `http://127.0.0.1:${port}`, secrets };
}

test("the program of the page compiles with generated code, and takes its secrets from files", async () => {
  expect(Object.keys(sources)).toEqual(["src/main.ts", "src/handlers/issue.created.v1.ts", "src/own-source.ts"]);
  expect(await compile(project.folder, undefined, true)).toBe("");

  const files = { "webhook-secret": "hook-of-the-page\n", "workspace-token": "token-of-the-page\n" };
  const lacking = await start(files);
  expect(await lacking.ended).toBe(1);
  expect(lacking.output()).toMatch(
    /secret MAIL_KEY \(set MAIL_KEY in the folder .* or KIKET_SECRET_MAIL_KEY or MAIL_KEY\)/,
  );

  const { child, output, ended, url } = await start({ ...files, MAIL_KEY: "mail-key-of-the-page" });
  await expect.poll(output, { timeout: 30_000 }).toContain("listening");
  const timestamp = String(Math.floor(Date.now() / 1000));
  const body = '{"event":"issue.created","issue":{"id":1,"title":"mail-key-of-the-page"}}';
  const signed = hmacRequest({ body, secret: "hook-of-the-page", timestamp });
  expect((await fetch(new Request(url + new URL(signed.url).pathname, signed))).status).toBe(200);
  await expect.poll(output).toContain("with a key of 20 characters");
  expect(output()).toContain("The mail about [redacted] is sent");
  expect(output()).not.toContain("of-the-page");
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test("it has every option and its default", async () => {
  const source = await readFile(join(root, "runtime/vaults/secrets-from.ts"), "utf8");
  const options = [...source.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
  const [, table = ""] = page.split("\n| option | default |");
  const rows = [...(table.split("\n\n")[0] ?? "").matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(options);
  for (const fact of ["300000", "86400000", "files: 10000"]) expect(page).toContain(fact);
});
