import { expect } from "vitest";
import type { Platform } from "../../../runtime/testing.js";
import { nonconformities } from "../../support/openapi.js";

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

/** Sends HTTP requests to the platform, and validates every response against the OpenAPI document. */
export async function connect(platform: Platform): Promise<Client> {
  const everything = await platform.sign({ scopes: ["*"] });
  return async (method, path, { body, headers = {}, token = everything } = {}) => {
    const response = await fetch(`${platform.baseUrl}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { "x-kiket-runtime-token": token }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const contentType = response.headers.get("content-type");
    const parsed = text === "" ? undefined : contentType === "application/json" ? JSON.parse(text) : text;
    const operationId = platform.calls.at(-1)?.operationId;
    const special = response.status === 400 || response.status === 413 || response.status === 415;
    if (operationId !== undefined && !special) {
      expect(nonconformities(operationId, response.status, contentType, parsed)).toEqual([]);
    }
    return { status: response.status, headers: response.headers, body: parsed };
  };
}
