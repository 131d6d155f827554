import { ConfigError } from "../base/errors.js";
import type { Logger } from "../base/logger.js";
import type { Environment } from "../base/process.js";
import { trimmedText } from "../base/text.js";

/**
 * Which lines are logged: those of this level and of the later ones, with `silent` none. `debug` is `info`, and of many refusals for
 * the same reason no line is left out.
 */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** In order. */
const levels: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/** @throws {ConfigError} if the level is none of the five. */
export function resolveLogLevel(option: LogLevel | undefined, env: Environment): LogLevel {
  const given = option ?? trimmedText(env.KIKET_LOG_LEVEL)?.toLowerCase() ?? "info";
  const level = levels.find((name) => name === given);
  if (level === undefined) throw new ConfigError(`logLevel (or KIKET_LOG_LEVEL) must be ${levels.join(", ")}.`);
  return level;
}

/** Whether lines of a level are logged. */
export function isLogged(line: keyof Logger, level: LogLevel): boolean {
  return levels.indexOf(line) >= levels.indexOf(level);
}

function drop(): void {}

/** A logger without the lines below a level. */
export function atLevel(logger: Logger, level: LogLevel): Logger {
  const keep = (line: keyof Logger): Logger["info"] =>
    isLogged(line, level) ? (message, fields) => logger[line](message, fields) : drop;
  return { info: keep("info"), warn: keep("warn"), error: keep("error") };
}
