import { ConfigError, KiketError } from "../base/errors.js";
import { type JsonObject, member } from "../base/json.js";
import { trimmedText } from "../base/text.js";
import { askHashicorp, type HashicorpServer, objectMember } from "./hashicorp-request.js";

/** How a program proves to Vault who it is. */
export type HashicorpAuth =
  | { readonly token: string }
  /** The path of a file with a token that something else keeps valid, such as Vault Agent. It is read again for each load. */
  | { readonly tokenFile: string }
  /** The service account of a pod. `mount` is where the method is enabled, default `kubernetes`; `jwtFile` the path of the account's token. */
  | {
      readonly kubernetes: {
        readonly role: string;
        readonly mount?: string | undefined;
        readonly jwtFile?: string | undefined;
      };
    }
  /** `mount` is where the method is enabled, default `approle`. */
  | { readonly appRole: { readonly roleId: string; readonly secretId: string; readonly mount?: string | undefined } };

/** The token of one source. */
export interface HashicorpTokens {
  /** A token that is renewed, or new, if the old one has used a third of its time. */
  current(signal: AbortSignal): Promise<string>;
  /** Another one, after Vault refused this one; undefined if there is none. */
  after(refused: string, signal: AbortSignal): Promise<string | undefined>;
}

export interface TokenNeeds {
  readonly server: HashicorpServer;
  /** In milliseconds; its start means nothing. */
  readonly ages: () => number;
  /** The text of a file; undefined if it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

interface Lease {
  readonly token: string;
  readonly isRenewable: boolean;
  /** In milliseconds; 0 if it does not end. */
  readonly lasts: number;
  readonly since: number;
}

/** https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api */
const accountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** Path segments, each encoded. */
export function encodedPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** @throws {ConfigError} if a header could not have it: the error of `fetch` would contain it. */
function requireToken(text: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new ConfigError(`${where} is not a token of Vault: it is empty, or has blanks or characters beyond ASCII.`);
}

function leaseOf(token: string, auth: JsonObject, seconds: unknown, since: number): Lease {
  const lasts = typeof seconds === "number" && seconds > 0 ? seconds * 1000 : 0;
  return { token, isRenewable: member(auth, "renewable") === true, lasts, since };
}

function isDue({ lasts, since }: Lease, now: number): boolean {
  return lasts > 0 && now - since > lasts / 3;
}

/** For a failed renewal: where the token `isValid` still, a later load tries again. What only a person can change is an error. */
function laterIf(isValid: boolean, signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!isValid || signal.aborted || error instanceof ConfigError) throw error;
  };
}

/** Renews a lease (https://developer.hashicorp.com/vault/api-docs/auth/token#renew-a-token-self); undefined if Vault refuses that. */
async function renewed(
  { token }: Lease,
  { server, ages }: TokenNeeds,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  const since = ages();
  const request = { what: "The token", path: "auth/token/renew-self", token, body: {} };
  const { status, body } = await askHashicorp(server, request, signal);
  const auth = objectMember(body, "auth");
  return status === 200 ? leaseOf(token, auth, member(auth, "lease_duration"), since) : undefined;
}

/** A token that was given. It can be renewed, as Vault allows, and not replaced. */
function givenToken(token: string, needs: TokenNeeds): HashicorpTokens {
  let lease: Lease | undefined;
  const lookUp = async (signal: AbortSignal): Promise<Lease> => {
    const since = needs.ages();
    const request = { what: "The token", path: "auth/token/lookup-self", token };
    const { body } = await askHashicorp(needs.server, request, signal);
    const data = objectMember(body, "data");
    // Without the right to look itself up, it is used as it is. Whether it is valid, the read says.
    return leaseOf(token, data, member(data, "ttl"), since);
  };
  return {
    async current(signal) {
      lease ??= await lookUp(signal);
      const held = lease;
      if (held.isRenewable && isDue(held, needs.ages())) {
        lease = (await renewed(held, needs, signal).catch(laterIf(true, signal))) ?? held;
      }
      return token;
    },
    after: async () => undefined,
  };
}

function fileToken(path: string, { readFile }: TokenNeeds): HashicorpTokens {
  const read = async (): Promise<string> => {
    const text = readFile(path);
    if (text === undefined) throw new ConfigError(`auth.tokenFile cannot be read: ${path}`);
    return requireToken(text.trim(), `The text in ${path} (auth.tokenFile)`);
  };
  return {
    current: read,
    async after(refused) {
      const token = await read();
      return token === refused ? undefined : token;
    },
  };
}

/** Tokens from a login at `auth/<mount>/login`. What is sent is asked for again for each login. */
function loginTokens(
  mount: string,
  credentials: () => Readonly<Record<string, string>>,
  needs: TokenNeeds,
): HashicorpTokens {
  let lease: Lease | undefined;
  const logIn = async (signal: AbortSignal): Promise<string> => {
    lease = undefined;
    const since = needs.ages();
    const what = `The login at auth/${mount}`;
    const request = { what, path: `auth/${encodedPath(mount)}/login`, body: credentials() };
    const { status, body, detail } = await askHashicorp(needs.server, request, signal);
    if (status !== 200) {
      throw new ConfigError(
        `${what} was refused by Vault at ${needs.server.address} (status ${status}${detail && `: ${detail}`}). Check the role, its bindings and the mount.`,
      );
    }
    const auth = objectMember(body, "auth");
    const token = member(auth, "client_token");
    if (typeof token !== "string" || token === "") throw new KiketError(`${what} brought no token`);
    lease = leaseOf(requireToken(token, "What Vault answered"), auth, member(auth, "lease_duration"), since);
    return token;
  };
  return {
    async current(signal) {
      const held = lease;
      if (held === undefined) return logIn(signal);
      if (!isDue(held, needs.ages())) return held.token;
      const isOver = needs.ages() - held.since >= held.lasts;
      const replaced = async (): Promise<string> => {
        const next = held.isRenewable && !isOver ? await renewed(held, needs, signal) : undefined;
        // Near the longest time that a role allows, Vault renews for less and less.
        if (next === undefined || (next.lasts > 0 && next.lasts < held.lasts / 2)) return logIn(signal);
        lease = next;
        return next.token;
      };
      const token = await replaced().catch(laterIf(!isOver, signal));
      if (token !== undefined) return token;
      lease = held;
      return held.token;
    },
    after: (_refused, signal) => logIn(signal),
  };
}

const kinds = ["token", "tokenFile", "kubernetes", "appRole"] as const;

function requireText(text: string | undefined, name: string): string {
  const trimmed = typeof text === "string" ? trimmedText(text) : undefined;
  if (trimmed === undefined) throw new ConfigError(`hashicorpVault: ${name} is not set.`);
  return trimmed;
}

/** @throws {ConfigError} if it is not exactly one kind, or incomplete. */
export function hashicorpTokens(auth: HashicorpAuth, needs: TokenNeeds): HashicorpTokens {
  const given = kinds.filter((kind) => (auth as Readonly<Record<string, unknown>>)[kind] !== undefined);
  if (given.length !== 1) {
    throw new ConfigError(`hashicorpVault: auth must have exactly one of ${kinds.join(", ")}.`);
  }
  if ("token" in auth) return givenToken(requireToken(auth.token.trim(), "auth.token (or VAULT_TOKEN)"), needs);
  if ("tokenFile" in auth) return fileToken(requireText(auth.tokenFile, "auth.tokenFile"), needs);
  if ("kubernetes" in auth) {
    const { role, mount = "kubernetes", jwtFile = accountToken } = auth.kubernetes;
    const name = requireText(role, "auth.kubernetes.role");
    const credentials = () => {
      const jwt = trimmedText(needs.readFile(jwtFile));
      if (jwt === undefined) {
        throw new ConfigError(
          `The token of the service account cannot be read: ${jwtFile}. Does the pod mount it (automountServiceAccountToken)? Another path is auth.kubernetes.jwtFile.`,
        );
      }
      return { role: name, jwt };
    };
    return loginTokens(mount, credentials, needs);
  }
  const { roleId, secretId, mount = "approle" } = auth.appRole;
  const credentials = {
    role_id: requireText(roleId, "auth.appRole.roleId"),
    secret_id: requireText(secretId, "auth.appRole.secretId"),
  };
  return loginTokens(mount, () => credentials, needs);
}
