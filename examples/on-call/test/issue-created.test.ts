import { afterEach, beforeEach, expect, it } from "vitest";
import { openOnCall } from "./on-call.js";

const issue = { id: 7, title: "The site is down", priority: "high" };

let onCall: Awaited<ReturnType<typeof openOnCall>>;
beforeEach(async () => {
  onCall = await openOnCall();
});
afterEach(() => onCall.close());

it.each(["v1", "v2"] as const)("pages the person of level 1 (%s)", async (version) => {
  const { kiket, pager } = onCall;
  const { status, body } = await kiket.deliver("issue.created", version, { issue });
  expect([status, body]).toEqual([200, { ok: true }]);
  expect(await kiket.drained()).toMatchObject([{ state: "done", attempts: 1 }]);
  expect(pager.pages).toEqual([
    { key: "Bearer a-key", to: "lena@example.com", text: "The site is down", reference: "7" },
  ]);
});

it("pages nobody where the priority is low", async () => {
  const { kiket, pager } = onCall;
  await kiket.deliver("issue.created", "v1", { issue: { ...issue, priority: "low" } });
  const [job] = await kiket.drained();
  expect([job?.calls, pager.pages]).toEqual([[], []]);
});

it("tries again when the pager is away", async () => {
  const { kiket, pager } = onCall;
  pager.statuses.push(503, 503);
  await kiket.deliver("issue.created", "v1", { issue });
  expect(await kiket.drained()).toMatchObject([{ state: "done", attempts: 3 }]);
  expect(pager.pages).toHaveLength(1);
});
