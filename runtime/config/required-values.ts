import { ConfigError } from "../base/errors.js";
import { readTextFile } from "../base/process.js";
import { manifestLine } from "../values/manifest-line.js";
import { processSecret, secretVariables } from "../values/secrets.js";
import { settingVariables } from "../values/settings.js";
import type { Config } from "./config.js";

/** A required value that nothing in this process sets. */
interface Missing {
  readonly kind: "secret" | "setting";
  readonly key: string;
  /** `file:line` of the manifest, or the file alone. */
  readonly at: string;
  /** Environment variables that would set it. */
  readonly variables: readonly string[];
}

function missingSecrets({ secretDefinitions, secrets }: Config): Missing[] {
  return Object.entries(secretDefinitions).flatMap(([key, { required: at }]) =>
    at === undefined || processSecret(secrets, key) !== undefined
      ? []
      : [{ kind: "secret", key, at: manifestLine(at, key, readTextFile), variables: secretVariables(key) }],
  );
}

function missingSettings({ settingDefinitions }: Config, present: ReadonlySet<string>): Missing[] {
  return Object.entries(settingDefinitions).flatMap(([key, definition]): Missing[] => {
    if (definition.required === undefined || present.has(key)) return [];
    const at = manifestLine(definition.required, key, readTextFile);
    return [{ kind: "setting", key, at, variables: settingVariables(key, definition) }];
  });
}

function describe({ kind, key, at, variables }: Missing): string {
  return `${at}: ${kind} ${key} (set ${variables.join(" or ")})`;
}

/**
 * Says at once what the manifest requires and this process does not have: a warning, because a delivery may bring it for its
 * organization, or with `requireAtStart` an error. `present` names the settings that have a value without any delivery.
 * @throws {ConfigError} that lists them all.
 */
export function checkRequirements(config: Config, present: ReadonlySet<string>): void {
  const missing = [...missingSecrets(config), ...missingSettings(config, present)];
  if (missing.length === 0) return;
  const list = missing.map(describe);
  if (config.requireAtStart) {
    throw new ConfigError(`The manifest requires what is not set:\n  ${list.join("\n  ")}`);
  }
  config.logger.warn(
    `The manifest requires what is not set here, so that every delivery must bring it: ${list.join("; ")}`,
    { missing },
  );
}
