import { ApiError, KiketError } from "../../base/errors.js";
import { defined, isJsonObject, member, nonEmptyText } from "../../base/json.js";
import { redact } from "../../secrecy/redacting-logger.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { requireExtensionId } from "./project-id.js";
import { isNotFound, listIn, orNull } from "./read-answer.js";

/** A secret of the store, without its value. */
export interface SecretEntry {
  readonly key: string;
  /** RFC 3339. Absent if Kiket's response does not have it. */
  readonly createdAt?: string;
  /** RFC 3339. Absent if Kiket's response does not have it. */
  readonly updatedAt?: string;
}

// See facts 240 to 243.
/** The extension's secret store on Kiket. Every call throws a `ConfigError` if the extension was created without `extensionId`. */
export interface SecretsEndpoint {
  /** `null` if there is no such secret (404). Any other failure throws. */
  get(key: string): Promise<string | null>;
  /** Creates the secret, or replaces its value. */
  set(key: string, value: string): Promise<void>;
  /** Lists the keys, without values. */
  list(): Promise<SecretEntry[]>;
  /** Throws an `ApiError` if there is no such secret (404). */
  delete(key: string): Promise<void>;
  /** Replaces the value in one step, so that the secret is never missing. Creates the secret if it does not exist. */
  rotate(key: string, value: string): Promise<void>;
}

const listPath = "/api/v1/extensions/{extension_id}/secrets";
const secretPath = "/api/v1/extensions/{extension_id}/secrets/{key}";

export const secretsCalls: CallsOf<SecretsEndpoint> = {
  get: [`get ${secretPath}`],
  set: [`post ${listPath}`, `patch ${secretPath}`],
  list: [`get ${listPath}`],
  delete: [`delete ${secretPath}`],
  rotate: [`patch ${secretPath}`, `post ${listPath}`],
};

function refuseBlank(value: string): void {
  if (value.trim() === "") throw new KiketError("A secret's value must not be blank.");
}

function alreadyExists(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 422 || (error.status >= 400 && error.status < 500 && /already/i.test(error.message));
}

/** Removes the value from the error of a failed call, since Kiket may quote a value that it rejects. */
async function withoutQuoting(value: string, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const clean = (text: string): string => redact(text, [value]);
    const details = error.details.map((detail) => ({
      ...detail,
      ...(detail.field !== undefined && { field: clean(detail.field) }),
      message: clean(detail.message),
    }));
    throw new ApiError(clean(error.message), { ...error, details });
  }
}

function toEntry(item: unknown): SecretEntry {
  const key = nonEmptyText(isJsonObject(item) ? member(item, "key") : item);
  if (key === undefined) throw new KiketError("Unexpected response from Kiket: a secret without a key.");
  if (!isJsonObject(item)) return { key };
  const createdAt = nonEmptyText(member(item, "created_at"));
  const updatedAt = nonEmptyText(member(item, "updated_at"));
  return { key, ...defined({ createdAt, updatedAt }) };
}

export function createSecretsEndpoint(api: ApiClient, configuredId: string | undefined): SecretsEndpoint {
  const extension = () => ({ extension_id: requireExtensionId(configuredId, "Secrets need") });
  const create = async (key: string, value: string): Promise<void> => {
    const call = api.POST(listPath, { params: { path: extension() }, body: { secret: { key, value } } });
    await withoutQuoting(value, call);
  };
  const update = async (key: string, value: string): Promise<void> => {
    const params = { path: { ...extension(), key } };
    await withoutQuoting(value, api.PATCH(secretPath, { params, body: { secret: { value } } }));
  };
  const read = async (key: string): Promise<string> => {
    const { data } = await api.GET(secretPath, { params: { path: { ...extension(), key } } });
    const value = isJsonObject(data) ? member(data, "value") : undefined;
    if (typeof value !== "string") throw new KiketError("Unexpected response from Kiket: missing secret value.");
    return value;
  };
  const createOrUpdate = async (key: string, value: string): Promise<void> => {
    try {
      await create(key, value);
    } catch (error) {
      if (!alreadyExists(error)) throw error;
      await update(key, value).catch((second: unknown) => {
        // There is no secret to update, so the first error had another cause: throw that one.
        throw isNotFound(second) ? error : second;
      });
    }
  };
  return {
    get: (key) => orNull(read(key)),
    async set(key, value) {
      refuseBlank(value);
      await createOrUpdate(key, value);
    },
    async list() {
      const { data } = await api.GET(listPath, { params: { path: extension() } });
      // Sources disagree: a bare array, or one under `keys`, `data` or `secrets` (fact 241).
      return listIn(data, "secrets", ["keys", "data", "secrets"]).map(toEntry);
    },
    async delete(key) {
      await api.DELETE(secretPath, { params: { path: { ...extension(), key } } });
    },
    async rotate(key, value) {
      refuseBlank(value);
      try {
        await update(key, value);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await createOrUpdate(key, value);
      }
    },
  };
}
