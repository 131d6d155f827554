import { joinSignals } from "../base/deadline.js";
import { KiketError } from "../base/errors.js";
import type { Fetch } from "../base/fetch.js";
import { readResponseBytes } from "../base/http/response-bytes.js";
import { isJsonObject, type JsonObject, member, parseJsonObject } from "../base/json.js";
import { shownText } from "../logging/visible-text.js";

/** The Vault that is asked. */
export interface HashicorpServer {
  /** Without a slash at the end. */
  readonly address: string;
  readonly namespace: string | undefined;
  readonly fetch: Fetch;
}

export interface HashicorpRequest {
  /** For messages, such as `Secret app/hook`. */
  readonly what: string;
  /** After `/v1/`, encoded. */
  readonly path: string;
  /** Undefined for a login. */
  readonly token?: string | undefined;
  /** With it, the method is POST. */
  readonly body?: Readonly<Record<string, string>>;
}

export interface HashicorpAnswer {
  readonly status: 200 | 400 | 403 | 404;
  readonly body: JsonObject;
  /** What Vault says of an error, without what was sent to it; empty if it says nothing. */
  readonly detail: string;
}

/** A secret has at most 1 MiB (https://developer.hashicorp.com/vault/docs/internals/limits), and more in JSON with escapes. */
const mostBytes = 8 * 1024 * 1024;
const longestDetail = 300;

// https://developer.hashicorp.com/vault/api-docs#http-status-codes and /vault/api-docs/system/health.
/** Why it cannot answer now, by status. */
const temporary: Readonly<Record<number, string>> = {
  412: "this node does not have the latest data yet",
  429: "it limits how often it is asked, or this node is a standby",
  472: "this node is a secondary for disaster recovery",
  473: "this node is a standby that cannot forward requests",
  501: "it is not initialized",
  503: "it is sealed, or in maintenance",
};

/** The code of a failed connection. Its message may have more than that, such as a header. */
function connectionCode(error: unknown): string {
  const { code, cause, name } = Object(error) as { code?: unknown; cause?: unknown; name?: unknown };
  const { code: inner } = Object(cause) as { code?: unknown };
  return String([inner, code, name].find((one) => typeof one === "string") ?? "Error");
}

function detailOf(body: JsonObject | undefined, sent: readonly string[]): string {
  const errors = body === undefined ? undefined : member(body, "errors");
  const texts = Array.isArray(errors) ? errors.filter((error) => typeof error === "string") : [];
  // A short one would be a part of usual words.
  const credentials = sent.filter((text) => text.length >= 8);
  const text = credentials.reduce((rest, credential) => rest.replaceAll(credential, "[redacted]"), texts.join("; "));
  return shownText(text.replace(/\s+/g, " ").trim(), longestDetail);
}

/**
 * Asks once. Redirects are not followed: they would send the token to another host.
 * @throws {KiketError} if there is no answer that can be used now.
 * @throws the reason of the signal.
 */
export async function askHashicorp(
  { address, namespace, fetch }: HashicorpServer,
  { what, path, token, body }: HashicorpRequest,
  signal: AbortSignal,
): Promise<HashicorpAnswer> {
  const failed = (why: string): KiketError => new KiketError(`${what}: Vault at ${address} ${why}`);
  const headers = {
    // A Vault Agent or Proxy may require it, against requests that another server was made to send.
    "x-vault-request": "true",
    ...(token === undefined ? {} : { "x-vault-token": token }),
    ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const sending = body === undefined ? { method: "GET" } : { method: "POST", body: JSON.stringify(body) };
  // `fetch` leaves listeners on the signal until all of the answer is collected, and Node warns of a leak above ten.
  const own = joinSignals([signal]);
  let status: number;
  let bytes: Uint8Array | undefined;
  try {
    const response = await fetch(`${address}/v1/${path}`, {
      ...sending,
      headers,
      redirect: "manual",
      signal: own.signal,
    });
    bytes = await readResponseBytes(response, mostBytes, own.signal);
    // Some runtimes hide the status of a redirect and report 0.
    status = response.status === 0 ? 302 : response.status;
  } catch (error) {
    signal.throwIfAborted();
    throw failed(`cannot be reached (${connectionCode(error)})`);
  } finally {
    own.release();
  }
  if (bytes === undefined) throw failed(`answered more than ${mostBytes} bytes`);
  const json = parseJsonObject(new TextDecoder().decode(bytes));
  const detail = detailOf(json, [token ?? "", ...Object.values(body ?? {})]);
  if (status >= 300 && status < 400) {
    throw failed(
      `sends elsewhere (status ${status}), which is not followed. Give the address of the active node, or let nodes forward requests`,
    );
  }
  const why = temporary[status] ?? (status >= 500 ? "it failed" : undefined);
  if (why !== undefined) throw failed(`cannot answer now: ${why} (status ${status}${detail && `: ${detail}`})`);
  if (status === 204) return { status: 200, body: {}, detail };
  if (status === 200 || status === 400 || status === 403 || status === 404) {
    if (json !== undefined) return { status, body: json, detail };
    throw failed(`answered status ${status} without a JSON object. Something else may listen at this address`);
  }
  throw failed(`answered status ${status}${detail && `: ${detail}`}`);
}

/** A member that is an object; empty otherwise. */
export function objectMember(object: JsonObject, key: string): JsonObject {
  const value = member(object, key);
  return isJsonObject(value) ? value : {};
}
