import type { Logger } from "../base/logger.js";

/** One line that the extension logged. */
export interface LogRecord {
  readonly level: keyof Logger;
  readonly message: string;
  /** Data beside the text. Known secrets are removed already. */
  readonly fields: object;
}

/** A logger that stores its lines in order. */
export function createLogRecorder(): { readonly logger: Logger; readonly records: LogRecord[] } {
  const records: LogRecord[] = [];
  const write =
    (level: keyof Logger) =>
    (message: string, fields: object = {}): void => {
      records.push({ level, message, fields });
    };
  return { records, logger: { info: write("info"), warn: write("warn"), error: write("error") } };
}
