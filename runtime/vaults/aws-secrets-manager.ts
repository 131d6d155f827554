import { joinSignals } from "../base/deadline.js";
import { ConfigError, KiketError } from "../base/errors.js";
import { shownText } from "../logging/visible-text.js";
import { liveField, liveValues, noneIfUnusable, secretObjects, secretText, withValues } from "./live-values.js";
import { loadEach } from "./load-each.js";
import { requireSecretName } from "./secret-name.js";
import type { LiveValues, SecretSource } from "./secret-source.js";

/** A version of a secret, as the client has it. */
export interface AwsSecretValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** What is used of `SecretsManager` of `@aws-sdk/client-secrets-manager`. */
export interface AwsSecretsClient {
  getSecretValue(
    input: { readonly SecretId: string; readonly VersionStage: string },
    options: { readonly abortSignal: AbortSignal },
  ): Promise<AwsSecretValue>;
}

/** Options of `awsSecretsManager`. */
export interface AwsSecretsManagerOptions {
  /** `new SecretsManager({ region })` of `@aws-sdk/client-secrets-manager`, with the credentials that it finds. */
  readonly client: AwsSecretsClient;
  /** One secret, by name or ARN, that is a JSON object with a text for each name. Default: each name is a secret of its own. */
  readonly secretId?: string | undefined;
  /** Where each name is a secret of its own: the field with the value, in its JSON object. Default: the whole secret is the value. */
  readonly field?: string | undefined;
}

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html: without the colon of an ARN, so that no name
// of a secret asks for one of another account.
const validName = /^[A-Za-z0-9/_+=.@-]{1,512}$/;

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html and CommonErrors.html.
/** What to do about an error that stays, by its name. */
const remedies: Readonly<Record<string, string>> = {
  AccessDeniedException:
    "Allow secretsmanager:GetSecretValue on it, and kms:Decrypt if a key of your own encrypts it. AWS may say the same of a secret that does not exist.",
  DecryptionFailure: "Allow kms:Decrypt on the key that encrypts it.",
  InvalidParameterException: "Check the name of the secret.",
  InvalidRequestException: "It may be marked for deletion: restore it, or give another name.",
  InvalidSignatureException: "Check the credentials of the client, and the clock of this machine.",
  UnrecognizedClientException: "Check the credentials and the region of the client.",
};

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "Error";
}

/** The error for the user. The text of what the client could not read may hold a part of the value, so only AWS itself is quoted. */
function failure(error: unknown, where: string): KiketError {
  const name = nameOf(error);
  const isQuotable = error instanceof Error && ("$fault" in error || name === "CredentialsProviderError");
  const { code } = error as { readonly code?: unknown };
  const detail = isQuotable ? `: ${shownText(error.message, 500)}` : typeof code === "string" ? `: ${code}` : "";
  const text = `${where} cannot be read (${name}${detail})`;
  const remedy = remedies[name];
  return remedy === undefined ? new KiketError(text) : new ConfigError(`${text}. ${remedy}`);
}

/**
 * Secrets in AWS Secrets Manager. The live values are the versions labelled AWSCURRENT and AWSPREVIOUS, so a rotation has two. A name that
 * is not there is absent. The role of the program needs `secretsmanager:GetSecretValue`, and nothing else; if it may not read AWSPREVIOUS,
 * there is one live value. Tested with the official client against a server of the test's own, and never run against AWS itself.
 * @throws {ConfigError} if `client` is not such a client, or if both `secretId` and `field` are given.
 */
export function awsSecretsManager({ client, secretId, field }: AwsSecretsManagerOptions): SecretSource {
  if (typeof client?.getSecretValue !== "function") {
    throw new ConfigError(
      "awsSecretsManager needs a client: new SecretsManager({ region }) of @aws-sdk/client-secrets-manager. SecretsManagerClient has no getSecretValue.",
    );
  }
  if (secretId !== undefined && field !== undefined) {
    throw new ConfigError(
      "awsSecretsManager takes secretId or field: with secretId, the names are the fields of that secret.",
    );
  }
  const placeOf = (id: string): string => `The secret ${JSON.stringify(id)} in AWS Secrets Manager`;
  const ask = async (id: string, stage: string, signal: AbortSignal): Promise<string | undefined> => {
    signal.throwIfAborted();
    const where = placeOf(id);
    // The client leaves listeners on the signal, and Node warns of a leak above ten.
    const own = joinSignals([signal]);
    const { SecretString, SecretBinary } = await client
      .getSecretValue({ SecretId: id, VersionStage: stage }, { abortSignal: own.signal })
      .catch((error: unknown): AwsSecretValue => {
        signal.throwIfAborted();
        if (nameOf(error) === "ResourceNotFoundException") return {};
        throw failure(error, where);
      })
      .finally(own.release);
    return SecretString ?? (SecretBinary === undefined ? undefined : secretText(SecretBinary, where));
  };
  /** The newest first. */
  const versionsOf = async (id: string, signal: AbortSignal): Promise<string[]> => {
    const current = await ask(id, "AWSCURRENT", signal);
    if (current === undefined) return [];
    const previous = await ask(id, "AWSPREVIOUS", signal).catch(noneIfUnusable);
    return previous === undefined ? [current] : [current, previous];
  };
  const fieldsOf = (id: string, texts: readonly string[], names: readonly string[]): (LiveValues | undefined)[] => {
    const where = placeOf(id);
    const objects = secretObjects(texts, where);
    return names.map((name) => liveField(objects, name, where));
  };
  return {
    name: secretId === undefined ? "AWS Secrets Manager" : `AWS Secrets Manager, secret ${secretId}`,
    async load(names, { signal }) {
      if (secretId !== undefined) {
        const fields = fieldsOf(secretId, await versionsOf(secretId, signal), names);
        return withValues(names.map((name, index) => [name, fields[index]]));
      }
      return loadEach(names, signal, async (name) => {
        const texts = await versionsOf(requireSecretName(name, validName, "AWS Secrets Manager"), signal);
        return field === undefined ? liveValues(texts) : fieldsOf(name, texts, [field])[0];
      });
    },
  };
}
