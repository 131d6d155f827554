import { createHmac } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { generate } from "../../generator/index.js";
import type { Extension } from "../../runtime/index.js";
import { compile } from "../support/compile.js";
import { createProject, readTree, removeProject } from "../support/project.js";

// A receiver of webhooks as it is generated. Its signature is the only proof of origin that it has.

const secret = "whsec_of_kiket";
const now = Date.parse("2026-03-02T08:25:04Z");
const files = {
  "kiket-webhook.yaml": 'path: /tide\nevents: [case.created, "it\'s.a`\\"name"]\n',
  "src/handlers/case.created.v1.ts": `import { defineHandler } from "../generated/events/case.created.v1.gen.js";
export default defineHandler((payload, context) => ({ event: context.event, case: payload.case?.id ?? null }));
`,
};

let folder: string;
let create: (options?: object) => Extension;
beforeAll(async () => {
  folder = await createProject(files);
  const { diagnostics } = await generate({ dir: folder });
  expect(diagnostics.map(({ code }) => code)).toEqual(["KG223"]);
  expect(await compile(folder, undefined, true)).toBe("");
  const module = await import(pathToFileURL(join(folder, "dist/generated/extension.gen.js")).href);
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  create = (options = {}) =>
    module.createExtension({ webhookSecrets: secret, env: {}, now: () => now, logger: quiet, ...options });
}, 60_000);
afterAll(() => removeProject(folder));

const webhook = { id: "evt_1", type: "case.created", createdAt: "2026-03-02T08:25:00Z", data: { case: { id: "c1" } } };

interface Attempt {
  readonly body?: unknown;
  readonly key?: string;
  /** Seconds before now. */
  readonly age?: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function requestOf({ body = webhook, key = secret, age = 0, path = "/tide", headers }: Attempt): Request {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const timestamp = String(now / 1000 - age);
  const signature = createHmac("sha256", key).update(`${timestamp}.${text}`).digest("hex");
  const signed = { "x-kiket-signature": `sha256=${signature}`, "x-kiket-timestamp": timestamp };
  return new Request(`http://mirror.test${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...signed, ...headers },
    body: text,
  });
}

async function answerOf(attempt: Attempt, options?: object): Promise<readonly [number, unknown]> {
  const response = await create(options).fetch(requestOf(attempt));
  const body = JSON.parse(await response.text());
  return [response.status, response.ok ? body : undefined];
}

describe("a receiver of webhooks", () => {
  it("takes what is signed with its secret", async () => {
    expect(await answerOf({})).toEqual([200, { event: "case.created", case: "c1" }]);
  });

  test.each([
    ["undefined, such as a variable that is not set", undefined, "/tide"],
    ["another path", "/flood", "/flood"],
  ])("takes it where the option webhookPath is %s", async (_, webhookPath, path) => {
    expect(await answerOf({ path }, { webhookPath })).toEqual([200, { event: "case.created", case: "c1" }]);
  });

  test.each<[why: string, attempt: Attempt]>([
    ["another secret", { key: "whsec_of_somebody" }],
    ["an empty secret", { key: "" }],
    ["an old signature", { age: 301 }],
    ["a signature from the future", { age: -3600 }],
    ["no signature", { headers: { "x-kiket-signature": "" } }],
    ["a signature with another timestamp", { headers: { "x-kiket-timestamp": String(now / 1000 - 1) } }],
    [
      "a runtime token in place of a signature",
      { key: "x", body: { ...webhook, authentication: { runtime_token: "a.b.c", scopes: ["*"] } } },
    ],
  ])("refuses %s", async (_why, attempt) => {
    const [status] = await answerOf(attempt);
    expect([401, 503]).toContain(status);
  });

  test.each([{ auth: "token" }, { auth: "none" }, { auth: undefined }])(
    "requires a signature whatever the options say: %j",
    async (options) => {
      expect(await answerOf({ key: "whsec_of_somebody" }, options)).toEqual([401, undefined]);
      expect((await answerOf({}, options))[0]).toBe(200);
    },
  );

  test.each([{ webhookSecrets: "" }, { webhookSecrets: [" "] }, { webhookSecrets: undefined }])(
    "does not start without a secret: %j",
    (options) => {
      expect(() => create(options)).toThrow("Webhook secret not configured");
    },
  );

  test.each<[type: unknown, status: number]>([
    ["case.updated", 404],
    ["constructor", 404],
    ["__proto__", 404],
    ["hasOwnProperty", 404],
    ["../case.created", 404],
    ["CASE.CREATED", 404],
    ["case.created\u0000", 404],
    ["", 400],
    [["case.created"], 400],
    [{ toString: "case.created" }, 400],
    [1, 400],
    [null, 400],
  ])("runs no handler for the type %j", async (type, status) => {
    expect(await answerOf({ body: { ...webhook, type } })).toEqual([status, undefined]);
  });

  it("runs no handler twice: not for a repeated webhook, and not for its signature on another path", async () => {
    const receiver = create();
    const first = await receiver.fetch(requestOf({}));
    const again = await receiver.fetch(requestOf({ age: 5 }));
    expect([first.status, again.status, await again.text()]).toEqual([200, 200, await first.text()]);
    const moved = await receiver.fetch(requestOf({ path: "/v/v1/webhooks/case.created" }));
    expect(await moved.text()).toBe(JSON.stringify({ event: "case.created", case: "c1" }));
  });

  it("has no other path for webhooks than its own and the standard ones", async () => {
    for (const path of ["/webhook", "/", "/tide/case.created", "/TIDE", "//tide", "/x/../webhook"])
      expect((await answerOf({ path }))[0], path).toBe(404);
  });
});

describe("kiket-webhook.yaml", () => {
  it("brings no code into what is generated", async () => {
    const tree = await readTree(join(folder, "src/generated"));
    const registration = tree["extension.gen.ts"]?.match(/events: \[(.*)\]/)?.[1];
    expect(JSON.parse(`[${registration}]`)).toEqual(["case.created", "it's.a`\"name"]);
  });

  test.each([
    "path: ../../etc\nevents: [case.created]\n",
    "path: https://evil.example/x\nevents: [case.created]\n",
    "path: //evil.example/x\nevents: [case.created]\n",
    "path: /:any\nevents: [case.created]\n",
    "path: /**\nevents: [case.created]\n",
    'path: "/a\\nb"\nevents: [case.created]\n',
    "events: [../../x]\n",
    "events: [/etc/x]\n",
    "__proto__: { a: 1 }\nevents: [case.created]\n",
    "constructor: 1\nevents: [case.created]\n",
    "webhookSecrets: a\nevents: [case.created]\n",
  ])("writes nothing, or nothing outside of the project, for %j", async (text) => {
    const project = await createProject({ "kiket-webhook.yaml": text });
    try {
      const { diagnostics } = await generate({ dir: project });
      const paths = Object.keys(await readTree(project));
      const written = paths.filter((path) => path !== "kiket-webhook.yaml" && path !== "package.json");
      const isRefused = diagnostics.some(({ severity }) => severity === "error");
      expect(isRefused ? written : written.filter((path) => !path.startsWith("src/"))).toEqual([]);
      expect(isRefused || text.startsWith("events:")).toBe(true);
    } finally {
      await removeProject(project);
    }
  });
});
