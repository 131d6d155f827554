import { describe, expect, test } from "vitest";
import { ApiError, type CasesClient, createApiKeyClient, TransitionBlockedError } from "../../../runtime/index.js";
import { createScript, type Script } from "../../support/session.js";

function connect(script: Script): CasesClient {
  return createApiKeyClient({ apiKey: "key", organizationId: "org_1", fetch: script.fetch, retries: 0 }).cases;
}

function answering(body: unknown, status = 200): CasesClient {
  return connect(createScript({ status, body }));
}

const found = { id: "case_1", title: "Renewal", currentStateKey: "intake" };

test("N9: the requests of all calls", async () => {
  const script = createScript(
    ...[{ data: [found] }, found, found, { data: [] }, found, { data: [] }].map((body) => ({ status: 200, body })),
  );
  const cases = connect(script);
  const input = {
    workspaceId: "ws_1",
    processId: "proc_1",
    caseNumber: 42,
    title: "Renewal",
    currentStateKey: "intake",
    currentStateLabel: "Intake",
    context: { total_value: 250 },
  };
  await cases.list({ workspaceId: "ws_1", cursor: "c/1", limit: 5 });
  await cases.get("case/1");
  await cases.create(input, { idempotencyKey: "renewal-2026" });
  await cases.transitions("case_1");
  await cases.transition("case_1", "legal_review", { idempotencyKey: "move-1" });
  await cases.list();
  const base = "https://api.kiket.dev/api/v1/platform/cases";
  const sent = script.calls.map(({ method, url, body, headers }) => [
    method,
    url.replace(base, ""),
    body === "" ? null : JSON.parse(body),
    headers["idempotency-key"],
  ]);
  expect(sent).toEqual([
    ["GET", "?workspaceId=ws_1&cursor=c%2F1&limit=5", null, undefined],
    ["GET", "/case%2F1", null, undefined],
    ["POST", "", input, "renewal-2026"],
    ["GET", "/case_1/transitions", null, undefined],
    ["POST", "/case_1/transition", { toState: "legal_review" }, "move-1"],
    ["GET", "", null, undefined],
  ]);
});

describe("a list", () => {
  test.each([
    ["in data", { data: [found], nextCursor: "c2" }, { nextCursor: "c2" }],
    ["bare", [found], {}],
    ["in cases", { cases: [found], meta: { total: 1 } }, { meta: { total: 1 } }],
    ["in cases of data", { data: { cases: [found], next: "c2" } }, { next: "c2" }],
  ])("%s keeps what else the answer has", async (_where, body, others) => {
    expect(await answering(body).list()).toEqual({ ...others, cases: [found] });
  });

  test.each([[{}], [{ data: {} }], [{ data: "none" }], [null], [7]])("%j is not one", async (body) => {
    await expect(answering(body).list()).rejects.toThrow("Unexpected response from Kiket: expected a list of cases.");
  });
});

describe("a case", () => {
  test.each([
    ["bare", found],
    ["in data", { data: found }],
    ["in case", { case: found, from: "intake", to: "legal_review", intents: [] }],
    ["in case of data", { data: { case: found } }],
  ])("%s is read", async (_where, body) => {
    expect(await answering(body).get("case_1")).toEqual(found);
    expect(await answering(body, 201).create({ title: "Renewal" })).toEqual(found);
    expect(await answering(body).transition("case_1", "legal_review")).toEqual(found);
  });

  test("that does not exist is null; any other failure is an error", async () => {
    expect(await answering({ error: { message: "Not found" } }, 404).get("case_1")).toBeNull();
    await expect(answering({}, 403).get("case_1")).rejects.toBeInstanceOf(ApiError);
    await expect(answering({}).get("case_1")).rejects.toThrow("Unexpected response from Kiket: missing case.");
  });

  test.each([[{}], [[]], [null], [7], [{ data: [] }]])(
    "is not looked for in the answer %j to a write, because the write has happened",
    async (body) => {
      const plain = typeof body === "object" && body !== null && !Array.isArray(body) ? body : {};
      expect(await answering(body).create({ title: "Renewal" })).toEqual(plain);
      expect(await answering(body).transition("case_1", "legal_review")).toEqual(plain);
    },
  );

  test.each([[".."], ["."], [""], ["\ud800"]])("%j is not its id", async (id) => {
    const script = createScript();
    const cases = connect(script);
    const message = "case_id must be an id that can be used as a path segment.";
    await expect(cases.get(id)).rejects.toThrow(message);
    await expect(cases.transitions(id)).rejects.toThrow(message);
    await expect(cases.transition(id, "legal_review")).rejects.toThrow(message);
    expect(script.calls).toEqual([]);
  });
});

describe("the transitions", () => {
  const blockers = [{ type: "documents", message: "Missing" }];
  const transitions = [{ name: "Legal review", to: "legal_review", blockers }];

  test.each([
    ["in data", { data: transitions, documents: [] }, { documents: [] }],
    ["bare", transitions, {}],
    ["in transitions", { transitions, documents: [{ id: "nda" }] }, { documents: [{ id: "nda" }] }],
    ["in transitions of data", { data: { transitions, documents: [] } }, { documents: [] }],
  ])("%s keep what else the answer has", async (_where, body, others) => {
    expect(await answering(body).transitions("case_1")).toEqual({ ...others, transitions });
  });

  test("may be none", async () => {
    expect(await answering({ transitions: [] }).transitions("case_1")).toEqual({ transitions: [] });
    await expect(answering({}).transitions("case_1")).rejects.toThrow("expected a list of transitions.");
  });
});

describe("a blocked transition", () => {
  const blockers = [
    { type: "documents", message: "A required document is missing" },
    { type: "approval", message: "The owner has not approved" },
  ];
  const blockedBy = async (body: unknown, status = 409): Promise<unknown> =>
    answering(body, status)
      .transition("case_1", "legal_review")
      .catch((error: unknown) => error);

  test.each([
    ["at the top", { error: "Blocked", blockers }],
    ["in the error", { error: { message: "Blocked", blockers } }],
    ["as details", { message: "Blocked", details: blockers }],
    ["in the details", { message: "Blocked", details: { blockers } }],
    ["in the data", { error: "Blocked", data: { blockers } }],
    ["in a problem", { type: "about:blank", title: "Blocked", status: 409, blockers }],
  ])("N9: tells what blocks it, %s", async (_where, body) => {
    const error = await blockedBy(body);
    if (!(error instanceof TransitionBlockedError)) throw new Error("no TransitionBlockedError");
    expect(error.blockers).toEqual(blockers);
    expect(error).toBeInstanceOf(ApiError);
    expect([error.name, error.status]).toEqual(["TransitionBlockedError", 409]);
    expect(error.message).toContain("POST /api/v1/platform/cases/case_1/transition answered 409: Blocked");
    expect(error.message).toContain("A required document is missing");
  });

  test("without a reason has no blockers; a blocker may be a text, or have a type only", async () => {
    expect(await blockedBy({ blockers: [{ type: "approval" }] })).toMatchObject({
      blockers: [{ type: "approval", message: "approval" }],
    });
    expect(await blockedBy({})).toMatchObject({ name: "TransitionBlockedError", blockers: [] });
    expect(await blockedBy({ blockers: ["Missing", null, 7, {}] })).toMatchObject({
      blockers: [{ message: "Missing" }],
    });
  });

  test("has a stack with the caller's function, like every other error of a call", async () => {
    async function ownProgram(): Promise<unknown> {
      try {
        return await answering({ blockers }, 409).transition("case_1", "legal_review");
      } catch (error) {
        return (error as Error).stack;
      }
    }
    expect(await ownProgram()).toMatch(/^TransitionBlockedError: [\s\S]*\bownProgram\b/);
  });

  test("is not retried", async () => {
    const script = createScript({ status: 409, body: {} });
    const cases = createApiKeyClient({ apiKey: "key", organizationId: "o", fetch: script.fetch }).cases;
    await expect(cases.transition("case_1", "done")).rejects.toThrow(TransitionBlockedError);
    expect(script.calls).toHaveLength(1);
  });

  test.each([[403], [404], [422], [500]])("is not what %i means", async (status) => {
    const error = await blockedBy({ blockers }, status);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).not.toBeInstanceOf(TransitionBlockedError);
  });

  test("does not tell the API key", async () => {
    const error = (await blockedBy({ blockers: [{ type: "key", message: "key" }] })) as TransitionBlockedError;
    expect(error.blockers).toEqual([{ type: "[redacted]", message: "[redacted]" }]);
  });
});

test("an own key must be a header's value", async () => {
  const script = createScript();
  const call = connect(script).create({}, { idempotencyKey: "a\r\nx-api-key: b" });
  await expect(call).rejects.toThrow("idempotencyKey must be printable ASCII without spaces.");
  expect(script.calls).toEqual([]);
});
