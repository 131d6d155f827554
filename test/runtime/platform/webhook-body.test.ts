import { describe, expect, it } from "vitest";
import { signDelivery } from "../../../runtime/platform/sign-delivery.js";
import { webhookBody } from "../../../runtime/platform/webhook-body.js";
import { normalise } from "../../../runtime/verify/normalise-envelope.js";
import { readEvents } from "../../schemas/read.js";

const names = { id: "evt_1", createdAt: "2026-03-02T08:25:04.000Z", organizationId: "org_7" };

describe("webhookBody", () => {
  it("N8: is the envelope of the newest documentation, with from, to and the actor beside the case", () => {
    const payload = {
      event: "ignored",
      event_version: "v1",
      secrets: { A: "b" },
      case: { id: "c1", process_id: "p1", title: "Replace the stern light", current_state_key: "done" },
      transition: { from: "in_work", to: "done", performed_by: "pau@ferry.example" },
      user: { id: "u1", email: "pau@ferry.example" },
      context: { workspace: "ws_9" },
    };
    expect(webhookBody(payload, { ...names, event: "case.transitioned" })).toEqual({
      id: "evt_1",
      type: "case.transitioned",
      createdAt: "2026-03-02T08:25:04.000Z",
      organizationId: "org_7",
      workspaceId: "ws_9",
      data: {
        case: { id: "c1", processId: "p1", title: "Replace the stern light", currentStateKey: "done" },
        from: "in_work",
        to: "done",
        actor: { id: "u1", email: "pau@ferry.example" },
      },
    });
  });

  it.each<[why: string, event: string, payload: object]>([
    [
      "a transition with more than from and to",
      "case.transitioned",
      { transition: { from: "a", to: "b", comment: "c" } },
    ],
    ["from and to of another event", "case.updated", { transition: { from: "a", to: "b" } }],
    ["an organization with a name", "case.created", { organization: { id: "org_7", subdomain: "ferry" } }],
    ["a user in the context", "case.created", { context: { workspace: "ws_1", user_id: 4 } }],
    [
      "free names",
      "case.created",
      { case: { id: 1, custom_fields: { berth_no: 4, berthNo: 5 }, metadata: { a_b: 1 } } },
    ],
    [
      "names that camelCase would lose",
      "case.created",
      { case: { id: 1, line_2: "x", _a: 1, deep_one: { x_y: 1 } }, a__b: 2 },
    ],
    ["no transition object", "case.transitioned", { transition: "none" }],
  ])("loses nothing of %s", (_why, event, payload) => {
    const { payload: received } = normalise(webhookBody({ ...payload }, { ...names, event }));
    expect(received).toMatchObject({ ...payload });
  });

  it("N8: gives each documented webhook back as its schema's example has it", () => {
    const events = readEvents();
    const subjects = ["case.created", "case.updated", "case.transitioned", "case.assigned", "case.commented"];
    for (const event of [
      ...subjects,
      "sla.warning",
      "sla.breach",
      "approval.requested",
      "approval.decided",
      "workspace.updated",
    ]) {
      const schema = events.get(`${event}.v1.schema.json`) ?? {};
      const [example] = (schema.examples ?? []) as readonly Record<string, unknown>[];
      expect(example, event).toBeDefined();
      const { authentication: _, api: _api, secrets: _secrets, event_version: _version, ...payload } = example ?? {};
      const received = normalise(webhookBody(payload, { ...names, event }));
      expect([received.event, received.family, received.id]).toEqual([event, "identified", "evt_1"]);
      expect(received.payload, event).toMatchObject(payload);
    }
  });
});

describe("a webhook that is signed", () => {
  const signing = { auth: "hmac", secret: "whsec_test", timestamp: 1767225600 } as const;

  it("has no header but its signature, which is written as the documentation writes it", () => {
    const signed = signDelivery(
      { event: "case.created", family: "webhook", payload: { case: { id: 1 } }, deliveryId: "evt_4" },
      { ...signing, target: "https://mirror.example" },
    );
    const body =
      '{"id":"evt_4","type":"case.created","createdAt":"2026-01-01T00:00:00.000Z","organizationId":"1","workspaceId":"ws_1","data":{"case":{"id":1}}}';
    expect(signed).toEqual({
      url: "https://mirror.example/webhook",
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-kiket-signature": expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
        "x-kiket-timestamp": "1767225600",
      },
      body,
    });
  });

  it("goes to another path, and with another way to write the signature, if they are given", () => {
    const delivery = { event: "case.created", family: "webhook", path: "/tide" } as const;
    const signed = signDelivery(delivery, { ...signing, encoding: "hex" });
    expect([signed.url, signed.headers["x-kiket-signature"]]).toEqual([
      "http://localhost/tide",
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  it("cannot have a token", () => {
    expect(() => signDelivery({ event: "case.created", family: "webhook" }, { auth: "token", token: "a.b.c" })).toThrow(
      new TypeError('A delivery of the family "webhook" has no token: set auth to "hmac".'),
    );
  });
});
