import { join } from "node:path";
import type { DeliveryRecord, DevKiket, DevKiketOptions } from "kiket-gen/dev";
import { jsonText } from "../../base/invisible-characters.js";
import { UsageError } from "../../base/usage-error.js";
import { describeDelivery } from "../../dev/delivery-line.js";
import type { ReaderOptions } from "../../dev/dev-project.js";
import { extensionPort } from "../../dev/environment.js";
import { findRunning } from "../../dev/find-running.js";
import { requirePort, usualPorts } from "../../dev/free-port.js";
import { fetchOnLoopback } from "../../dev/loopback-fetch.js";
import { type DeliveryTarget, findTarget } from "../../dev/once/delivery-target.js";
import { type Deliverer, inspectorClient, problemIn } from "../../dev/once/inspector-client.js";
import { openOnce } from "../../dev/once/open-kiket.js";
import { readDevProject } from "../../dev/once/read-project.js";
import { findStateFolder, openStateFolder, projectFolder, type StateFolder } from "../../dev/state-folder.js";
import { tellingAfter } from "../../dev/telling-after.js";
import type { CachingHost } from "../../project/host.js";
import { formatDiagnostic } from "../../terminal/report.js";
import { type Io, sayRefusal } from "../command.js";
import { hostOf } from "../open-project.js";
import type { DeliveryValues } from "./delivery-options.js";

/** A delivery to make. */
export interface DeliveryJob {
  readonly values: DeliveryValues;
  /** In a few words, for messages: `issue.created`. */
  readonly what: string;
  /** Names of the secrets that are sent. */
  readonly secrets: readonly string[];
  /** Signed with the webhook secret. */
  readonly hmac: boolean;
  /** Whether the delivery may be one of earlier ones. */
  readonly repeats: boolean;
  readonly deliver: (by: Deliverer) => Promise<DeliveryRecord>;
  /** What else is to be said of the delivery. */
  readonly remarks?: (delivery: DeliveryRecord) => readonly string[];
}

/** Loads the local Kiket, which only a command that runs something may do. */
type LoadKit = () => Promise<
  Awaited<ReturnType<ReaderOptions["loadKit"]>> & { openDevKiket(options: DevKiketOptions): Promise<DevKiket> }
>;

interface Setting {
  readonly io: Io;
  readonly host: CachingHost;
  /** Absolute, without links. */
  readonly folder: string;
}

/** What takes longer is told. In milliseconds. */
const tellTime = 1000;

/** Delivers, and prints what came of it. Returns the exit status. */
async function deliverAndSay(job: DeliveryJob, by: Deliverer, setting: Setting, retries: boolean): Promise<number> {
  const { io, host, folder } = setting;
  let delivery: DeliveryRecord;
  try {
    const waiting = retries
      ? "waiting for the answer; dev delivers as soon as the extension listens"
      : "waiting for the answer of the receiver";
    delivery = await tellingAfter(tellTime, () => host.notify?.(waiting), job.deliver(by));
  } catch (error) {
    const problem = problemIn(error);
    if (problem === undefined) throw error;
    const { message, hint, status } = problem;
    io.err(`kiket-gen: ${message}\n${hint === undefined ? "" : `    ${io.errStyle.dim(`hint: ${hint}`)}\n`}`);
    return status >= 500 ? 1 : 2;
  }
  if (job.values.json) io.out(`${jsonText(delivery, 2)}\n`);
  else io.out(`${await describeDelivery(delivery, host, { style: io.outStyle, folder, retries })}\n`);
  for (const line of job.remarks?.(delivery) ?? []) io.err(`${line}\n`);
  const isRight = delivery.flaw === undefined ? delivery.state === "delivered" : delivery.flawResult === "right";
  return isRight ? 0 : 1;
}

function kiketPort({ "kiket-port": text = String(usualPorts.kiket) }: DeliveryValues): number {
  return requirePort("--kiket-port", text);
}

/** Where the receiver listens if the user does not say: on the port where `dev` would start it. */
function defaultUrl({ io: { environment = {} }, folder }: Setting): string {
  const port = extensionPort(environment, join(folder, ".env"));
  if (port === 0) throw new UsageError("PORT is 0, which may be any port; pass --url");
  return `http://127.0.0.1:${port}`;
}

/** What the receiver has in its environment, so that it trusts this Kiket. */
function neededBy({ environment, kiket }: DevKiket, isSigned: boolean): string {
  const base = `KIKET_BASE_URL=${kiket}`;
  return isSigned ? `${base} and KIKET_WEBHOOK_SECRET=${environment.KIKET_WEBHOOK_SECRET}` : base;
}

/** What an answer says of whom the receiver trusts. */
function trustRemarks(delivery: DeliveryRecord, needed: string, isSigned: boolean): readonly string[] {
  const { reply, error } = delivery.attempts.at(-1) ?? {};
  if (reply === undefined && error !== undefined) {
    return [
      `Start the receiver with ${needed}, and pass --url if it listens elsewhere; or start kiket-gen dev, which runs the extension itself.`,
    ];
  }
  if (reply?.status === 401) {
    const proof = isSigned ? "the signature" : "the token";
    return [
      `The receiver does not accept ${proof} of this local Kiket, so it trusts another one. Start it with ${needed}.`,
    ];
  }
  if (reply?.status === 503 && /signing key/i.test(reply.body)) {
    return [
      `The receiver cannot get signing keys from the Kiket that it trusts, which is not this one. Start it with ${needed}.`,
    ];
  }
  return [];
}

/** What is sent where, for a place that is not on this machine. */
function farewell({ what, secrets, values }: DeliveryJob, { url, addresses }: DeliveryTarget): string {
  const count = secrets.length === 0 ? "no secrets" : `the secrets ${secrets.join(", ")} of ${values["secret-file"]}`;
  return `${what}, signed by a local Kiket, with ${count}, to ${url} (${addresses.join(", ")})`;
}

/** A project that cannot be read has said why. */
async function deliverOnce(job: DeliveryJob, setting: Setting, loadKit: LoadKit): Promise<number> {
  const { io, host, folder } = setting;
  const { values } = job;
  const port = kiketPort(values);
  const target = await findTarget(values.url ?? defaultUrl(setting));
  if ("refusal" in target) {
    sayRefusal(target, io);
    return 2;
  }
  if (!target.isLoopback && values.yes !== true) {
    const hint = `to send ${farewell(job, target)}, pass --yes`;
    return sayRefusal({ refusal: `${target.url} is not on this machine; nothing was sent`, hint }, io);
  }
  const read = await readDevProject(host, values.dir ?? ".", loadKit);
  for (const diagnostic of read.diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  if (read.project === undefined) return 1;
  const { project, check } = read;
  if (project.kind === "adapter") {
    const hint = "start kiket-gen dev, and run this command again beside it";
    return sayRefusal(
      { refusal: "an evidence adapter takes no deliveries: it claims raw events from Kiket", hint },
      io,
    );
  }
  const state = openStateFolder(folder);
  const storage = "refusal" in state ? undefined : state.storage;
  const warn = (message: string) => io.err(`kiket-gen: ${message}\n`);
  // Another machine gets only the secrets that the user gives for it.
  const sight = { deliveries: job.repeats, secrets: target.isLoopback };
  const kiket = await openOnce({
    ...{ openKiket: (await loadKit()).openDevKiket, project, check, storage, sight, port, warn },
    target: target.url,
  });
  if ("refusal" in kiket) return sayRefusal(kiket, io);
  try {
    const isSigned = job.hmac || project.kind === "receiver";
    const needed = neededBy(kiket, isSigned);
    const end = kiket.subscribe(() => {
      end();
      if (!target.isLoopback) io.err(`sends ${farewell(job, target)}\n`);
      io.err(`a local Kiket at ${kiket.kiket} delivers to ${target.url}; the receiver needs ${needed}\n`);
    });
    const remarks = (delivery: DeliveryRecord) => [
      ...(job.remarks?.(delivery) ?? []),
      ...trustRemarks(delivery, needed, isSigned),
    ];
    return await deliverAndSay({ ...job, remarks }, kiket, setting, false);
  } finally {
    await kiket.close();
  }
}

function runningIn(state: StateFolder | undefined, io: Io) {
  const launch = state?.readLaunch((line) => io.err(`kiket-gen: ${line}\n`));
  return findRunning(launch, fetchOnLoopback);
}

/** Makes a delivery by the running `dev` of the project, or by a local Kiket of its own. Returns the exit status. */
export async function makeDelivery(job: DeliveryJob, io: Io, loadKit: LoadKit): Promise<number> {
  const { dir = ".", url } = job.values;
  const host: CachingHost = await hostOf(dir, io);
  const setting = { io, host, folder: projectFolder(dir) };
  const running = url === undefined ? await runningIn(findStateFolder(dir), io) : undefined;
  if (running === undefined) return deliverOnce(job, setting, loadKit);
  return deliverAndSay(job, inspectorClient(running, fetchOnLoopback), setting, true);
}
