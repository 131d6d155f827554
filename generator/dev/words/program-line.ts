import type { LogWord } from "./dev-word.js";

const levels = ["debug", "info", "warn", "error"] as const;

/** A line that a program wrote: of a logger that writes JSON, such as the runtime's, or any other. */
export function wordOfLine(stream: "stdout" | "stderr", line: string): LogWord {
  const plain: LogWord = {
    type: "log",
    source: "extension",
    level: stream === "stdout" ? "info" : "warn",
    message: line,
  };
  if (!line.startsWith("{")) return plain;
  try {
    const { level, time: _, message, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const known = levels.find((one) => one === level);
    if (known === undefined || typeof message !== "string") return plain;
    const word: LogWord = { type: "log", source: "extension", level: known, message };
    return Object.keys(fields).length === 0 ? word : { ...word, fields };
  } catch {
    return plain;
  }
}

/** What the runtime tells when it is ready: `ready` and `restarted` say the same. */
export function readyLine({ level, message, fields = {} }: LogWord): "listening" | "claiming" | undefined {
  if (level !== "info" || typeof fields.url !== "string") return undefined;
  if (message === "listening") return "listening";
  return message === "claiming raw events" ? "claiming" : undefined;
}

/** The delivery that a line of the runtime tells the end of: the line of the delivery itself says the same. */
export function endedDelivery({ message, fields = {} }: LogWord): string | undefined {
  const { deliveryId, status, ms, id } = fields;
  if (typeof id === "string" && /^raw event (?:submitted|failed)\b/.test(message)) return id;
  const isEnd = typeof status === "number" && typeof ms === "number";
  return isEnd && typeof deliveryId === "string" && /^A (?:delivery|handler) |^A handler's /.test(message)
    ? deliveryId
    : undefined;
}
