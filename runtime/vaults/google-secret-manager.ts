import { fromBase64 } from "../base/bytes.js";
import { untilAborted } from "../base/deadline.js";
import { ConfigError, KiketError } from "../base/errors.js";
import { isJsonObject, member, nonEmptyText, parseJsonObject } from "../base/json.js";
import { shownText } from "../logging/visible-text.js";
import { crc32c } from "./crc32c.js";
import { liveValues, noneIfUnusable, secretText } from "./live-values.js";
import { loadEach } from "./load-each.js";
import { requireSecretName } from "./secret-name.js";
import type { SecretSource } from "./secret-source.js";

/** A version of a secret with its value, as the client has it. */
export interface GoogleSecretValue {
  readonly name?: string | null | undefined;
  readonly payload?:
    | {
        /** In base64 if it is text. */
        readonly data?: Uint8Array | string | null | undefined;
        /** A 64-bit number, in one of the forms that the client has for those. */
        readonly dataCrc32c?: number | string | { toString(): string } | null | undefined;
      }
    | null
    | undefined;
}

/** What is used of `SecretManagerServiceClient` of `@google-cloud/secret-manager`. */
export interface GoogleSecretsClient {
  accessSecretVersion(
    request: { readonly name: string },
    options: { readonly retry: null },
  ): Promise<readonly [GoogleSecretValue, ...unknown[]]>;
  listSecretVersions(
    request: { readonly parent: string; readonly filter: string; readonly pageSize: number },
    options: { readonly retry: null; readonly autoPaginate: false },
  ): Promise<readonly [readonly { readonly name?: string | null | undefined }[], ...unknown[]]>;
}

type ListRequest = Parameters<GoogleSecretsClient["listSecretVersions"]>[0];

/** Options of `googleSecretManager`. */
export interface GoogleSecretManagerOptions {
  /** `new SecretManagerServiceClient()` of `@google-cloud/secret-manager`, with the credentials that it finds. */
  readonly client: GoogleSecretsClient;
  /** The id or the number of the project that has the secrets. */
  readonly project: string;
  /** The location of regional secrets. The client then needs the endpoint of that location, as `apiEndpoint`. Default: global secrets. */
  readonly location?: string | undefined;
}

// https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create
const validName = /^[A-Za-z0-9_-]{1,255}$/;
/** Ids of projects may start with the domain of an organization, such as `example.com:app`. */
const validPart = /^[a-z0-9][a-z0-9.:-]{0,127}$/;

// https://cloud.google.com/apis/design/errors#handling_errors
/** The status of an error by its number in gRPC, as far as it matters here. */
const statuses: Readonly<Record<number, string>> = {
  3: "INVALID_ARGUMENT",
  5: "NOT_FOUND",
  7: "PERMISSION_DENIED",
  9: "FAILED_PRECONDITION",
  16: "UNAUTHENTICATED",
};

/** What to do about an error that stays, by its status. */
const remedies: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: "Check project and location.",
  PERMISSION_DENIED:
    "Give the service account of the program the role roles/secretmanager.secretAccessor on it, and enable the Secret Manager API. Google says the same of a secret that does not exist.",
  UNAUTHENTICATED: "Check the credentials of the client.",
};

/** What Google says of a call that failed. What is undefined, it does not say. */
interface Fault {
  readonly status?: string | undefined;
  readonly text?: string | undefined;
}

/** With `fallback: true`, the client has the status of HTTP as `code`, and the whole body as message. */
function faultOf(error: unknown): Fault {
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code !== "number") return {};
  if (code < 100) return { status: statuses[code], text: String(message) };
  const body = member(parseJsonObject(String(message)) ?? {}, "error");
  const of = (key: string): string | undefined => (isJsonObject(body) ? nonEmptyText(member(body, key)) : undefined);
  return { status: of("status"), text: `${code} ${of("status") ?? ""}: ${of("message") ?? "no reason given"}` };
}

/** The error for the user. The text of what the client could not read may hold a part of the value, so only Google itself is quoted. */
function failure(error: unknown, where: string): KiketError {
  const { status = "", text } = faultOf(error);
  const { code, name } = Object(error) as { readonly code?: unknown; readonly name?: unknown };
  const reason = text === undefined ? String(code ?? name) : shownText(text, 500);
  const remedy = remedies[status];
  const what = `${where} cannot be read (${reason})`;
  return remedy === undefined ? new KiketError(what) : new ConfigError(`${what}. ${remedy}`);
}

/** `secretsFrom` repeats. The client would do so beyond the time of the signal, and hide why. */
const once = { retry: null } as const;

function textIn({ payload }: GoogleSecretValue, where: string): string | undefined {
  const { data, dataCrc32c } = payload ?? {};
  if (data === undefined || data === null) return undefined;
  const bytes = typeof data === "string" ? fromBase64(data) : data;
  // https://cloud.google.com/secret-manager/docs/data-integrity: Google has one for each version.
  if (dataCrc32c !== undefined && dataCrc32c !== null && dataCrc32c.toString() !== String(crc32c(bytes))) {
    throw new KiketError(`${where} was damaged on the way: its checksum is wrong`);
  }
  return secretText(bytes, where);
}

/** The resource name of the version before this one: versions are numbered from 1. */
function nameBefore(name: string | null | undefined): string | undefined {
  const [, front, number] = /^(.*\/versions\/)(\d+)$/.exec(name ?? "") ?? [];
  return Number(number) > 1 ? `${front}${Number(number) - 1}` : undefined;
}

/**
 * Secrets in Google Secret Manager. The live values are the two newest versions that are enabled, so a rotation has two; disable the old one to
 * end it. The service account needs `roles/secretmanager.secretAccessor`. With `secretmanager.versions.list` as well, versions that are
 * disabled are passed over; without it, the live values are the newest version and the one before it, if they are enabled. Tested with
 * the official client against a server of the test's own, and never run against Google itself.
 * @throws {ConfigError} if an option is missing or not valid.
 */
export function googleSecretManager({ client, project, location }: GoogleSecretManagerOptions): SecretSource {
  if (typeof client?.accessSecretVersion !== "function" || typeof client.listSecretVersions !== "function") {
    throw new ConfigError(
      "googleSecretManager needs a client: new SecretManagerServiceClient() of @google-cloud/secret-manager.",
    );
  }
  if (!validPart.test(project ?? "")) {
    throw new ConfigError("googleSecretManager: project must be the id or the number of a project.");
  }
  if (location !== undefined && !validPart.test(location)) {
    throw new ConfigError("googleSecretManager: location must be the name of a location, such as europe-west3.");
  }
  const parent = `projects/${project}${location === undefined ? "" : `/locations/${location}`}`;
  /** What may not be listed. It is not tried again, since each time is a line in Google's audit log. */
  const unlisted = new Set<string>();

  const access = async (
    name: string,
    where: string,
    signal: AbortSignal,
  ): Promise<{ readonly name: string | null | undefined; readonly value: string | undefined } | undefined> => {
    try {
      // The client cannot be told to stop.
      const [version] = await untilAborted(() => client.accessSecretVersion({ name }, once), signal);
      return { name: version.name, value: textIn(version, where) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KiketError) throw error;
      // A version that is disabled or destroyed has a failed precondition.
      if (["NOT_FOUND", "FAILED_PRECONDITION"].includes(faultOf(error).status ?? "")) return undefined;
      throw failure(error, where);
    }
  };
  /** The names of the versions that are enabled, the newest first; undefined if they may not be listed. */
  const enabled = async (secret: string, where: string, signal: AbortSignal): Promise<string[] | undefined> => {
    if (unlisted.has(secret)) return undefined;
    let request: ListRequest | undefined = { parent: secret, filter: "state:ENABLED", pageSize: 2 };
    const found: string[] = [];
    try {
      // A page may have fewer versions than were asked for, also none, where others follow (https://google.aip.dev/158).
      while (request !== undefined && found.length < 2) {
        const asked: ListRequest = request;
        const list = () => client.listSecretVersions(asked, { ...once, autoPaginate: false });
        const [versions, next] = await untilAborted(list, signal);
        found.push(...versions.flatMap(({ name }) => name ?? []));
        request = isJsonObject(next) ? (next as unknown as ListRequest) : undefined;
      }
      return found.slice(0, 2);
    } catch (error) {
      signal.throwIfAborted();
      const { status } = faultOf(error);
      if (status === "NOT_FOUND") return [];
      if (status !== "PERMISSION_DENIED") throw failure(error, where);
      unlisted.add(secret);
      return undefined;
    }
  };
  return {
    name: `Google Secret Manager, ${parent}`,
    load: (names, { signal }) =>
      loadEach(names, signal, async (name) => {
        const secret = `${parent}/secrets/${requireSecretName(name, validName, "Google Secret Manager")}`;
        const where = `The secret ${secret}`;
        const versions = await enabled(secret, where, signal);
        const [newest = `${secret}/versions/latest`, older] = versions ?? [];
        if (versions?.length === 0) return undefined;
        const current = await access(newest, where, signal);
        const before = older ?? (versions === undefined ? nameBefore(current?.name) : undefined);
        if (current === undefined || before === undefined) return liveValues([current?.value]);
        const previous = await access(before, where, signal).catch(noneIfUnusable);
        return liveValues([current.value, previous?.value]);
      }),
  };
}
