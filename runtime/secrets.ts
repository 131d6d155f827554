export {
  type AwsSecretsClient,
  type AwsSecretsManagerOptions,
  type AwsSecretValue,
  awsSecretsManager,
} from "./vaults/aws-secrets-manager.js";
export type { LiveSecret, LiveSecrets } from "./vaults/live-secrets.js";
export { type SecretFilesOptions, secretFiles } from "./vaults/secret-files.js";
export type { LiveValues, SecretSource } from "./vaults/secret-source.js";
export { type SecretsFromOptions, secretsFrom } from "./vaults/secrets-from.js";
