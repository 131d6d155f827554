import { expect } from "vitest";
import type { Platform } from "../../../runtime/testing.js";
import { extensionApi, platformApi } from "../../support/openapi.js";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Runtime token. `null` sends none. */
  readonly token?: string | null;
}

export type Client = (method: string, path: string, options?: RequestOptions) => Promise<Answered>;

/** The time of the platforms in these tests. */
export const time = "2026-03-02T08:25:04Z";
export const now = (): number => Date.parse(time);

/** Sends HTTP requests with a runtime token, and validates every response against the OpenAPI document. */
export async function connect(platform: Platform): Promise<Client> {
  const everything = await platform.sign({ scopes: ["*"] });
  const send = clientOf(platform);
  return (method, path, { headers = {}, token = everything, ...options } = {}) =>
    send(method, path, {
      ...options,
      headers: { ...(token === null ? {} : { "x-kiket-runtime-token": token }), ...headers },
    });
}

/** The same with an API key, sent as the official clients do. */
export function connectWithKey(platform: Platform, apiKey = "kik_local", organizationId = organization): Client {
  const credentials = { "x-api-key": apiKey, "x-organization-id": organizationId };
  const send = clientOf(platform);
  return (method, path, { headers = {}, ...options } = {}) =>
    send(method, `/api/v1/platform${path}`, { ...options, headers: { ...credentials, ...headers } });
}

/** The organization of API keys that name none. */
export const organization = "00000000-0000-4000-8000-000000000001";

function clientOf(platform: Platform): Client {
  return async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(`${platform.baseUrl}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const contentType = response.headers.get("content-type");
    const parsed = text === "" ? undefined : contentType === "application/json" ? JSON.parse(text) : text;
    const operationId = platform.calls.at(-1)?.operationId;
    const special = response.status === 400 || response.status === 413 || response.status === 415;
    if (operationId !== undefined && !special) {
      const { nonconformities } = path.startsWith("/api/v1/platform/") ? platformApi : extensionApi;
      expect(nonconformities(operationId, response.status, contentType, parsed)).toEqual([]);
    }
    return { status: response.status, headers: response.headers, body: parsed };
  };
}
