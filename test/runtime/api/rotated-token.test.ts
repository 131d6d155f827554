import { expect, test } from "vitest";
import { createScript, createSession, type Step } from "../../support/session.js";

/** Calls once, while these tokens are live; `renewed` are those after a renewal. Returns the tokens that were sent, and what came of it. */
async function call(live: readonly string[], renewed: readonly string[] | undefined, ...steps: Step[]) {
  const script = createScript(...steps);
  let tokens = live;
  let renewals = 0;
  const { api } = createSession(script, {
    workspaceTokens: {
      live: () => tokens,
      async renewed() {
        renewals += 1;
        if (renewed === undefined) return false;
        tokens = renewed;
        return true;
      },
    },
  });
  const outcome = await api.POST("/api/v1/extensions/metrics", { body: { name: "leads", value: 1 } }).then(
    () => "done",
    (error: unknown) => String(error),
  );
  const sent = script.calls.map(({ headers }) => headers.authorization);
  return { sent, renewals, outcome };
}

const refused = { status: 401, body: { error: "no" } };

test("after 401 the other live token is tried once, and they are loaded again", async () => {
  expect(await call(["new", "old"], ["new", "old"], refused)).toEqual({
    sent: ["Bearer new", "Bearer old"],
    renewals: 1,
    outcome: "done",
  });
});

test("with one live token, what a renewal brings is tried once", async () => {
  expect(await call(["old"], ["new", "old"], refused)).toMatchObject({
    sent: ["Bearer old", "Bearer new"],
    outcome: "done",
  });
});

test("without another token the call fails as before", async () => {
  const outcome = expect.stringContaining("answered 401: no");
  expect(await call(["old"], ["old"], refused)).toEqual({ sent: ["Bearer old"], renewals: 1, outcome });
  expect(await call(["old"], undefined, refused)).toEqual({ sent: ["Bearer old"], renewals: 1, outcome });
  const twice = await call(["a", "b", "c"], ["a", "b", "c"], refused, refused);
  expect(twice).toMatchObject({ sent: ["Bearer a", "Bearer b"], outcome });
});

test("an attempt after 503 goes on with the token that was not refused", async () => {
  const { sent, outcome } = await call(["new", "old"], ["new", "old"], refused, { status: 503 });
  expect([sent, outcome]).toEqual([["Bearer new", "Bearer old", "Bearer old"], "done"]);
});

test.each([
  ["to another origin than the configured one", { baseUrl: "https://other.test" }],
  ["where the runtime token alone may be sent", { outbound: { credentials: "runtimeToken" } as const }],
])("a header of the handler's own is never replaced by a workspace token, %s", async (_where, changed) => {
  const script = createScript(refused);
  const workspaceTokens = { live: () => ["workspace"], renewed: async () => true };
  const { api } = createSession(script, { workspaceTokens, ...changed });
  const call = api.POST("/api/v1/extensions/metrics", {
    body: { name: "leads", value: 1 },
    headers: { authorization: "Bearer own" },
  });
  await expect(call).rejects.toThrow("answered 401");
  expect(script.calls.map(({ headers }) => headers.authorization)).toEqual(["Bearer own"]);
});
