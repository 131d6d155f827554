import { ConfigError } from "../base/errors.js";
import { readTextFile } from "../base/process.js";
import { manifestLine } from "../values/manifest-line.js";
import { processSecret, secretVariables } from "../values/secrets.js";
import { settingVariables } from "../values/settings.js";
import type { Config } from "./config.js";

/** A required value that is not set in this process. */
interface Missing {
  readonly kind: "secret" | "setting";
  readonly key: string;
  /** `file:line` in the manifest, or only the file. */
  readonly at: string;
  /** Environment variables that can set it. */
  readonly variables: readonly string[];
  /** Where else it may be, such as `KEY in the folder /run/secrets`. */
  readonly source?: string;
}

function missingSecrets({ secretDefinitions, secrets, liveSecrets }: Config): Missing[] {
  const source = liveSecrets?.source;
  return Object.entries(secretDefinitions).flatMap(([key, { required: at }]) =>
    at === undefined || processSecret(secrets, key) !== undefined
      ? []
      : [
          {
            kind: "secret",
            key,
            at: manifestLine(at, key, readTextFile),
            variables: secretVariables(key),
            ...(source && { source: `${source.nameOf(key)} in ${source.sourceName}` }),
          },
        ],
  );
}

function missingSettings({ settingDefinitions }: Config, present: ReadonlySet<string>): Missing[] {
  return Object.entries(settingDefinitions).flatMap(([key, definition]): Missing[] => {
    if (definition.required === undefined || present.has(key)) return [];
    const at = manifestLine(definition.required, key, readTextFile);
    return [{ kind: "setting", key, at, variables: settingVariables(key, definition) }];
  });
}

function describe({ kind, key, at, variables, source }: Missing): string {
  const ways = [...(source === undefined ? [] : [source]), ...variables];
  return `${at}: ${kind} ${key} (set ${ways.join(" or ")})`;
}

/**
 * Reports all values that the manifest requires and this process does not have. This is a warning, because a delivery may contain
 * the values of its organization; with `requireAtStart` it is an error. `present` are the settings with a value in this process.
 * @throws {ConfigError} that lists them all.
 */
export function checkRequirements(config: Config, present: ReadonlySet<string>): void {
  const missing = [...missingSecrets(config), ...missingSettings(config, present)];
  if (missing.length === 0) return;
  const list = missing.map(describe);
  if (config.requireAtStart) {
    throw new ConfigError(`Required by the manifest but not set:\n  ${list.join("\n  ")}`);
  }
  config.logger.warn(
    `Required by the manifest but not set in this process; each delivery must supply it: ${list.join("; ")}`,
    { missing },
  );
}
