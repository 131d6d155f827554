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
}

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
