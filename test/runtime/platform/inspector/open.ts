import { onTestFinished } from "vitest";
import type { ConnectionLimits } from "../../../../runtime/platform/http/loopback-server.js";
import type { DevChange, DevState, InspectorBackend } from "../../../../runtime/platform/inspector/backend.js";
import type { DataCollection } from "../../../../runtime/platform/inspector/data-view.js";
import type { DeliveryRecord } from "../../../../runtime/platform/inspector/delivery-record.js";
import { openInspector } from "../../../../runtime/platform/inspector/server.js";
import { createStandInTrouble } from "../../../support/inspector-trouble.js";

export const token = "0123456789abcdef0123456789abcdef";

export const record: DeliveryRecord = {
  id: "dlv_1",
  event: "issue.created",
  version: "v1",
  origin: "trigger",
  state: "delivered",
  createdAt: 1,
  payload: {},
  attempts: [],
};

export const state: DevState = {
  kind: "extension",
  name: "com.example.crm",
  inspector: "http://127.0.0.1:4848",
  kiket: "http://127.0.0.1:4849",
  builds: [],
  events: [],
  scopes: [],
  secrets: ["API_TOKEN"],
  trouble: { faults: [], clockAhead: 0 },
  retries: { schedule: [30_000], compression: 60 },
};

const collection: DataCollection = {
  id: "table:com.example.crm/leads",
  title: "leads",
  group: "com.example.crm",
  note: "Rows.",
  columns: [{ name: "name", type: "string" }],
  count: 1,
  can: { add: true, change: true, remove: true },
};

export interface FakeBackend extends InspectorBackend {
  /** What was asked to be done. */
  readonly done: unknown[];
  change(change: DevChange): void;
  listeners(): number;
}

export function fakeBackend(more: Partial<InspectorBackend> = {}): FakeBackend {
  const done: unknown[] = [];
  const listeners = new Set<(change: DevChange) => void>();
  return {
    launchId: "launch-1",
    state: () => state,
    deliveries: () => [{ ...record, attempts: 0 }],
    delivery: (id) => (id === record.id || id === "a/b ü" ? { ...record, id } : undefined),
    search: (text) => [{ id: record.id, path: "issue.title", text }],
    triggerCommand: (id) => (id === record.id ? "npx kiket-gen trigger issue.created" : undefined),
    send: async (request) => {
      done.push(request);
      return record;
    },
    replay: async (request) => {
      done.push(request);
      return record;
    },
    event: (name, version) =>
      name === "issue.created" && version === "v1" ? { name, version, sample: {}, confidence: "guessed" } : undefined,
    check: (name, version, payload) => [
      { kind: "wrong", path: `${name} ${version}`, message: JSON.stringify(payload) },
    ],
    scopes: async () => ({ declared: [], missing: [], handlers: [], unknown: [] }),
    trouble: createStandInTrouble(),
    data: {
      collections: () => [collection],
      rows: (id, search) =>
        id === collection.id ? { collection, rows: [{ key: "1", values: { search } }], found: 1 } : undefined,
      edit(edit) {
        done.push(edit);
        return { key: "1" };
      },
      reset: (seed) => void done.push({ seed }),
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ...more,
    done,
    change(change) {
      for (const listener of listeners) listener(change);
    },
    listeners: () => listeners.size,
  };
}

export interface OpenInspector {
  readonly url: string;
  readonly port: number;
  readonly backend: FakeBackend;
  /** With the token; `headers` replace it and others. */
  call(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** Closed after the test. */
export async function openTestInspector(
  more: Partial<InspectorBackend> = {},
  limits?: ConnectionLimits,
): Promise<OpenInspector> {
  const backend = fakeBackend(more);
  const inspector = await openInspector(backend, { port: 0, token, ...(limits === undefined ? {} : { limits }) });
  onTestFinished(() => inspector.close());
  return {
    ...inspector,
    port: Number(new URL(inspector.url).port),
    backend,
    call: (path, init = {}) =>
      fetch(`${inspector.url}${path}`, {
        ...init,
        headers: {
          "x-kiket-gen-token": token,
          ...(init.body === undefined ? {} : { "content-type": "application/json" }),
          ...init.headers,
        },
      }),
  };
}
