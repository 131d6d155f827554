import { expect, test } from "vitest";
import { bindHandler } from "../../../runtime/codegen.js";
import {
  defineHandler,
  type ExtensionOptions,
  type Handler,
  notImplemented,
  type OpenExtension,
  type TelemetryRecord,
} from "../../../runtime/index.js";
import { serve } from "../../../runtime/node.js";
import { createTestLogger, type TestDelivery } from "../../support/deliveries.js";
import { hmacRequest, webhookSecret } from "../../support/hmac.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";

const kiket = await openKiket();
const signed = { auth: "hmac", webhookSecrets: [webhookSecret] } as const;

/** A handler that answers what it was given. */
const echo = (event: string, version = "v1", requiredScopes: readonly string[] = []) =>
  defineHandler(
    { event, version, requiredScopes },
    ({ authentication: _token, event: _event, ...payload }, context) => ({
      handler: event,
      event: context.event,
      version: context.eventVersion,
      payload,
    }),
  );

function open(handlers: readonly Handler[], options: Partial<ExtensionOptions> = {}) {
  const logger = createTestLogger();
  const extension = kiket.extension({ handlers, logger, ...options });
  return { extension, logger };
}

async function answer({ extension }: ReturnType<typeof open>, request: Request) {
  const response = await extension.fetch(request);
  return { status: response.status, body: await bodyOf(response) };
}

/** A delivery whose path and body name the same event. */
const of = (event: string, payload: object = {}, more: TestDelivery = {}) =>
  kiket.request({ path: `/v/v1/webhooks/${encodeURIComponent(event)}`, payload: { event, ...payload }, ...more });

const pairs = ["created", "updated", "transitioned", "assigned", "commented", "closed", "status_changed", "archived"];

test.each(pairs)("N9: issue.%s and case.* of that name have one handler", async (name) => {
  const [older, newer] = [`issue.${name}`, `case.${name}`];
  expect(await answer(open([echo(older)]), await of(newer, { case: { id: 7 }, case_id: 7 }))).toEqual({
    status: 200,
    body: { handler: older, event: newer, version: "v1", payload: { issue: { id: 7 }, issue_id: 7 } },
  });
  expect(await answer(open([echo(newer)]), await of(older, { issue: { id: 7 }, issue_id: 7 }))).toEqual({
    status: 200,
    body: { handler: newer, event: older, version: "v1", payload: { case: { id: 7 }, case_id: 7 } },
  });
});

test.each([
  ["issues.created", "case.created"],
  ["issue_created", "case.created"],
  ["issue.", "case."],
  ["issue", "case"],
  ["workflow.issue.transitioned", "workflow.case.transitioned"],
  ["Issue.created", "case.created"],
  ["issue.created", "case.Created"],
  ["issue.created", "case.updated"],
  ["comment.created", "case.created"],
  ["issue.created", "issue.issue.created"],
  ["issue.__proto__", "__proto__"],
])("a handler of %s does not get %s", async (declared, sent) => {
  for (const [handled, delivered] of [
    [declared, sent],
    [sent, declared],
  ] as const) {
    expect(await answer(open([echo(handled)]), await of(delivered))).toMatchObject({
      status: 404,
      body: { error: `No handler registered for event '${delivered}' with version 'v1'` },
    });
  }
});

test("an own handler wins, for each version by itself", async () => {
  const target = open([echo("issue.created"), echo("case.created"), echo("issue.created", "v2")]);
  const sent = async (event: string, version: string) =>
    (await answer(target, await kiket.request({ path: `/v/${version}/webhooks/${event}`, payload: { event } }))).body;
  expect(await sent("case.created", "v1")).toMatchObject({ handler: "case.created", event: "case.created" });
  expect(await sent("issue.created", "v1")).toMatchObject({ handler: "issue.created", event: "issue.created" });
  expect(await sent("case.created", "2")).toMatchObject({
    ...{ handler: "issue.created", event: "case.created", version: "v2" },
  });
});

test("another version is not the same event", async () => {
  const request = await kiket.request({ path: "/v/v3/webhooks/case.created", payload: { event: "case.created" } });
  expect(await answer(open([echo("issue.created")]), request)).toMatchObject({
    status: 404,
    body: { error: "No handler registered for event 'case.created' with version 'v3'" },
  });
});

test("without a version, the only one of the other name is taken, and of several none", async () => {
  const options = { webhookPath: "/kiket" };
  const request = () => kiket.request({ path: "/kiket", payload: { event: "case.created", case: { id: 7 } } });
  expect(await answer(open([echo("issue.created", "v2")], options), await request())).toMatchObject({
    ...{ status: 200, body: { event: "case.created", version: "v2", payload: { issue: { id: 7 } } } },
  });
  const several = open([echo("issue.created", "v1"), echo("issue.created", "v2")], options);
  expect((await answer(several, await request())).status).toBe(400);
});

const withIssue = { id: 1, project_id: 3 };
const withCase = { id: 2, process_id: "p", current_state_key: "open" };

test.each<readonly [string, object, object]>([
  ["a member of the right name stays", { issue: withIssue, case: withCase }, { issue: withIssue, case: withCase }],
  ["each member by itself", { issue: withIssue, case_id: 2 }, { issue: withIssue, issue_id: 2 }],
  ["null is no member of the right name", { issue: null, case: withCase }, { issue: withCase }],
  ["null is renamed", { case: null }, { issue: null }],
  ["nothing inside is renamed", { case: { ...withCase, case_id: 4 } }, { issue: { ...withCase, case_id: 4 } }],
  ["nothing else is renamed", { case_key: "D-1", cases: [], Case: 1 }, { case_key: "D-1", cases: [], Case: 1 }],
  ["nothing is invented", { transition: { to: "x" } }, { transition: { to: "x" } }],
  ["an id alone", { case_id: 9 }, { issue_id: 9 }],
  ["what is no object", { case: "D-1" }, { issue: "D-1" }],
])("in the payload of a handler of issue.*: %s", async (_rule, sent, expected) => {
  const { status, body } = await answer(open([echo("issue.updated")]), await of("case.updated", sent));
  expect([status, (body as { payload: object }).payload]).toEqual([200, expected]);
});

test("a member named __proto__ stays an own member", async () => {
  const event = "case.updated";
  const body = `{"event":"${event}","case":{"id":7},"__proto__":{"issue":{"id":666}}}`;
  const target = open([echo("issue.updated")], signed);
  const request = hmacRequest({ body, path: `/v/v1/webhooks/${event}` });
  const { body: answered } = await answer(target, request);
  expect(JSON.stringify((answered as { payload: object }).payload)).toBe(
    '{"issue":{"id":7},"__proto__":{"issue":{"id":666}}}',
  );
});

test("the payload has what its handler's type has, also where only the path names the event", async () => {
  const request = await kiket.request({ payload: { event: undefined, case: { id: 7 } } });
  expect(await answer(open([echo("issue.created")]), request)).toMatchObject({
    ...{ status: 200, body: { event: "issue.created", payload: { issue: { id: 7 } } } },
  });
});

test("N8: a webhook of the newest form, at the path of the older name", async () => {
  const sent = {
    ...{ id: "evt_1", type: "case.transitioned", createdAt: "2026-05-20T10:00:00Z" },
    ...{ organizationId: "o-1", workspaceId: "ws_1" },
    data: {
      case: { id: "c-1", processId: "p-1", title: "Leak", currentStateKey: "review" },
      ...{ from: "open", to: "review", actor: { id: "u-1", email: "a@b.example" } },
    },
  };
  const options = {
    ...signed,
    ...{ eventPaths: { "/hooks/moved": "issue.transitioned" } },
  } as const;
  for (const path of ["/v/v1/webhooks/issue.transitioned", "/v/v1/webhooks/case.transitioned", "/hooks/moved"]) {
    const target = open([echo("issue.transitioned")], options);
    const request = hmacRequest({ body: JSON.stringify(sent), path });
    expect(await answer(target, request)).toMatchObject({
      status: 200,
      body: {
        event: "case.transitioned",
        payload: {
          issue: { id: "c-1", process_id: "p-1", title: "Leak", current_state_key: "review" },
          transition: { from: "open", to: "review", performed_by: "a@b.example" },
        },
      },
    });
  }
});

test("path and body may have the two names of one event, and no others", async () => {
  const both = [echo("issue.created"), echo("case.created"), echo("issue.updated")];
  const at = (path: string, event: string) =>
    answer(open(both, signed), hmacRequest({ path: `/v/v1/webhooks/${path}`, body: JSON.stringify({ event }) }));
  // Only the body is signed, so its name chooses the handler.
  expect((await at("issue.created", "case.created")).body).toMatchObject({ handler: "case.created" });
  expect((await at("case.created", "issue.created")).body).toMatchObject({ handler: "issue.created" });
  expect((await at("issue.created", "case.updated")).status).toBe(400);
  expect((await at("case.updated", "issue.updated")).body).toMatchObject({ handler: "issue.updated" });
});

test("on a path with several events the body may have the other name of one of them", async () => {
  const eventPaths = { "/hooks": ["issue.created", "issue.updated@v2"] };
  const handlers = [echo("issue.created"), echo("issue.updated", "v1"), echo("issue.updated", "v2")];
  const at = (event?: string) =>
    answer(open(handlers, { ...signed, eventPaths }), hmacRequest({ path: "/hooks", body: JSON.stringify({ event }) }));
  expect((await at("case.created")).body).toMatchObject({ handler: "issue.created", event: "case.created" });
  expect((await at("case.updated")).body).toMatchObject({ handler: "issue.updated", version: "v2" });
  expect((await at("case.closed")).status).toBe(400);
  expect((await at()).status).toBe(400);
});

test("on a path with both names the body's own one is taken", async () => {
  const eventPaths = { "/hooks": ["issue.created@v1", "case.created@v2"] };
  const handlers = [echo("issue.created", "v1"), echo("case.created", "v2")];
  const at = (event: string) =>
    answer(open(handlers, { ...signed, eventPaths }), hmacRequest({ path: "/hooks", body: JSON.stringify({ event }) }));
  expect((await at("issue.created")).body).toMatchObject({ handler: "issue.created", version: "v1" });
  expect((await at("case.created")).body).toMatchObject({ handler: "case.created", version: "v2" });
});

test("a path that is the standard path of another event's other name takes both", async () => {
  const eventPaths = { "/webhooks/case.updated": "issue.created" };
  const target = () => open([echo("issue.created"), echo("issue.updated")], { eventPaths });
  const at = async (payload: object) =>
    (await answer(target(), await kiket.request({ path: "/webhooks/case.updated", payload: { ...payload } }))).body;
  expect(await at({ event: "case.updated" })).toMatchObject({ handler: "issue.updated", event: "case.updated" });
  expect(await at({ event: "case.created" })).toMatchObject({ handler: "issue.created", event: "case.created" });
});

test("the standard path of an event's own other name is not that of another event", async () => {
  const eventPaths = { "/webhooks/case.created": "issue.created" };
  const request = await kiket.request({
    path: "/webhooks/case.created",
    payload: { event: undefined, case: { id: 7 } },
  });
  expect(await answer(open([echo("issue.created")], { eventPaths }), request)).toMatchObject({
    ...{ status: 200, body: { event: "issue.created", payload: { issue: { id: 7 } } } },
  });
});

test("with a token, the body's name of the event is what was sent, too", async () => {
  const request = await kiket.request({ payload: { event: "case.created", case: { id: 7 } } });
  expect(await answer(open([echo("issue.created")]), request)).toMatchObject({
    body: { event: "case.created", payload: { issue: { id: 7 } } },
  });
});

test("scopes are those of the handler, and the line of a 403 has both names", async () => {
  const target = open([echo("issue.created", "v1", ["issues:read"])]);
  const scoped = (...scopes: readonly string[]) => of("case.created", {}, { claims: { scopes } });
  expect(await answer(target, await scoped("cases:read"))).toMatchObject({
    ...{ status: 403, body: { required_scopes: ["issues:read"], missing_scopes: ["issues:read"] } },
  });
  expect(target.logger.lines).toMatchObject([
    {
      ...{ level: "warn", message: "A delivery was refused: Insufficient scopes: missing issues:read" },
      fields: { event: "case.created", handledAs: "issue.created", status: 403, reason: "scopes-missing" },
    },
  ]);
  expect((await answer(target, await scoped("issues:read"))).status).toBe(200);
});

test("a delivery is the event that was sent: its other name is another delivery", async () => {
  let runs = 0;
  const counting = defineHandler({ event: "issue.created", version: "v1" }, () => {
    runs += 1;
    return runs;
  });
  const target = open([counting]);
  const headers = { "x-kiket-delivery": "d-1" };
  const sent = async (event: string) => (await answer(target, await of(event, {}, { headers }))).body;
  expect([await sent("case.created"), await sent("case.created"), await sent("issue.created")]).toEqual([1, 1, 2]);
  expect(target.logger.lines.map(({ fields }) => fields)).toMatchObject([
    { event: "case.created", handledAs: "issue.created" },
    { event: "case.created", handledAs: "issue.created", repeated: true },
    { event: "issue.created" },
  ]);
  expect(target.logger.lines[2]?.fields).not.toHaveProperty("handledAs");
});

test("one signature runs once, whichever of the two paths it is sent to", async () => {
  let runs = 0;
  const counting = defineHandler({ event: "issue.created", version: "v1" }, () => {
    runs += 1;
    return runs;
  });
  const target = open([counting], signed);
  const body = JSON.stringify({ event: "case.created", id: "evt_1" });
  const sent = (path: string) => answer(target, hmacRequest({ path: `/v/v1/webhooks/${path}`, body }));
  expect(await sent("case.created")).toEqual({ status: 200, body: 1 });
  expect(await sent("issue.created")).toEqual({ status: 200, body: 1 });
});

const required = { required: ["issue", "issue.id", "transition", "transition.from", "transition.to"] };
const define = bindHandler<"issue.transitioned", "v1", { issue?: { title?: string } }, OpenExtension>(
  ...(["issue.transitioned", "v1", required] as const),
);

test.each<readonly [object, readonly string[] | undefined]>([
  [{ case: { id: 7 }, transition: { from: "a", to: "b" } }, undefined],
  [{ case: { id: 7 } }, ["transition"]],
  [{ case: { title: "SECRET" }, transition: { to: "SECRET" } }, ["issue.id", "transition.from"]],
  [{ case: "SECRET", transition: null }, ["issue.id", "transition.from", "transition.to"]],
  [{}, ["issue", "transition"]],
])("what the type requires is logged where it is absent: %j", async (payload, missing) => {
  const target = open([define(() => "done")]);
  expect((await answer(target, await of("case.transitioned", payload))).status).toBe(200);
  const [line] = target.logger.lines;
  const fields = { ...line?.fields } as { readonly missing?: unknown };
  expect(target.logger.lines).toHaveLength(1);
  expect([line?.level, line?.message, fields.missing]).toEqual(
    missing === undefined
      ? ["info", "A delivery was handled", undefined]
      : ["warn", "A delivery was handled, although it lacks members that the handler's type requires", missing],
  );
  expect(JSON.stringify(line)).not.toContain("SECRET");
});

test("it is in the line of a handler that fails for want of it, and not told of the handler's own event", async () => {
  const target = open([
    define(({ issue }) => {
      if (issue?.title === undefined) throw new TypeError("no title");
    }),
  ]);
  await answer(target, await of("case.transitioned", { case: { id: 7 } }));
  await answer(target, await of("issue.transitioned", { issue: { id: 7, title: "x" } }));
  expect(target.logger.lines).toMatchObject([
    { level: "error", message: "A handler failed", fields: { status: 500, missing: ["transition"] } },
    { level: "info", message: "A delivery was handled", fields: { status: 200 } },
  ]);
  expect(target.logger.lines[1]?.fields).not.toHaveProperty("missing");
});

test("the lines of a handler and telemetry have both names", async () => {
  const records: TelemetryRecord[] = [];
  const logging = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { log }) => log.info("own"));
  const target = open([logging], { telemetry: { onRecord: (record) => void records.push(record) } });
  await answer(target, await of("case.created"));
  await answer(target, await of("issue.created"));
  await target.extension.close();
  expect(target.logger.lines[0]).toMatchObject({
    ...{ message: "own", fields: { event: "case.created", handledAs: "issue.created", version: "v1" } },
  });
  expect(records).toMatchObject([{ event: "case.created", handledAs: "issue.created" }, { event: "issue.created" }]);
  expect(records[1]).not.toHaveProperty("handledAs");
});

test("a stub of the other name answers 501 with the event to be handled", async () => {
  const stub = defineHandler({ event: "issue.created", version: "v1" }, notImplemented);
  expect(await answer(open([stub]), await of("case.created"))).toMatchObject({
    ...{ status: 501, body: { error: "Handler not implemented: issue.created.v1" } },
  });
});

test("a call of the handler finds the project of a case", async () => {
  const handler = defineHandler(
    { event: "issue.created", version: "v1" },
    (_payload, { customData }) => typeof customData(),
  );
  const request = await of("case.created", { case: { id: 7, project_id: 3 } }, { claims: { proj_id: null } });
  expect((await answer(open([handler]), request)).status).toBe(200);
});

test("a running server", async () => {
  const extension = kiket.extension({ handlers: [echo("issue.created")] });
  const server = await serve(extension, { port: 0, host: "127.0.0.1" });
  try {
    const { url, method, headers, body } = await of("case.created", { case: { id: 7 } }, {});
    const response = await fetch(new URL(new URL(url).pathname, server.url), {
      ...{ method, headers, body, duplex: "half" },
    } as RequestInit);
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { handler: "issue.created", event: "case.created", payload: { issue: { id: 7 } } },
    ]);
  } finally {
    await server.close();
  }
});
