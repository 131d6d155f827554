import { summaryOf } from "../../runtime/dev/delivery-book.js";
import { searchDeliveries } from "../../runtime/dev/delivery-search.js";
import type { DevChange, DevEvent, DevState, InspectorBackend } from "../../runtime/platform/inspector/backend.js";
import type {
  AttemptRecord,
  DeliveryRecord,
  DeliverySummary,
} from "../../runtime/platform/inspector/delivery-record.js";
import { RequestProblem } from "../../runtime/platform/inspector/request-problem.js";
import type { ScopeReport } from "../../runtime/platform/inspector/scope-report.js";
import { createStandInData, type StandInData } from "./inspector-data.js";
import { createStandInTrouble, type StandInTrouble } from "./inspector-trouble.js";

/** A backend of the inspector in memory: the test says what is delivered. */
export interface StandInBackend extends InspectorBackend {
  readonly data: StandInData;
  readonly trouble: StandInTrouble;
  /** Adds a delivery, or replaces the one with its id, and tells it. */
  put(record: DeliveryRecord): void;
  /** Replaces the one with its id, and tells nothing. */
  replace(record: DeliveryRecord): void;
  tell(change: DevChange): void;
  /** Replaces members of the state, and tells it. */
  become(members: Partial<DevState>): void;
  /** Replaces the report on scopes. */
  report(scopes: ScopeReport): void;
  /** Everything that was sent or replayed. */
  readonly asked: unknown[];
}

const issueSchema = {
  type: "object",
  required: ["issue"],
  properties: { issue: { type: "object", required: ["title"], properties: { title: { type: "string" } } } },
};

export const standInEvents: readonly DevEvent[] = [
  {
    name: "issue.created",
    version: "v1",
    sample: { issue: { id: 7, key: "OPS-7", title: "Printer is on fire" } },
    schema: issueSchema,
    confidence: "documented",
  },
  { name: "comment.created", version: "v2", sample: { comment: { id: 1, body: "Hello" } }, confidence: "read" },
];

export function attempt(members: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    number: 1,
    at: 1_764_000_000_000,
    build: 1,
    request: {
      method: "POST",
      url: "http://127.0.0.1:8000/v/v1/webhooks/issue.created",
      headers: { "content-type": "application/json", "x-kiket-event": "issue.created" },
      body: '{"event":"issue.created","issue":{"id":7,"title":"Printer is on fire"}}',
      claims: { iss: "kiket.dev", scopes: ["issues:read"] },
    },
    reply: { status: 200, headers: { "content-type": "application/json" }, body: '{"status":"allow"}' },
    verdict: "allow",
    ms: 12,
    calls: [],
    logs: [],
    ...members,
  };
}

export function record(id: string, members: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    id,
    event: "issue.created",
    version: "v1",
    origin: "trigger",
    state: "delivered",
    createdAt: 1_764_000_000_000,
    payload: { issue: { id: 7, title: "Printer is on fire" } },
    attempts: [attempt()],
    ...members,
  };
}

export const summary: (record: DeliveryRecord) => DeliverySummary = summaryOf;

export function createStandInBackend(given: readonly DeliveryRecord[] = []): StandInBackend {
  const records = new Map(given.map((one) => [one.id, one]));
  const listeners = new Set<(change: DevChange) => void>();
  const asked: unknown[] = [];
  let state: DevState = {
    kind: "extension",
    name: "printer-watch",
    inspector: "http://127.0.0.1:4848",
    kiket: "http://127.0.0.1:4849",
    extension: "http://127.0.0.1:8000",
    running: 1,
    builds: [{ number: 1, at: 1_763_999_990_000, reason: "start", ms: 212 }],
    events: standInEvents.map(({ name, version, confidence }) => ({ name, version, confidence })),
    scopes: ["issues:read"],
    secrets: [],
    trouble: { faults: [], clockAhead: 0 },
    retries: { schedule: [30_000, 300_000, 1_800_000], compression: 60 },
  };
  let scopes: ScopeReport = { declared: [], missing: [], handlers: [], unknown: [] };
  const tell = (change: DevChange): void => {
    for (const listener of listeners) listener(change);
  };
  const put = (one: DeliveryRecord): void => {
    records.set(one.id, one);
    tell({ kind: "delivery", delivery: summary(one) });
    if (one.attempts.length > 0) tell({ kind: "attempt", delivery: one });
  };
  const answer = (one: DeliveryRecord): DeliveryRecord => {
    put(one);
    return one;
  };
  return {
    launchId: "00".repeat(16),
    asked,
    put,
    replace: (one) => void records.set(one.id, one),
    tell,
    become(members) {
      state = { ...state, ...members };
      tell({ kind: "state", state });
    },
    state: () => state,
    deliveries: () => [...records.values()].sort((a, b) => b.createdAt - a.createdAt).map(summary),
    delivery: (id) => records.get(id),
    search: (text) => searchDeliveries([...records.values()], text),
    triggerCommand: (id) => (records.has(id) ? `npx kiket-gen trigger '${id}'` : undefined),
    async send(request) {
      asked.push(request);
      const { event, version = "v1", payload = {} } = request;
      const createdAt = 1_764_000_100_000 + asked.length;
      const body = JSON.stringify({ event, ...payload });
      const sent = attempt({ request: { ...attempt().request, body }, at: createdAt });
      return answer(
        record(`dlv_sent_${asked.length}`, { event, version, payload, origin: "page", createdAt, attempts: [sent] }),
      );
    },
    async replay(request) {
      asked.push(request);
      const before = records.get(request.id ?? "");
      if (before === undefined) throw new RequestProblem(404, "there is no such delivery", "See the list.");
      const createdAt = 1_764_000_100_000 + asked.length;
      return answer({ ...before, id: `dlv_replay_${asked.length}`, origin: "replay", replayOf: before.id, createdAt });
    },
    event: (name, version) => standInEvents.find((event) => event.name === name && event.version === version),
    scopes: async () => scopes,
    report(next) {
      scopes = next;
    },
    tests: {
      async plan(delivery, name = "issue-created-1") {
        if (!/^[a-z0-9-]+$/.test(name)) throw new RequestProblem(422, "the name has other characters", "See a-z.");
        const files = [`test/saved/${name}.test.ts`, `test/saved/${name}.json`];
        const asserts = [`the status of ${delivery} is 200`];
        return { name, files, command: `npx vitest run ${files[0]}`, asserts, remarks: ["A secret is hidden."] };
      },
      async save(request) {
        asked.push(request);
        if (request.name === "taken") throw new RequestProblem(409, "the file exists", "Choose another name.");
        return this.plan(request.delivery, request.name);
      },
    },
    check(name, _version, payload) {
      const { issue } = payload as { issue?: { title?: unknown } };
      if (name !== "issue.created" || typeof issue?.title === "string") return [];
      return [{ kind: "wrong", path: "issue.title", message: "must be text" }];
    },
    trouble: createStandInTrouble((trouble) => {
      state = { ...state, trouble };
      tell({ kind: "faults", trouble });
    }),
    data: createStandInData(tell),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
