import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKiket } from "../../support/open-kiket.js";
import { root } from "../../support/project.js";
import { bodyOf } from "../../support/replies.js";
import { findRuntimes, type RunningProgram } from "../../support/runtimes/index.js";
import { createSigningKey, type SigningKey, testClaims } from "../../support/tokens.js";

const runtimes = await findRuntimes();
const kiket = await openKiket();
const { key } = kiket;
const forger = await createSigningKey("key-1");

/** The runtimes use their own clocks. */
async function bodyBy(signer: SigningKey, jti: string): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const runtime_token = await signer.sign({ ...testClaims, jti, iat, exp: iat + 300 });
  return JSON.stringify({ event: "issue.created", issue: { title: "Broken" }, authentication: { runtime_token } });
}

function deliver(url: string, body: string): Promise<Response> {
  return fetch(`${url}/v/v1/webhooks/issue.created`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

for (const { name, binary, start } of runtimes) {
  const title = binary === undefined ? `${name}: its package holds no binary for this machine` : `on ${name}`;
  describe.skipIf(binary === undefined)(title, () => {
    let program: RunningProgram;

    beforeAll(async () => {
      kiket.calls.length = 0;
      program = await start(binary ?? "", {
        KIKET_BASE_URL: kiket.baseUrl,
        KIKET_SECRET_API_KEY: "from the environment",
        DEFAULT_GREETING: "Hi",
        KIKET_SDK_TELEMETRY_URL: `${kiket.baseUrl}/collector`,
      });
    });
    afterAll(() => program?.stop());

    test("the first deliveries may arrive at the same time", async () => {
      const bodies = await Promise.all([1, 2, 3, 4, 5].map((index) => bodyBy(key, `${name}-early-${index}`)));
      const answers = await Promise.all(bodies.map((body) => deliver(program.url, body)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      await until(() => kiket.calls.length === 10);
    });

    test("a signed delivery is answered, and its calls and its telemetry record arrive", async () => {
      for (const jti of ["first", "second"]) {
        kiket.calls.length = 0;
        const answer = await deliver(program.url, await bodyBy(key, `${name}-${jti}`));
        expect([answer.status, await answer.json()]).toEqual([
          200,
          { title: "Broken", secret: "from the environment", greeting: "Hi", isTokenShown: false },
        ]);
        await until(() => kiket.calls.length === 2);
        expect(kiket.calls).toMatchObject([
          { path: "/api/v1/extensions/logs", headers: { "x-kiket-runtime-token": expect.any(String) } },
          { path: "/collector/telemetry", body: { event: "issue.created", status: "ok" } },
        ]);
      }
    });

    test("a forged delivery is refused", async () => {
      kiket.calls.length = 0;
      const answer = await deliver(program.url, await bodyBy(forger, `${name}-forged`));
      expect([answer.status, await bodyOf(answer)]).toEqual([401, { error: "Invalid token signature" }]);
      expect(kiket.calls).toEqual([]);
    });

    test("health and readiness are answered, and a body that is too large is refused", async () => {
      const health = await fetch(`${program.url}/health`);
      expect(await health.json()).toMatchObject({ status: "ok", extension_id: "com.example.portable" });
      expect(await (await fetch(`${program.url}/ready`)).json()).toEqual({ status: "ready" });
      const tooLarge = await deliver(program.url, `{"a":"${"a".repeat(2_000_000)}"}`);
      expect(tooLarge.status).toBe(413);
    });
  });
}

test("the bundle of a worker imports nothing from Node", async () => {
  const visited = new Set<string>();
  const specifiers: string[] = [];
  const visit = async (file: string): Promise<void> => {
    if (visited.has(file)) return;
    visited.add(file);
    const text = await readFile(file, "utf8");
    for (const match of text.matchAll(/\b(?:from|import)\s*["']([^"']+)["']/g)) {
      const specifier = match[1] ?? "";
      if (specifier.startsWith(".")) await visit(join(dirname(file), specifier));
      else specifiers.push(specifier);
    }
  };
  for (const entry of ["index", "codegen"]) await visit(join(root, "dist/runtime", `${entry}.js`));
  expect(specifiers).toContain("h3");
  expect(specifiers.filter(isBuiltin)).toEqual([]);
});
