export {
  type AwsSecretsClient,
  type AwsSecretsManagerOptions,
  type AwsSecretValue,
  awsSecretsManager,
} from "./vaults/aws-secrets-manager.js";
export type { LiveValues, SecretSource } from "./vaults/secret-source.js";
