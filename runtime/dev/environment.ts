import { localOrganization } from "../platform/http/api-keys.js";

/** What the local Kiket accepts and signs with, the same in every run of a project. */
export interface LocalCredentials {
  readonly webhookSecret: string;
  readonly workspaceToken: string;
  /** Of the organization, with every scope. */
  readonly apiKey: string;
  /** Of the runner of an adapter. */
  readonly runnerKey: string;
}

/** Random ones. Their beginnings tell who finds them that they are of no use anywhere else. */
export function newCredentials(): LocalCredentials {
  const random = (): string => crypto.randomUUID().replaceAll("-", "") + crypto.randomUUID().replaceAll("-", "");
  return {
    webhookSecret: `whsec_local_${random()}`,
    workspaceToken: `kiket_local_${random()}`,
    apiKey: `kik_local_${random()}`,
    runnerKey: `kik_local_runner_${random()}`,
  };
}

/**
 * All variables by which the runtime finds Kiket, so that nothing of a real one is left: no address, no key, and no telemetry. An empty
 * variable counts as none.
 */
export function programEnvironment(baseUrl: string, credentials: LocalCredentials): Readonly<Record<string, string>> {
  const { webhookSecret, workspaceToken, apiKey, runnerKey } = credentials;
  return {
    KIKET_BASE_URL: baseUrl,
    KIKET_WEBHOOK_SECRET: webhookSecret,
    KIKET_WORKSPACE_TOKEN: workspaceToken,
    KIKET_API_URL: baseUrl,
    KIKET_API_KEY: apiKey,
    KIKET_ORGANIZATION_ID: localOrganization,
    KIKET_PLATFORM_BASE_URL: baseUrl,
    KIKET_EXTENSION_RUNNER_API_KEY: runnerKey,
    KIKET_EXTENSION_TRANSPORT: "pull",
    // Else a raw event would wait for seconds.
    KIKET_CLAIM_PAUSE: "250",
    KIKET_LOG_STAGES: "1",
    // Deferred deliveries wait in the memory of the program, also where nobody has chosen that.
    KIKET_QUEUE: "memory",
    KIKET_SDK_TELEMETRY_OPTOUT: "1",
    KIKET_SDK_TELEMETRY_URL: "",
  };
}
