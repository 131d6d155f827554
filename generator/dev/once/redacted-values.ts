import type { DeliveryRecord } from "kiket-gen/dev";
import { isObject } from "../../base/shape.js";
import { inWords } from "../../base/word-list.js";

/** As the runtime writes it in place of a secret. */
const mask = "[redacted]";
const mostNames = 5;

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function namesIn(names: readonly string[]): string {
  const shown = names.slice(0, mostNames);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : inWords(shown);
}

/** Paths of the texts that are redacted, or contain what is. */
export function redactedPaths(value: unknown, path: string): readonly string[] {
  if (typeof value === "string") return value.includes(mask) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => redactedPaths(item, `${path}.${index}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => redactedPaths(item, path === "" ? name : `${path}.${name}`));
}

/** What a recording hides and the delivery therefore lacks, in sentences with names. */
export function redactionRemarks(recording: unknown, { payload, attempts }: DeliveryRecord): readonly string[] {
  const body = isObject(recording) ? (isObject(recording.body) ? recording.body : recording) : {};
  const secrets = isObject(body.secrets) ? body.secrets : {};
  const hidden = Object.keys(secrets).filter((name) => secrets[name] === mask);
  const sent = parsed(attempts.at(-1)?.request.body ?? "").secrets;
  const missing = hidden.filter((name) => !isObject(sent) || !Object.hasOwn(sent, name));
  const isOne = missing.length === 1;
  const paths = redactedPaths(payload, "");
  return [
    ...(missing.length === 0
      ? []
      : [
          `${missing.length} secret${isOne ? " is" : "s are"} not in the recording: ${namesIn(missing)}. Pass ${isOne ? "it" : "them"} with --secret-file.`,
        ]),
    ...(paths.length === 0 ? [] : [`Delivered as "${mask}", as the recording has it: ${namesIn(paths)}.`]),
  ];
}
