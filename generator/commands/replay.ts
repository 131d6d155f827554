import type { ReplayRequest } from "kiket-gen/dev";
import { UsageError } from "../base/usage-error.js";
import { redactionRemarks } from "../dev/once/redacted-values.js";
import { parseArguments } from "./arguments.js";
import type { Io } from "./command.js";
import { makeDelivery } from "./delivery/deliver.js";
import { deliveryHelp, deliveryOptions } from "./delivery/delivery-options.js";
import { readJsonFile, readSecrets } from "./delivery/json-file.js";

const options = deliveryOptions;

export const optionNames: readonly string[] = Object.keys(options);

/** The form of Kiket's ids of deliveries, and of raw events. A file of such a name is `./dlv_1`. */
const deliveryId = /^(?:(?:dlv|evt)_[\w-]+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/** Delivers a recording or an earlier delivery again. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const [what, other] = positionals;
  if (what === undefined) throw new UsageError("expected a recording, the id of a delivery, or last");
  if (other !== undefined) throw new UsageError(`expected one delivery, also got "${other}"`);
  const isEarlier = what === "last" || deliveryId.test(what);
  const recording = isEarlier ? undefined : await readJsonFile(what, io);
  const secrets = await readSecrets(values["secret-file"], io);
  const request: ReplayRequest = {
    ...(isEarlier ? { id: what } : { recording }),
    ...(secrets === undefined ? {} : { secrets }),
  };
  return makeDelivery(
    {
      values,
      what: isEarlier ? `the delivery ${what}` : `the recording ${what}`,
      secrets: Object.keys(secrets ?? {}),
      hmac: false,
      repeats: isEarlier,
      deliver: (by) => by.replay(request),
      remarks: (delivery) => (isEarlier ? [] : redactionRemarks(recording, delivery)),
    },
    io,
    () => import("kiket-gen/dev"),
  );
}

export const help: string = `Usage: kiket-gen replay <recording.json | last | delivery id> [options]

Delivers the same payload again under a new id and a new token or signature: a recording (docs/reference/recordings.md), the last delivery,
or the one with the id. "-" reads a recording from standard input. A file named last is ./last.

${deliveryHelp}`;
