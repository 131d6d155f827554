import { type Clock, timestamp } from "../clock.js";
import {
  type Answer,
  type Behaviour,
  created,
  noContent,
  notFound,
  ok,
  type StoredBehaviour,
  unprocessable,
} from "../http/operation.js";

/** A secret of one extension, as it is kept. */
export interface StoredSecret {
  readonly key: string;
  readonly value: string;
  readonly created_at: string;
  readonly updated_at: string;
}

type Operations = "listSecrets" | "createSecret" | "getSecret" | "setSecret" | "updateSecret" | "deleteSecret";

/** The secrets of each extension that has used its store. */
export type SecretStores = Readonly<Record<string, readonly StoredSecret[]>>;

/** One store for each extension id: the one that is kept, or else a copy of the seed. Both known ways of writing are accepted. */
export function createSecrets(
  seed: Readonly<Record<string, string>>,
  kept: SecretStores,
  now: Clock,
): StoredBehaviour<Operations, SecretStores> {
  // See fact 242.
  const stores = new Map(
    Object.entries(kept).map(([extensionId, secrets]) => [
      extensionId,
      new Map(secrets.map((secret) => [secret.key, secret])),
    ]),
  );
  const started = timestamp(now());

  function storeOf(extensionId: string): Map<string, StoredSecret> {
    const known = stores.get(extensionId);
    if (known !== undefined) return known;
    const made = new Map(
      Object.entries(seed).map(([key, value]) => [key, { key, value, created_at: started, updated_at: started }]),
    );
    stores.set(extensionId, made);
    return made;
  }

  function write(extensionId: string, key: string, value: string): StoredSecret {
    const store = storeOf(extensionId);
    const time = timestamp(now());
    const secret = { key, value, created_at: store.get(key)?.created_at ?? time, updated_at: time };
    store.set(key, secret);
    return secret;
  }

  const has = (extensionId: string, key: string): boolean => storeOf(extensionId).has(key);

  const behaviour: Behaviour<Operations> = {
    listSecrets({ path }) {
      return ok([...storeOf(path.extension_id).values()].map(withoutValue));
    },
    createSecret({ path, body: { secret } }) {
      if (has(path.extension_id, secret.key)) return unprocessable(`Secret already exists: ${secret.key}`);
      return created(withoutValue(write(path.extension_id, secret.key, secret.value)));
    },
    getSecret({ path }) {
      const secret = storeOf(path.extension_id).get(path.key);
      return secret === undefined ? notFound("Secret") : ok(secret);
    },
    setSecret({ path, body }): Answer {
      const answer = has(path.extension_id, path.key) ? ok : created;
      return answer(withoutValue(write(path.extension_id, path.key, body.value)));
    },
    updateSecret({ path, body }) {
      if (!has(path.extension_id, path.key)) return notFound("Secret");
      return ok(withoutValue(write(path.extension_id, path.key, body.secret.value)));
    },
    deleteSecret({ path }) {
      return storeOf(path.extension_id).delete(path.key) ? noContent : notFound("Secret");
    },
  };

  return {
    behaviour,
    snapshot: () => Object.fromEntries([...stores].map(([extensionId, store]) => [extensionId, [...store.values()]])),
  };
}

function withoutValue({ key, created_at, updated_at }: StoredSecret): object {
  return { key, created_at, updated_at };
}
