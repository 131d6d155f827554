import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CallGroup, endpointCalls } from "../../generator/contracts/endpoint-calls.js";
import { operations } from "../../generator/contracts/operations.gen.js";
import { callOf } from "../../generator/contracts/operations.js";
import type { ApiClient } from "../../runtime/api/client.js";
import { createEndpoints, type EndpointInputs } from "../../runtime/api/endpoints/index.js";
import { createSecretsEndpoint } from "../../runtime/api/endpoints/secrets.js";
import { root } from "../support/project.js";

function flatten(group: CallGroup, path = ""): Record<string, readonly string[]> {
  const entries = Object.entries(group).map(([name, entry]) =>
    Array.isArray(entry) ? { [path + name]: entry } : flatten(entry as CallGroup, `${path}${name}.`),
  );
  return Object.assign({}, ...entries);
}

function leavesOf(group: CallGroup): readonly string[] {
  return Object.values(group).flatMap((entry) => (Array.isArray(entry) ? entry : leavesOf(entry as CallGroup)));
}

/** Names of an interface's members in a file of the runtime. */
async function membersOf(file: string, name: string): Promise<string[]> {
  const text = await readFile(join(root, "runtime/api/endpoints", file), "utf8");
  const body = text.split(new RegExp(`interface ${name}\\b[^{]*\\{`))[1]?.split("\n}")[0] ?? "";
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:]/gm)].map(([, member]) => member ?? "").sort();
}

/** Calls every member of a group with words that any of them takes, and answers the operations asked for, by member. */
async function callsOf(group: object, table: CallGroup, made: string[], path = ""): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [name, entry] of Object.entries(table)) {
    const member: unknown = Reflect.get(group, name);
    if (!Array.isArray(entry)) {
      const inner: unknown = typeof member === "function" ? member.call(group, 1) : member;
      Object.assign(found, await callsOf(inner as object, entry as CallGroup, made, `${path}${name}.`));
      continue;
    }
    made.length = 0;
    // The answers are empty, so that most members complain of them, after they have asked.
    await Promise.resolve((member as (...words: unknown[]) => unknown).apply(group, argumentsOf(name))).catch(() => {});
    found[path + name] = [...new Set(made)];
  }
  return found;
}

function argumentsOf(name: string): unknown[] {
  if (name === "emitMetric") return ["a", 1];
  if (name === "createInboundEmail") return [{}];
  if (name === "getAnchor") return [`0x${"a".repeat(64)}`];
  if (name === "verify") return [{ contentHash: "a", merkleRoot: `0x${"a".repeat(64)}`, proof: [], leafIndex: 0 }];
  return name.startsWith("list") && name !== "listSubmissions" ? [] : ["a", "b", "c"];
}

describe("the table of what endpoints call", () => {
  it("agrees with what the runtime calls", async () => {
    const made: string[] = [];
    const record = (method: string) => async (path: string) => {
      made.push(`${method} ${path}`);
      return { data: undefined };
    };
    const methods = ["get", "post", "put", "patch", "delete"];
    const api = Object.fromEntries(methods.map((name) => [name.toUpperCase(), record(name)])) as unknown as ApiClient;
    const secrets = createSecretsEndpoint(api, "com.example.a");
    const inputs = { api, secrets, project: 1, extensionId: "com.example.a", extensionVersion: "1.0.0", now: () => 0 };
    const endpoints = createEndpoints(inputs as unknown as EndpointInputs);
    const found = await callsOf(endpoints, endpointCalls, made);
    const expected = flatten(endpointCalls);
    for (const [name, calls] of Object.entries(expected)) {
      if (calls.length > 0) expect(found[name], name).not.toEqual([]);
      expect(calls, name).toEqual(expect.arrayContaining(found[name] ?? []));
    }
  });

  it("names operations of the record", () => {
    const known = new Set<string>(operations.map(callOf));
    expect(leavesOf(endpointCalls).filter((call) => !known.has(call))).toEqual([]);
  });

  it.each([
    ["index.ts", "Endpoints", endpointCalls],
    ["custom-data.ts", "CustomDataEndpoint", endpointCalls.customData],
    ["sla-events.ts", "SlaEventsEndpoint", endpointCalls.slaEvents],
    ["intake-forms.ts", "IntakeFormsEndpoint", endpointCalls.intakeForms],
    ["secrets.ts", "SecretsEndpoint", endpointCalls.secrets],
    ["audit.ts", "AuditEndpoint", endpointCalls.audit],
  ])("has every member of %s's %s", async (file, name, group) => {
    expect(Object.keys(group ?? {}).sort()).toEqual(await membersOf(file, name));
  });
});
