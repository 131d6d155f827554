import { ConfigError } from "../base/errors.js";
import { type Fetch, globalFetch } from "../base/fetch.js";
import { isPrivate, requireHttpUrl } from "../base/http-url.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { type Environment, processEnvironment, readTextFile } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import { askHashicorp, type HashicorpAnswer, type HashicorpServer, objectMember } from "./hashicorp-request.js";
import { encodedPath, type HashicorpAuth, hashicorpTokens, type TokenNeeds } from "./hashicorp-token.js";
import { liveField, noneIfUnusable, withValues } from "./live-values.js";
import { loadEach } from "./load-each.js";
import { requireSecretName } from "./secret-name.js";
import type { SecretSource } from "./secret-source.js";

/** Options of `hashicorpVault`. */
export interface HashicorpVaultOptions {
  /** The address of Vault, with https; with http only on this machine. Default: `VAULT_ADDR` in the environment. */
  readonly address?: string | undefined;
  /** Where the KV secrets engine of version 2 is mounted. Default: `secret`. */
  readonly mount?: string | undefined;
  /** The path below the mount: of one secret that has a field for each name, or with `field`, of the folder with a secret for each name. */
  readonly path: string;
  /** The field with the value, where each name is a secret of its own. Default: `path` is one secret, and a name is one of its fields. */
  readonly field?: string | undefined;
  /** The namespace of Vault Enterprise. Default: `VAULT_NAMESPACE` in the environment, else none. */
  readonly namespace?: string | undefined;
  /** How the program logs in. Default: the token in `VAULT_TOKEN` in the environment. */
  readonly auth?: HashicorpAuth | undefined;
  /** Sends every request. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** The variables of the environment. Default: `process.env`. */
  readonly env?: Environment | undefined;
}

/** Parts of a path, none of which leads out of it. */
const validPath = /^(?!\.{1,2}(?:\/|$))[^/\p{Cc}]+(?:\/(?!\.{1,2}(?:\/|$))[^/\p{Cc}]+)*$/u;
const validName = /^(?!\.{1,2}(?:\/|$))[\w.@=+-]+(?:\/(?!\.{1,2}(?:\/|$))[\w.@=+-]+)*$/;

function requireAddress(text: string | undefined): string {
  if (text === undefined) throw new ConfigError("hashicorpVault: address (or VAULT_ADDR) is not set.");
  const url = requireHttpUrl("hashicorpVault: address (or VAULT_ADDR)", text);
  if (!isPrivate(url)) {
    throw new ConfigError(
      "hashicorpVault: address (or VAULT_ADDR) must start with https://, since the token and the secrets are sent there. http:// is for a Vault on this machine only.",
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function requirePath(text: unknown, name: string): string {
  const path = typeof text === "string" ? text.replace(/^\/+|\/+$/g, "") : "";
  if (validPath.test(path)) return path;
  throw new ConfigError(`hashicorpVault: ${name} must be a path such as team/app, without empty parts and dots alone.`);
}

function requireNamespace(text: string | undefined): string | undefined {
  if (text === undefined || /^[\x21-\x7e]+$/.test(text)) return text;
  throw new ConfigError("hashicorpVault: namespace (or VAULT_NAMESPACE) has blanks or characters beyond ASCII.");
}

function authOf(auth: HashicorpAuth | undefined, env: Environment): HashicorpAuth {
  if (auth !== undefined) return auth;
  const token = trimmedText(env.VAULT_TOKEN);
  if (token !== undefined) return { token };
  throw new ConfigError(
    "hashicorpVault: neither auth nor VAULT_TOKEN is set. auth is { token }, { tokenFile }, { kubernetes: { role } } or { appRole: { roleId, secretId } }.",
  );
}

interface Version {
  readonly number: number;
  readonly fields: JsonObject;
}

/** Undefined if it does not exist, is deleted or destroyed. */
function versionIn({ status, body }: HashicorpAnswer, what: string): Version | undefined {
  // Deleted and destroyed versions have status 404 too (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2).
  if (status === 404) return undefined;
  const answer = objectMember(body, "data");
  const fields = member(answer, "data");
  const number = member(objectMember(answer, "metadata"), "version");
  if (fields === null && number !== undefined) return undefined;
  if (isJsonObject(fields) && typeof number === "number") return { number, fields };
  throw new ConfigError(`${what} has no version: the mount is not a KV secrets engine of version 2.`);
}

/** As `hashicorpVault`, with what it uses of the process. */
export function openHashicorp(
  options: HashicorpVaultOptions,
  process: Pick<TokenNeeds, "ages" | "readFile">,
): SecretSource {
  const env = options.env ?? processEnvironment();
  const address = requireAddress(trimmedText(options.address) ?? trimmedText(env.VAULT_ADDR));
  const namespace = requireNamespace(trimmedText(options.namespace) ?? trimmedText(env.VAULT_NAMESPACE));
  const server: HashicorpServer = { address, namespace, fetch: options.fetch ?? globalFetch };
  const mount = requirePath(options.mount ?? "secret", "mount");
  const path = requirePath(options.path, "path");
  const { field } = options;
  const tokens = hashicorpTokens(authOf(options.auth, env), { server, ...process });

  /** Reads with the token of one load, which is replaced once if Vault refuses it. */
  const readerOf = (signal: AbortSignal) => {
    let token: Promise<string> | undefined;
    let another: Promise<string | undefined> | undefined;
    const replace = async (): Promise<string | undefined> => {
      const next = await tokens.after((await token) ?? "", signal);
      if (next !== undefined) token = Promise.resolve(next);
      return next;
    };
    return async (secret: string, version?: number): Promise<Version | undefined> => {
      const what = `Secret ${JSON.stringify(`${mount}/${secret}`)}`;
      const query = version === undefined ? "" : `?version=${version}`;
      const place = `${encodedPath(mount)}/data/${encodedPath(secret)}${query}`;
      token ??= tokens.current(signal);
      let answer = await askHashicorp(server, { what, path: place, token: await token }, signal);
      if (answer.status === 403) {
        another ??= replace();
        const next = await another;
        if (next !== undefined) answer = await askHashicorp(server, { what, path: place, token: next }, signal);
      }
      if (answer.status === 200 || answer.status === 404) return versionIn(answer, what);
      const detail = `status ${answer.status}${answer.detail && `: ${answer.detail}`}`;
      throw new ConfigError(
        `${what} cannot be read from Vault at ${address} (${detail}). The policy of the token needs path "${mount}/data/${secret}" { capabilities = ["read"] }; the token may also have ended.`,
      );
    };
  };
  type Read = ReturnType<typeof readerOf>;
  /** The newest first. */
  const versionsOf = async (secret: string, read: Read): Promise<JsonObject[]> => {
    const current = await read(secret);
    if (current === undefined) return [];
    const previous = current.number > 1 ? await read(secret, current.number - 1).catch(noneIfUnusable) : undefined;
    return previous === undefined ? [current.fields] : [current.fields, previous.fields];
  };
  return {
    name: `Vault at ${address}`,
    async load(names, { signal }) {
      signal.throwIfAborted();
      const read = readerOf(signal);
      if (field === undefined) {
        const versions = await versionsOf(path, read);
        return withValues(names.map((name) => [name, liveField(versions, name, `Secret "${mount}/${path}"`)]));
      }
      return loadEach(names, signal, async (name) => {
        const secret = `${path}/${requireSecretName(name, validName, "Vault")}`;
        return liveField(await versionsOf(secret, read), field, `Secret "${mount}/${secret}"`);
      });
    },
  };
}

/**
 * Secrets in the KV secrets engine, version 2, of HashiCorp Vault, over its HTTP API. The live values are the current and the previous version, so
 * a rotation has two; a version that is deleted or destroyed is not live, and without a current version a secret is absent. The policy needs `read`
 * on `<mount>/data/<path>`, and nothing else. A token that has used a third of its time is renewed, or replaced by another login, when secrets
 * are loaded: so `ttl` of `secretsFrom` must be less than two thirds of it. Redirects are not followed. Tested against a server of the test's
 * own, and never run against Vault itself. An option that is missing or not valid is a `ConfigError` of `load`, so that the start ends with it.
 */
export function hashicorpVault(options: HashicorpVaultOptions): SecretSource {
  try {
    return openHashicorp(options, { ages: () => performance.now(), readFile: readTextFile });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Thrown here, where a module is loaded, a variable that is not set would end the program with a stack trace.
    return { name: "Vault", load: () => Promise.reject(error) };
  }
}
