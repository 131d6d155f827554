import { beforeEach, expect, test } from "vitest";
import { defineHandler, type ExtensionOptions, type HandlerContext, type JobQueue } from "../../../runtime/index.js";
import type { Job, RunJob } from "../../../runtime/jobs/job.js";
import { leaveOut } from "../../../runtime/jobs/leave-out.js";
import type { TestDelivery } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { testTime } from "../../support/tokens.js";

// The tokens of the tests expire after five minutes.
const minute = 60_000;
const kiket = await openKiket();

beforeEach(() => {
  kiket.calls.length = 0;
});

interface Stored {
  /** Runs the job, this long after its delivery. Rejects with what the handler has thrown. */
  run(after: number, content?: (job: Job) => Job["content"]): Promise<void>;
}

async function store(
  use: (context: HandlerContext) => unknown,
  options: Partial<ExtensionOptions> = {},
  delivery: TestDelivery = {},
): Promise<Stored> {
  let clock = testTime;
  let runJob: RunJob | undefined;
  const jobs: Job[] = [];
  const queue: JobQueue = {
    name: "test",
    isDurable: false,
    add: async (job) => void jobs.push(JSON.parse(JSON.stringify(job))),
    work: async (run) => {
      runJob = run;
      return { close: () => Promise.resolve() };
    },
  };
  let thrown: unknown;
  const handler = defineHandler({ event: "issue.created", version: "v1", defer: true }, async (_payload, context) => {
    try {
      await use(context);
    } catch (error) {
      thrown = error;
      throw error;
    }
  });
  const extension = kiket.extension({ handlers: [handler], queue, now: () => clock, ...options });
  expect((await extension.fetch(await kiket.request(delivery))).status).toBe(200);
  return {
    async run(after, content = ({ content: own }) => own) {
      clock = testTime + after;
      thrown = undefined;
      const [job] = jobs;
      if (job === undefined || runJob === undefined) throw new Error("nothing is stored");
      await runJob({ ...job, content: content(job) }, { number: 1, signal: new AbortController().signal });
      if (thrown !== undefined) throw thrown;
    },
  };
}

const log = ({ endpoints }: HandlerContext) => endpoints.logEvent("hello");
const workspaceToken = "workspace-token-1";
const sent = () =>
  kiket.calls
    .filter(({ path }) => !path.includes("jwks"))
    .map(({ headers }) => ({
      runtime: headers["x-kiket-runtime-token"] !== undefined,
      workspace: headers.authorization,
    }));

test("before its token expires, a deferred run calls as any other", async () => {
  await (await store(log)).run(4 * minute);
  await (await store(log, { workspaceToken })).run(4 * minute);
  expect(sent()).toEqual([
    { runtime: true, workspace: undefined },
    { runtime: true, workspace: "Bearer workspace-token-1" },
  ]);
});

test.each(["both", "workspaceToken"] as const)(
  "after that it calls with the workspace token alone, with credentials %s",
  async (credentials) => {
    await (await store(log, { workspaceToken, outbound: { credentials } })).run(6 * minute);
    expect(sent()).toEqual([{ runtime: false, workspace: "Bearer workspace-token-1" }]);
  },
);

test("a token that would expire on its way is not sent", async () => {
  const stored = await store(log, { workspaceToken });
  await stored.run(5 * minute - 5_001);
  await stored.run(5 * minute - 5_000);
  expect(sent().map(({ runtime }) => runtime)).toEqual([true, false]);
});

const expired =
  "This call has no token to send: the runtime token of this delivery has expired (2026-03-02T08:30:04.000Z): it is valid for a short time, and the handler is deferred, and ";
const elsewhere = "https://eu.kiket.test";

test.each<[string, Partial<ExtensionOptions>, TestDelivery, string]>([
  [
    "no workspace token",
    {},
    {},
    `${expired}there is no workspace token. Set workspaceToken, or KIKET_WORKSPACE_TOKEN.`,
  ],
  [
    "credentials that allow none",
    { workspaceToken, outbound: { credentials: "runtimeToken" } },
    {},
    `${expired}outbound.credentials allows the runtime token only. Set it to "both", with a workspaceToken.`,
  ],
  [
    "another origin",
    { workspaceToken, outbound: { allowedOrigins: [elsewhere] } },
    { payload: { api: { base_url: elsewhere } } },
    `${expired}a workspace token is sent to the origin of baseUrl only, but this delivery names another one. Make such calls in a handler that is not deferred.`,
  ],
])("with an expired token and %s the call fails before anything is sent", async (_what, options, delivery, message) => {
  const stored = await store(log, options, delivery);
  await expect(stored.run(6 * minute)).rejects.toMatchObject({ name: "ConfigError", message });
  expect(sent()).toEqual([]);
});

test("a token that the queue has left out is told from one that has expired", async () => {
  const without = ({ content }: Job) => leaveOut(content, ["token"]);
  await (await store(log, { workspaceToken })).run(0, without);
  expect(sent()).toEqual([{ runtime: false, workspace: "Bearer workspace-token-1" }]);
  await expect((await store(log)).run(0, without)).rejects.toThrow(
    "This call has no token to send: the queue has left out the runtime token of this delivery (leaveOut), and there is no workspace token. Set workspaceToken, or KIKET_WORKSPACE_TOKEN.",
  );
});

test("a run that is not deferred sends its token, whatever the clock says", async () => {
  let clock = testTime;
  await kiket.run(
    async (context) => {
      clock += 6 * minute;
      await log(context);
    },
    { now: () => clock },
  );
  expect(sent()).toEqual([{ runtime: true, workspace: undefined }]);
});

test("each run of a job has the same ids, times of expiry and keys of its writes", async () => {
  const seen: unknown[] = [];
  const stored = await store(
    async (context) => {
      seen.push([context.deliveryId, context.auth.expiresAt, context.auth.orgId, context.event, context.eventVersion]);
      await log(context);
    },
    { workspaceToken },
    { claims: { jti: "job" } },
  );
  await stored.run(minute);
  await stored.run(10 * minute);
  const same = ["job", "2026-03-02T08:30:04.000Z", 11, "issue.created", "v1"];
  expect(seen).toEqual([same, same]);
  const [first, second] = kiket.calls.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
  expect(first).toMatch(/^[\da-f]{64}$/);
  expect(second).toBe(first);
});
