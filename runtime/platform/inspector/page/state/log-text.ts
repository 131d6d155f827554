import type { AttemptRecord, LogLine } from "../../delivery-record.js";
import { toneOfStatus } from "./labels.js";

interface LoggedError {
  readonly text: string;
  readonly stack: string;
}

/** An error as the runtime logs it. */
function loggedError(value: unknown): LoggedError | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { name, message, stack } = value as Readonly<Record<string, unknown>>;
  if (typeof message !== "string" || typeof stack !== "string") return undefined;
  return { text: typeof name === "string" && name !== "" ? `${name}: ${message}` : message, stack };
}

/** The value of a field of a log line. An error is its stack, with a line for each call, and the errors that caused it. */
export function fieldText(value: unknown): string {
  if (typeof value === "string") return value;
  const error = loggedError(value);
  if (error === undefined) return JSON.stringify(value) ?? String(value);
  const whole = error.stack.includes(error.text) ? error.stack : `${error.text}\n${error.stack}`;
  const { cause } = value as { readonly cause?: unknown };
  return cause === undefined ? whole : `${whole}\ncaused by ${fieldText(cause)}`;
}

/** The first call of a stack that is not in a package or in Node: most likely the project's own line. */
function ownCall(stack: string): string | undefined {
  const calls = stack.split("\n").filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return calls.find((line) => !/node_modules|[( ]node:/.test(line))?.trim();
}

/** The last line that says what went wrong. */
function telling(logs: readonly LogLine[]): LogLine | undefined {
  return logs.findLast(({ level }) => level === "error") ?? logs.findLast(({ level }) => level === "warn");
}

/** Why an attempt has failed, in the words of the extension, with its own line of code if there is one. Undefined if it has not failed. */
export function failureReason({ reply, error, logs }: AttemptRecord): string | undefined {
  const hasFailed = error !== undefined || (reply !== undefined && toneOfStatus(reply.status) === "bad");
  if (!hasFailed) return undefined;
  const line = telling(logs);
  if (line === undefined) return error;
  const thrown = loggedError(line.fields.cause);
  const own = thrown === undefined ? undefined : ownCall(thrown.stack);
  const text = thrown?.text ?? (typeof line.fields.cause === "string" ? line.fields.cause : line.message);
  return [...(error === undefined ? [] : [error]), text, ...(own === undefined ? [] : [`    ${own}`])].join("\n");
}
