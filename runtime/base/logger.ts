/** What the runtime and handlers log to. `console` can be used as it is, pino's and winston's loggers with a small wrapper. */
export interface Logger {
  /** The fields are data beside the text. The extension removes known secrets from both before it calls this. */
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** A logger that adds the same fields to every line. */
export function withFields(logger: Logger, fields: object): Logger {
  return {
    info: (message, more) => logger.info(message, { ...fields, ...more }),
    warn: (message, more) => logger.warn(message, { ...fields, ...more }),
    error: (message, more) => logger.error(message, { ...fields, ...more }),
  };
}
