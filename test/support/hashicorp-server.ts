import type { IncomingMessage, ServerResponse } from "node:http";
import { openServer } from "./receiver.js";

// The protocol: developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2, auth/token, auth/kubernetes and auth/approle.

type Fields = Readonly<Record<string, unknown>>;

/** The versions of each secret, the oldest first, by mount and path. */
export type StoredVersions = Readonly<Record<string, readonly (Fields | "deleted" | "destroyed")[]>>;

export interface StoredToken {
  /** In seconds; 0 if it does not end. */
  readonly ttl?: number;
  readonly renewable?: boolean;
}

export interface HashicorpState {
  versions: StoredVersions;
  /** The tokens that are accepted. */
  tokens: Map<string, StoredToken>;
  /** What the next logins bring, by the mount of the method. Each takes one. */
  logins: Record<string, { readonly body: Fields; readonly brings: (StoredToken & { readonly token: string })[] }>;
  /** Answers this instead, if it is a function and returns something. */
  instead?: (
    request: HashicorpCall,
    response: ServerResponse,
  ) => { readonly status: number; readonly body?: unknown; readonly location?: string } | "silence" | undefined;
}

export interface HashicorpCall {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly namespace: string | undefined;
}

const denied = { status: 403, body: { errors: ["1 error occurred:\n\t* permission denied\n\n"] } };
const none = { status: 404, body: { errors: [] } };

/** A read of KV version 2. Without a version it is the newest one, also if that is deleted. */
function readVersion(versions: readonly (Fields | "deleted" | "destroyed")[] | undefined, asked: string | null) {
  const number = asked === null || asked === "0" ? (versions?.length ?? 0) : Number(asked);
  const version = versions?.[number - 1];
  if (version === undefined) return none;
  const destroyed = version === "destroyed";
  const deletion_time = version === "deleted" ? "2024-01-01T00:00:00Z" : "";
  const metadata = {
    created_time: "2024-01-01T00:00:00Z",
    custom_metadata: null,
    deletion_time,
    destroyed,
    version: number,
  };
  const isGone = typeof version === "string";
  return {
    status: isGone ? 404 : 200,
    body: { request_id: "r", lease_id: "", renewable: false, data: { data: isGone ? null : version, metadata } },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? undefined : JSON.parse(text);
}

function answerOf(state: HashicorpState, { method, path: whole, token }: HashicorpCall, body: unknown) {
  const { pathname, searchParams } = new URL(whole, "http://vault");
  const path = decodeURIComponent(pathname.replace(/^\/v1\//, ""));
  const login = /^auth\/(.+)\/login$/.exec(path)?.[1];
  if (login !== undefined && method === "POST") {
    const known = state.logins[login];
    if (known === undefined) return { status: 404, body: { errors: [`no handler for route "${path}"`] } };
    const next = JSON.stringify(body) === JSON.stringify(known.body) ? known.brings.shift() : undefined;
    if (next === undefined)
      return { status: 400, body: { errors: [`invalid role or secret ID: ${JSON.stringify(body)}`] } };
    state.tokens.set(next.token, next);
    const { ttl: lease_duration = 0, renewable = false } = next;
    return { status: 200, body: { auth: { client_token: next.token, lease_duration, renewable }, data: null } };
  }
  const known = token === undefined ? undefined : state.tokens.get(token);
  if (known === undefined) return denied;
  const { ttl = 0, renewable = false } = known;
  if (path === "auth/token/lookup-self" && method === "GET") return { status: 200, body: { data: { ttl, renewable } } };
  if (path === "auth/token/renew-self" && method === "POST") {
    return renewable
      ? { status: 200, body: { auth: { client_token: token, lease_duration: ttl, renewable } } }
      : { status: 400, body: { errors: ["lease is not renewable"] } };
  }
  const [, mount, secret] = /^(.+?)\/data\/(.+)$/.exec(path) ?? [];
  if (method !== "GET" || mount === undefined) return none;
  return readVersion(state.versions[`${mount}/${secret}`], searchParams.get("version"));
}

/** A server instead of HashiCorp Vault. What it has can be changed at any time. */
export async function openHashicorpServer(
  given: Partial<HashicorpState> & Pick<HashicorpState, "versions">,
): Promise<{ readonly address: string; readonly state: HashicorpState; readonly calls: HashicorpCall[] }> {
  const state: HashicorpState = { tokens: new Map([["hvs.root", {}]]), logins: {}, ...given };
  const calls: HashicorpCall[] = [];
  const { url } = await openServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const call = {
      ...{ method, path },
      token: headers["x-vault-token"] as string | undefined,
      namespace: headers["x-vault-namespace"] as string | undefined,
    };
    calls.push(call);
    const body = await bodyOf(request);
    const answer =
      state.instead?.(call, response) ??
      (headers["x-vault-request"] === "true" ? answerOf(state, call, body) : { status: 412, body: {} });
    if (answer === "silence") return;
    const { location } = answer as { location?: string };
    response.writeHead(answer.status, {
      "content-type": "application/json",
      ...(location === undefined ? {} : { location }),
    });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  });
  return { address: url, state, calls };
}
