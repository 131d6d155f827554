import { reasonOf } from "../base/errors.js";
import { isJsonObject, type JsonObject, parseJsonObject } from "../base/json.js";
import { tableKey } from "../platform/custom-data/table-seed.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";
import type { PlatformSeed } from "../platform/operations/index.js";
import { createPlatform, type Platform } from "../platform/platform.js";
import { type LocalCredentials, newCredentials } from "./environment.js";
import { isCredentials, isSeed, isVariables } from "./kept/kept-shape.js";
import { createSaver, type Saver } from "./kept/saver.js";
import { openOnFreePort } from "./open-port.js";
import type { DevProject, DevStorage } from "./options.js";

/** The local Kiket, with the data that an earlier run kept. */
export interface LocalPlatform {
  readonly platform: Platform;
  readonly credentials: LocalCredentials;
  readonly saver: Saver;
  /** Variables of the extension that a reader of the page has set. */
  variables(): Readonly<Record<string, string>>;
  setVariables(next: Readonly<Record<string, string>>): void;
}

interface LocalPlatformOptions {
  readonly project: DevProject;
  readonly storage: DevStorage | undefined;
  readonly port: number;
  /** The clock of the platform. */
  readonly now: () => number;
  readonly onCall: (call: ApiCall) => void;
  /** A call may have changed the data. */
  readonly onChange: () => void;
  readonly warn: (message: string) => void;
}

/** Calls in the platform's own list, which `dev` does not read. */
const mostCalls = 100;

export const platformFile = "kiket.json";

/** What the file has. A part that cannot be read is absent. */
interface KeptPlatform {
  readonly credentials: LocalCredentials | undefined;
  readonly seed: PlatformSeed | undefined;
  /** Those that a reader of the page has set. */
  readonly variables: Readonly<Record<string, string>>;
}

export function readKeptPlatform(text: string): KeptPlatform {
  const { version, credentials, data, variables }: JsonObject = parseJsonObject(text) ?? {};
  return {
    credentials: isCredentials(credentials) ? (credentials as LocalCredentials) : undefined,
    seed: version === 1 && isSeed(data) ? (data as PlatformSeed) : undefined,
    variables: isVariables(variables) ? (variables as Readonly<Record<string, string>>) : {},
  };
}

/** The tables that have records: they get no seeds. */
export function filledTables({ records = [] }: PlatformSeed): ReadonlySet<string> {
  return new Set(records.filter(({ rows }) => rows.length > 0).map(tableKey));
}

/** What the manifest decides, in every run anew. */
const declared: readonly string[] = ["tables", "transitions", "extension", "ingestionContract"];

/** The kept data, with what the project declares now, and the project's own data where none are kept. */
export function joinedSeed(own: PlatformSeed, kept: PlatformSeed | undefined): PlatformSeed {
  if (kept === undefined) return own;
  const filled = filledTables(kept);
  const data = Object.entries(kept).filter(
    ([name, value]) => !declared.includes(name) && !(Array.isArray(value) && value.length === 0),
  );
  return {
    ...own,
    ...Object.fromEntries(data),
    secrets: { ...own.secrets, ...kept.secrets },
    records: [...(kept.records ?? []), ...(own.records ?? []).filter((seed) => !filled.has(tableKey(seed)))],
  };
}

function isPortError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

export async function openLocalPlatform(options: LocalPlatformOptions): Promise<LocalPlatform> {
  const { project, storage, port, now, onCall, onChange, warn } = options;
  const text = await storage?.read(platformFile);
  const kept = text === undefined ? undefined : readKeptPlatform(text);
  const { credentials = newCredentials(), seed } = kept ?? {};
  let variables = kept?.variables ?? {};
  const dropped = `The data that the local Kiket kept in ${platformFile} cannot be read, and are dropped`;
  if (text !== undefined && seed === undefined) warn(dropped);

  const open = (data: PlatformSeed): Promise<Platform> =>
    openOnFreePort(port, (one) =>
      createPlatform({
        seed: data,
        webhookSecret: credentials.webhookSecret,
        workspaceToken: credentials.workspaceToken,
        apiKeys: [
          { key: credentials.apiKey },
          { key: credentials.runnerKey, scopes: ["raw-events:claim", "raw-events:submit"] },
        ],
        port: one,
        now,
        mostCalls,
        onCall(call) {
          onCall(call);
          // A claim leases what it takes.
          if (call.method === "GET" && call.operationId !== "claimRawEvents") return;
          saver.mark();
          onChange();
        },
      }),
    );
  const saver = createSaver(
    async () => {
      if (storage === undefined) return;
      const data = platform.snapshot();
      await storage.write(platformFile, `${JSON.stringify({ version: 1, credentials, variables, data })}\n`);
    },
    (error) => warn(`The data of the local Kiket cannot be kept: ${reasonOf(error)}`),
  );
  let platform: Platform;
  try {
    platform = await open(joinedSeed(project.seed, seed));
  } catch (error) {
    if (seed === undefined || isPortError(error)) throw error;
    warn(`${dropped}: ${reasonOf(error)}`);
    platform = await open(project.seed);
  }
  // The credentials stay the same from the first run on.
  saver.mark();
  return {
    platform,
    credentials,
    saver,
    variables: () => variables,
    setVariables(next) {
      variables = next;
      saver.mark();
    },
  };
}

/** The secrets of all stores that extensions have used; those for new stores while there is none. */
export function storedSecrets(snapshot: PlatformSeed): Readonly<Record<string, string>> {
  const stores = snapshot.progress?.secretStores;
  const lists = isJsonObject(stores) ? Object.values(stores).filter(Array.isArray) : [];
  if (lists.length === 0) return snapshot.secrets ?? {};
  return Object.fromEntries((lists.flat() as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
}
