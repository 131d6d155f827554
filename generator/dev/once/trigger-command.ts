import type { DeliveryRecord, DevProject } from "kiket-gen/dev";
import { hasInvisible, jsonText } from "../../base/invisible-characters.js";
import { isObject } from "../../base/shape.js";
import { shellWord } from "../../base/shell-word.js";

type Members = Readonly<Record<string, unknown>>;

/** Members that the command names; a payload that differs in more of them is written down as a whole. */
const mostNamed = 3;

/** Characters of what it names. */
const longestNamed = 200;

/** A name that needs no quotes in a path, and is no place in a list. */
const plainName = /^[A-Za-z_][\w-]*$/;

/** What has to be laid over the sample, by path; undefined if that is not enough to make the payload. */
function laidOver(sample: Members, payload: Members, before = ""): readonly (readonly [string, unknown])[] | undefined {
  // Nothing takes a member of the sample away, and one that it lacks may not be allowed.
  const names = Object.keys(sample);
  if (names.length !== Object.keys(payload).length) return undefined;
  const found: (readonly [string, unknown])[] = [];
  for (const name of names) {
    const [old, value] = [sample[name], Object.hasOwn(payload, name) ? payload[name] : undefined];
    if (value === undefined) return undefined;
    if (JSON.stringify(old) === JSON.stringify(value)) continue;
    if (!plainName.test(name)) return undefined;
    const path = before + name;
    const below = isObject(old) && isObject(value) ? laidOver(old, value, `${path}.`) : [[path, value] as const];
    if (below === undefined) return undefined;
    found.push(...below);
  }
  return found;
}

/** `--set` takes a number that JavaScript cannot hold exactly as a text. */
function isExact(value: unknown): boolean {
  return typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value);
}

/** An option and its value, also where the value looks like an option. */
function option(name: string, value: string): string {
  return value.startsWith("-") ? shellWord(`${name}=${value}`) : `${name} ${shellWord(value)}`;
}

/** How the delivery was signed, where that is not what the project's deliveries are. */
function signingOptions({ attempts }: DeliveryRecord, { kind, scopes }: DevProject): readonly string[] {
  const request = attempts.at(-1)?.request;
  if (kind !== "extension" || request === undefined) return [];
  if (request.claims === undefined) return ["--hmac"];
  const own = request.claims.scopes;
  if (!Array.isArray(own) || JSON.stringify(own) === JSON.stringify(scopes)) return [];
  return [option("--scopes", own.join(","))];
}

/**
 * A command of a POSIX shell that sends the payload of a delivery again. The payload may be hostile: its text is in quotes, or in a
 * here-document that nothing is expanded in, and has no characters that a reader does not see. No line break at the end, so that a paste does
 * not run it. Undefined where the name of the event has such characters.
 */
export function triggerCommand(delivery: DeliveryRecord, project: DevProject): string | undefined {
  const { event, version, payload } = delivery;
  const sample = project.events.find((each) => each.name === event && each.version === version)?.sample;
  const signing = signingOptions(delivery, project);
  const command = (...rest: readonly string[]): string => {
    const options = [option("--version", version), ...signing, ...rest];
    const words = event.startsWith("-") ? [...options, "--", shellWord(event)] : [shellWord(event), ...options];
    return ["npx kiket-gen trigger", ...words].join(" ");
  };
  // A receiver's sample has the time at which it is sent.
  const changed = sample === undefined || project.kind === "receiver" ? undefined : laidOver(sample, payload);
  const named = changed?.map(([path, value]) => option("--set", `${path}=${jsonText(value)}`)) ?? [];
  const isNamed = changed?.every(([, value]) => isExact(value)) === true && named.length <= mostNamed;
  const isShort = isNamed && named.join(" ").length <= longestNamed;
  const line = isShort ? command(...named) : `${command("--payload -")} <<'END'`;
  // A terminal takes some of them as the end of what is pasted.
  if (hasInvisible(line)) return undefined;
  // Every line of JSON has other signs in it, so none of them ends the here-document.
  return isShort ? line : `${line}\n${jsonText(payload, 2)}\nEND`;
}
