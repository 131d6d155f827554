import type { Id } from "../base/envelope.js";
import type { JsonObject } from "../base/json.js";
import type { Flaw } from "../platform/inspector/trouble.js";

/** What is delivered, as plain JSON, so that it can be delivered again under another token or signature. */
export interface DeliveryContent {
  readonly event: string;
  readonly version: string;
  readonly payload: JsonObject;
  /** The whole body, instead of an envelope around the payload. */
  readonly body?: JsonObject;
  readonly auth: "token" | "hmac";
  readonly scopes?: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly orgId?: Id;
  readonly projId?: Id;
  readonly flaw?: Flaw;
}
