import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { programEnvironment } from "../../../runtime/dev/environment.js";
import { root } from "../../support/project.js";
import { openKiketOf, project, startProgram } from "./project.js";

const credentials = { webhookSecret: "w", workspaceToken: "t", apiKey: "k", runnerKey: "r" };

it("has the local address and keys for every variable by which the runtime finds Kiket", async () => {
  expect(programEnvironment("http://127.0.0.1:4849", credentials)).toEqual({
    KIKET_BASE_URL: "http://127.0.0.1:4849",
    KIKET_WEBHOOK_SECRET: "w",
    KIKET_WORKSPACE_TOKEN: "t",
    KIKET_API_URL: "http://127.0.0.1:4849",
    KIKET_API_KEY: "k",
    KIKET_ORGANIZATION_ID: "00000000-0000-4000-8000-000000000001",
    KIKET_PLATFORM_BASE_URL: "http://127.0.0.1:4849",
    KIKET_EXTENSION_RUNNER_API_KEY: "r",
    KIKET_EXTENSION_TRANSPORT: "pull",
    KIKET_CLAIM_PAUSE: "250",
    KIKET_LOG_STAGES: "1",
    KIKET_QUEUE: "memory",
    KIKET_SDK_TELEMETRY_OPTOUT: "1",
    KIKET_SDK_TELEMETRY_URL: "",
  });
  // A new variable needs a decision: here, or in the list below.
  const names = new Set<string>();
  for (const entry of await readdir(join(root, "runtime"), { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith(".ts") || entry.parentPath.endsWith("/dev")) continue;
    const text = await readFile(join(entry.parentPath, entry.name), "utf8");
    for (const [name] of text.matchAll(/\bKIKET_[A-Z_]+/g)) names.add(name);
  }
  const authors = ["KIKET_LOG_LEVEL", "KIKET_SECRET_", "KIKET_SECRET_API_TOKEN", "KIKET_RECORD"];
  // A queue outside of the process, who works on it, and several processes are the program's own.
  authors.push("KIKET_QUEUE_KEY", "KIKET_WORKER_CONCURRENCY", "KIKET_PROCESS", "KIKET_GEN_LAUNCH");
  // Where a program under development shows its metrics is the author's choice too.
  authors.push("KIKET_METRICS_", "KIKET_METRICS_PORT", "KIKET_METRICS_HOST");
  const set = Object.keys(programEnvironment("", credentials));
  expect([...names].filter((name) => !set.includes(name)).sort()).toEqual(authors.sort());
});

it("wins over the variables of a real Kiket: nothing of it is called or sent", async () => {
  const kiket = await openKiketOf();
  const real = {
    KIKET_BASE_URL: "https://kiket.example",
    KIKET_WORKSPACE_TOKEN: "real-token",
    KIKET_SDK_TELEMETRY_URL: "https://collector.example",
  };
  const called: string[] = [];
  const program = await startProgram(kiket, async (_, { endpoints }) => endpoints.logEvent("docked", {}), {
    env: { ...real, ...kiket.environment },
    fetch: (input, init) => {
      const request = new Request(input as Request, init);
      called.push(`${new URL(request.url).origin} ${request.headers.get("authorization") ?? ""}`);
      return fetch(request);
    },
  });
  kiket.serveAt({ url: program.url, build: 1 });
  expect((await kiket.send({ event: "boat.docked", scopes: ["*"] })).state).toBe("delivered");
  await program.stop();
  expect(called.length).toBeGreaterThan(1);
  expect(called.filter((one) => !one.startsWith(kiket.kiket) || one.includes("real-token"))).toEqual([]);
});

it("has what was set on the page only while the manifest declares the setting: nobody could unset it", async () => {
  const declared = { ...project, settings: [{ key: "GREETING", type: "string" }] } as const;
  const kiket = await openKiketOf({ project: declared, onVariables: () => undefined });
  kiket.data.edit({ collection: "settings", key: "GREETING", values: { value: "Ahoy" } });
  expect(kiket.variables()).toEqual({ GREETING: "Ahoy" });
  kiket.change(project);
  expect(kiket.variables()).toEqual({});
  kiket.change(declared);
  expect(kiket.variables()).toEqual({ GREETING: "Ahoy" });
});
