import type { NotPermitted } from "../api/not-permitted.js";
import type { NoMembers } from "../base/json.js";
import type { NotAllowedCalls, NothingMissing } from "./permitted-api.js";

/**
 * The types that follow from a manifest. The generator writes them once per extension (`generated/context.gen.ts`), and every
 * handler context uses them.
 */
export interface ExtensionTypes {
  /** The scopes that the manifest declares, spelled as there. */
  readonly scope: string;
  /** The type of each setting's value, by key. */
  readonly settings: object;
  /** The names that `context.secret()` accepts. */
  readonly secret: string;
  /** What `context.customData(projectId)` returns. */
  readonly customData: object;
  /** Calls that the manifest's permissions do not allow. With `context.api` and `context.endpoints` they do not compile. */
  readonly missing: NotAllowedCalls;
  /** The actions of the webhooks that the manifest declares, for `context.endpoints.webhookUrl`. Absent: any action. */
  readonly webhookAction?: string;
  /** `none`: deliveries are webhooks, which bring no runtime token. Absent: each brings one. */
  readonly token?: "none";
}

/** The types of every receiver of webhooks: it declares events and nothing else. */
export interface ReceiverTypes extends ExtensionTypes {
  readonly scope: never;
  readonly settings: NoMembers;
  readonly secret: never;
  readonly customData: NoMembers;
  readonly missing: NothingMissing;
  readonly token: "none";
}

/** A member of the context that calls Kiket with the delivery's token. */
export type WithToken<T extends ExtensionTypes, Member> = T extends { readonly token: "none" }
  ? NotPermitted<"a webhook brings no runtime token: call Kiket with an API key, by createApiKeyClient">
  : Member;

/** The actions that `context.endpoints.webhookUrl` takes. */
export type WebhookActionOf<T extends ExtensionTypes> = T extends {
  readonly webhookAction: infer Action extends string;
}
  ? Action
  : string;

/** The types of an extension without generated code, which allow everything. */
export interface OpenExtension extends ExtensionTypes {
  readonly scope: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly customData: Readonly<Record<string, never>>;
  readonly missing: NothingMissing;
}
