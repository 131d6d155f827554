import type { ApiClient } from "../api-client.js";
import { ApiError, KiketError } from "../errors.js";
import { isJsonObject, member, nonEmptyText } from "../json.js";
import { requireExtensionId } from "./project.js";

export interface SecretEntry {
  readonly key: string;
  /** RFC 3339, where the platform says. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

/**
 * The extension's remote secret store (wire contract §2.7, A14, A15).
 * Every call throws a `ConfigError` where the extension was created without `extensionId`.
 */
export interface SecretsEndpoint {
  /** `null` where there is no such secret (a real 404); any other failure throws. */
  get(key: string): Promise<string | null>;
  /** Creates the secret, or replaces its value. */
  set(key: string, value: string): Promise<void>;
  /** Keys only, no values. */
  list(): Promise<SecretEntry[]>;
  delete(key: string): Promise<void>;
  /** Replaces the value in one step, so that there is no moment without the secret; creates it where it is missing. */
  rotate(key: string, value: string): Promise<void>;
}

const listPath = "/api/v1/extensions/{extension_id}/secrets";
const secretPath = "/api/v1/extensions/{extension_id}/secrets/{key}";

function refuseBlank(value: string): void {
  if (value.trim() === "") throw new KiketError("A secret's value must not be blank.");
}

function alreadyExists(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 422 || (error.status >= 400 && error.status < 500 && /already/i.test(error.message));
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

function toEntry(item: unknown): SecretEntry {
  const key = nonEmptyText(isJsonObject(item) ? member(item, "key") : item);
  if (key === undefined) throw new KiketError("Kiket's answer lists a secret without a key.");
  if (!isJsonObject(item)) return { key };
  const createdAt = nonEmptyText(member(item, "created_at"));
  const updatedAt = nonEmptyText(member(item, "updated_at"));
  return {
    key,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  };
}

/** Known clients disagree: a bare array, or one under `keys`, `data` or `secrets`. */
function itemsIn(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  const lists = isJsonObject(body) ? [member(body, "keys"), member(body, "data"), member(body, "secrets")] : [];
  const list = lists.find((candidate) => Array.isArray(candidate));
  if (!Array.isArray(list)) throw new KiketError("Kiket's answer holds no list of secrets.");
  return list;
}

export function createSecretsEndpoint(api: ApiClient, configuredId: string | undefined): SecretsEndpoint {
  const extension = () => ({ extension_id: requireExtensionId(configuredId) });
  const create = async (key: string, value: string): Promise<void> => {
    await api.POST(listPath, { params: { path: extension() }, body: { secret: { key, value } } });
  };
  const update = async (key: string, value: string): Promise<void> => {
    await api.PATCH(secretPath, { params: { path: { ...extension(), key } }, body: { secret: { value } } });
  };
  return {
    async get(key) {
      try {
        const { data } = await api.GET(secretPath, { params: { path: { ...extension(), key } } });
        const value = isJsonObject(data) ? member(data, "value") : undefined;
        if (typeof value !== "string") throw new KiketError("Kiket's answer holds no secret value.");
        return value;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async set(key, value) {
      refuseBlank(value);
      try {
        await create(key, value);
      } catch (error) {
        if (!alreadyExists(error)) throw error;
        await update(key, value).catch((second: unknown) => {
          // Nothing to update: the first refusal had another cause, and says it.
          throw isMissing(second) ? error : second;
        });
      }
    },
    async list() {
      const { data } = await api.GET(listPath, { params: { path: extension() } });
      return itemsIn(data).map(toEntry);
    },
    async delete(key) {
      await api.DELETE(secretPath, { params: { path: { ...extension(), key } } });
    },
    async rotate(key, value) {
      refuseBlank(value);
      try {
        await update(key, value);
      } catch (error) {
        if (!isMissing(error)) throw error;
        await create(key, value);
      }
    },
  };
}
