import { describe, expect, it } from "vitest";
import { operationOf } from "../../generator/contracts/endpoint-calls.js";
import type { ApiClient } from "../../runtime/api/client.js";
import { grantFor } from "../../runtime/api/endpoints/table-types.js";
import type { LogTarget } from "../../runtime/api/options.js";
import type { Fetch } from "../../runtime/base/fetch.js";
import { endpointMembers, endpointsOf } from "../support/endpoints.js";
import { operations, resolve } from "../support/openapi.js";
import { createSession } from "../support/session.js";

const root = `0x${"a".repeat(64)}`;

/** Every member takes one of these lists of arguments; the three ids stand wherever a member takes an id. */
const argumentLists = (a: string, b: string, c: string): readonly (readonly unknown[])[] => [
  [a, b, c, {}],
  [a, 1],
  [root],
  [{ contentHash: a, merkleRoot: root, proof: [], leafIndex: 0 }],
];

it("the operation that each call of a table needs is the same in the generator and in the runtime", () => {
  expect(grantFor).toEqual(operationOf);
});

interface Sent {
  /** As it is declared. */
  readonly call: string;
  /** As it is sent. */
  readonly path: string;
}

/** The answer to a call that succeeds: the example of the OpenAPI document. */
function successOf(call: string): Response {
  const responses = operations.find(({ method, path }) => call === `${method} ${path}`)?.operation.responses ?? {};
  const [status = "", response] = Object.entries(responses).find(([name]) => name.startsWith("2")) ?? [];
  const { content } = resolve(response) as { content?: Readonly<Record<string, { readonly example?: unknown }>> };
  const body = content?.["application/json"]?.example;
  return body === undefined ? new Response(null, { status: 204 }) : Response.json(body, { status: Number(status) });
}

/** A client that says in a header which operation it was asked for. */
function naming(api: ApiClient): ApiClient {
  const methods = (["GET", "POST", "PUT", "PATCH", "DELETE"] as const).map((name) => {
    const method = api[name] as (path: string, init?: object) => Promise<unknown>;
    const call = (path: string, init: { readonly headers?: object } = {}) =>
      method(path, { ...init, headers: { ...init.headers, "x-call": `${name.toLowerCase()} ${path}` } });
    return [name, call] as const;
  });
  return { ...api, ...Object.fromEntries(methods) };
}

/** Calls a member; one of a group is reached through the group, or what the group's function returns. */
async function use(name: string, words: readonly unknown[], fetch: Fetch, logEventTo: LogTarget): Promise<void> {
  let at: unknown = endpointsOf(naming(createSession({ fetch, calls: [] }).api), logEventTo);
  const steps = name.split(".");
  for (const [index, step] of steps.entries()) {
    const member: unknown = Reflect.get(at as object, step);
    at = typeof member === "function" ? member.apply(at, index === steps.length - 1 ? words : []) : member;
  }
  await at;
}

/** All that is sent, whichever of 200, 404 and 422 each call is answered with. */
async function explore(run: (fetch: Fetch) => Promise<void>, statuses: readonly number[] = []): Promise<Sent[]> {
  const sent: Sent[] = [];
  const fetch: Fetch = async (input, init) => {
    const { url, headers } = new Request(input, init);
    const status = statuses[sent.length] ?? 200;
    const call = headers.get("x-call") ?? "";
    sent.push({ call, path: new URL(url).pathname });
    return status === 200 ? successOf(call) : Response.json({ error: "Refused" }, { status });
  };
  // Most lists of arguments are not what the member takes.
  await run(fetch).catch(() => undefined);
  if (sent.length === statuses.length || sent.length > 4) return sent;
  const next = [200, 404, 422].map((status) => explore(run, [...statuses, status]));
  return [...sent, ...(await Promise.all(next)).flat()];
}

async function sentBy(name: string, [a, b, c]: readonly [string, string, string], target: LogTarget = "logs") {
  const runs = argumentLists(a, b, c).map((words) => explore((fetch) => use(name, words, fetch, target)));
  return (await Promise.all(runs)).flat();
}

describe.each(endpointMembers)("%s", (name, declared) => {
  it("calls what it declares, and nothing else", async () => {
    const ids = ["a", "b", "c"] as const;
    const sent = [...(await sentBy(name, ids)), ...(await sentBy(name, ids, "events"))];
    expect([...new Set(sent.map(({ call }) => call))].sort()).toEqual([...declared].sort());
  });

  it.each(["..", ".", "", "\ud800", "../a/b?c#d%2e%2e\\"])("keeps the id %j in one segment of the path", async (id) => {
    const runs = [sentBy(name, [id, "b", "c"]), sentBy(name, ["a", id, "c"]), sentBy(name, ["a", "b", id])];
    const outside = (await Promise.all(runs)).flat().filter(({ call, path }) => {
      const [, template = ""] = call.split(" ");
      return !new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
    });
    expect(outside).toEqual([]);
  });
});
