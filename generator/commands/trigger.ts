import type { Flaw, SendRequest } from "kiket-gen/dev";
import { UsageError } from "../base/usage-error.js";
import { overrideOf, overridesIn, type PayloadOverrides } from "../dev/once/payload-overrides.js";
import { parseArguments } from "./arguments.js";
import type { Io } from "./command.js";
import { makeDelivery } from "./delivery/deliver.js";
import { deliveryHelp, deliveryOptions } from "./delivery/delivery-options.js";
import { readJsonObject, readSecrets } from "./delivery/json-file.js";

const options = {
  version: { type: "string" },
  set: { type: "string", multiple: true },
  file: { type: "string" },
  payload: { type: "string" },
  scopes: { type: "string" },
  hmac: { type: "boolean" },
  flaw: { type: "string" },
  ...deliveryOptions,
} as const;

export const optionNames: readonly string[] = Object.keys(options);

const flaws = {
  ...{ "expired-token": true, "future-token": true, "wrong-signature": true, "foreign-key": true, duplicate: true },
} as const satisfies Readonly<Record<Flaw, true>>;

function flawOf(name: string): Flaw {
  const names = Object.keys(flaws) as Flaw[];
  const found = names.find((one) => one === name);
  if (found === undefined) throw new UsageError(`--flaw takes one of ${names.join(", ")}, not "${name}"`);
  return found;
}

async function readPayload(file: string, io: Io): ReturnType<typeof readJsonObject> {
  const payload = await readJsonObject(file, io);
  if (typeof payload.event === "string" && typeof payload.body === "object" && "headers" in payload)
    throw new UsageError(`${file} is a recording, not a payload; kiket-gen replay ${file} delivers it`);
  return payload;
}

/** What is laid over the sample, or over the whole payload that is given: the file first, then each `--set`. */
async function overridesOf(file: string | undefined, set: readonly string[], io: Io): Promise<PayloadOverrides> {
  const given = Object.fromEntries(set.map(overrideOf));
  return file === undefined ? given : { ...overridesIn(await readPayload(file, io)), ...given };
}

/** Delivers one event of the project. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const [event, other] = positionals;
  if (event === undefined) throw new UsageError("expected an event, such as issue.created");
  if (other !== undefined) throw new UsageError(`expected one event, also got "${other}"`);
  if (values.file !== undefined && values.payload !== undefined)
    throw new UsageError("--file is laid over the sample, and --payload replaces it: pass one of them");
  const set = await overridesOf(values.file, values.set ?? [], io);
  const payload = values.payload === undefined ? undefined : await readPayload(values.payload, io);
  const secrets = await readSecrets(values["secret-file"], io);
  const scopes = values.scopes?.split(/[\s,]+/).filter((scope) => scope !== "");
  const hmac = values.hmac === true;
  const request: SendRequest = {
    ...{ event, set, hmac, origin: "trigger" },
    ...(values.version === undefined ? {} : { version: values.version }),
    // Read from JSON.
    ...(payload === undefined ? {} : { payload: payload as NonNullable<SendRequest["payload"]> }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(values.flaw === undefined ? {} : { flaw: flawOf(values.flaw) }),
  };
  const names = Object.keys(secrets ?? {});
  return makeDelivery(
    { values, what: event, secrets: names, hmac, repeats: false, deliver: (by) => by.send(request) },
    io,
    () => import("kiket-gen/dev"),
  );
}

export const help: string = `Usage: kiket-gen trigger <event> [options]

Delivers one event of the project, signed as in production: the sample of the event (kiket-gen events <event> shows it), with --file and then
each --set laid over it. A member that fits neither the sample nor the event's schema is an error, and nothing is sent.

  --set <path=value>    set one member, such as issue.title="Hi"; repeatable. The value is JSON, or else text: 5 is a number,
                        '"5"' is text. Names with dots are quoted: issue.custom_fields."a.b"=1; a number is a place in a list
  --file <file>         a JSON object to lay over the sample; "-" is standard input. Lists are replaced as a whole
  --payload <file>      a JSON object that is sent instead of the sample, as it is; "-" is standard input
  --version <version>   version of the event (default: the highest that the manifest declares)
  --scopes <a,b>        scopes of the token (default: those of the manifest)
  --hmac                sign with the webhook secret, without a token
  --flaw <name>         send it wrongly on purpose: expired-token, future-token, wrong-signature, foreign-key or
                        duplicate (twice under one id); the exit status is 0 if it was treated as it should be
${deliveryHelp}`;
