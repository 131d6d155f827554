export {
  type AwsSecretsClient,
  type AwsSecretsManagerOptions,
  type AwsSecretValue,
  awsSecretsManager,
} from "./vaults/aws-secrets-manager.js";
export {
  type GoogleSecretManagerOptions,
  type GoogleSecretsClient,
  type GoogleSecretValue,
  googleSecretManager,
} from "./vaults/google-secret-manager.js";
export type { HashicorpAuth } from "./vaults/hashicorp-token.js";
export { type HashicorpVaultOptions, hashicorpVault } from "./vaults/hashicorp-vault.js";
export type { LiveSecret, LiveSecrets } from "./vaults/live-secrets.js";
export { type SecretFilesOptions, secretFiles } from "./vaults/secret-files.js";
export type { LiveValues, SecretSource } from "./vaults/secret-source.js";
export { type SecretsFromOptions, secretsFrom } from "./vaults/secrets-from.js";
