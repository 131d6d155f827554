import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path";
import type { DevProject, fitRecord } from "kiket-gen/dev";
import type { createPlatform, isRetried, Platform, payloadOf } from "kiket-gen/testing";
import { type Refusal, refuse } from "../../base/refusal.js";
import { usualPorts } from "../../dev/free-port.js";
import { findTarget } from "../../dev/once/delivery-target.js";
import { readDevProject } from "../../dev/once/read-project.js";
import type { CachingHost } from "../../project/host.js";
import type { Finding } from "../finding.js";
import { findProof } from "./find-proof.js";
import { openForgedKiket } from "./forged-kiket.js";
import { createLaboratory, type LaboratoryParts } from "./laboratory.js";
import type { Probe, ProbeSubject, Proof } from "./probe.js";
import { probeFinding, untested } from "./probe-finding.js";
import { subjectOf } from "./probe-subject.js";
import { receiverProbes } from "./probes/index.js";
import { proofFinding, type ReceiverMeeting, reachFinding } from "./receiver-checks.js";

/** What the user asks for. */
export interface GradeRequest {
  /** The base URL of the receiver, as given. */
  readonly url: string;
  /** The file with the webhook secret, as given. */
  readonly secretFile: string | undefined;
  /** Whether a receiver on another machine may get probes. */
  readonly yes: boolean;
  /** Port of doctor's own local Kiket; undefined: the usual one. */
  readonly port: number | undefined;
  /** The project whose events are sent, if there is one. */
  readonly dir: string;
  /** Default: the first event of the project, or a usual one. */
  readonly event: string | undefined;
  /** Default: that of the project, or v1. */
  readonly version: string | undefined;
  /** The path of a receiver of webhooks. Default: that of the project. */
  readonly path: string | undefined;
  /** How long to wait until the receiver has fetched the keys, in seconds. */
  readonly wait: number;
}

/** The functions of the runtime that grading needs. A command loads them. */
interface GradeKit {
  readonly createPlatform: typeof createPlatform;
  readonly payloadOf: typeof payloadOf;
  readonly fitRecord: typeof fitRecord;
  readonly isRetried: typeof isRetried;
}

/** How long grading may take, in milliseconds. */
interface GradeTimes {
  /** One answer. */
  readonly answer: number;
  /** From one look of a receiver at Kiket's keys to the next. */
  readonly look: number;
  /** All probes together, after the wait for the receiver. */
  readonly all: number;
}

/** What grading needs of its surroundings. */
export interface GradeTools {
  readonly host: (folder: string) => CachingHost;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly loadKit: () => Promise<GradeKit>;
  /** Tells a person who waits something, in one line. */
  readonly say: (line: string) => void;
  /** Resolves when the user ends the command. */
  readonly interrupted: () => Promise<unknown>;
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** Default: `usualTimes`. */
  readonly times?: GradeTimes;
}

/** An old page of Kiket's documentation gives a receiver 10 s. The library jose waits for 30 s until it looks at keys again. */
const usualTimes: GradeTimes = { answer: 10_000, look: 31_000, all: 240_000 };

/** The receiver's webhook secret; undefined if nobody has given one. */
async function secretOf({ secretFile }: GradeRequest, tools: GradeTools): Promise<string | undefined | Refusal> {
  if (secretFile === undefined) return tools.environment.KIKET_WEBHOOK_SECRET?.trim() || undefined;
  const text = (await tools.host(dirname(secretFile)).read(basename(secretFile)))?.replace(/^\ufeff/, "").trim();
  if (text === undefined)
    return refuse(`no file "${secretFile}"`, "--secret-file names a file with the webhook secret");
  return text === "" ? refuse(`${secretFile} is empty`, "--secret-file names a file with the webhook secret") : text;
}

/** Undefined if the folder has no project. */
async function projectIn({ dir }: GradeRequest, tools: GradeTools): Promise<DevProject | undefined | Refusal> {
  const { project, diagnostics } = await readDevProject(tools.host(dir), dir, tools.loadKit);
  if (project !== undefined || diagnostics.some(({ code }) => code === "KG102")) return project;
  return refuse("the manifest of the project has errors", "see them with kiket-gen lint, or pass another folder");
}

async function openPlatform(
  kit: GradeKit,
  port: number,
  seed: DevProject["seed"] | undefined,
): Promise<Platform | Refusal> {
  try {
    return await kit.createPlatform({ port, mostCalls: 1000, ...(seed === undefined ? {} : { seed }) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    const other = port < 65_535 ? port + 1 : port - 1;
    return refuse(
      `port ${port} is taken, and the receiver must know the address of doctor's Kiket`,
      `stop what listens there, or pass --port ${other} and start the receiver with KIKET_BASE_URL=http://127.0.0.1:${other}`,
    );
  }
}

/** Whether the probe says anything about such a receiver. */
function concerns({ of, family }: Probe, subject: ProbeSubject, proof: Proof | undefined, hasSecret: boolean): boolean {
  if (family !== undefined && family !== subject.family) return false;
  if (of === "all") return true;
  if (of === "token") return subject.family === "runtime" && proof !== "signature";
  return (
    subject.family === "webhook" || proof === "signature" || proof === "both" || (proof === undefined && hasSecret)
  );
}

function createSeconds(now: () => number): () => number {
  const taken = new Set<number>();
  return () => {
    let second = Math.floor(now() / 1000);
    while (taken.has(second)) second -= 1;
    taken.add(second);
    return second;
  };
}

interface Grading {
  readonly parts: LaboratoryParts;
  readonly request: GradeRequest;
  readonly kit: GradeKit;
  readonly times: GradeTimes;
  /** Whether the receiver is on this machine. */
  readonly isLocal: boolean;
  /** Whether the secret is the receiver's own. */
  readonly hasSecret: boolean;
}

async function runProbes({ parts, kit, times }: Grading, meeting: ReceiverMeeting): Promise<readonly Finding[]> {
  const { found, subject, hasSecret } = meeting;
  const lab = createLaboratory(parts, found.proof);
  const findings: Finding[] = [];
  for (const probe of receiverProbes) {
    if (!concerns(probe, subject, found.proof, hasSecret)) continue;
    if (probe.needsProof && found.proof === undefined) {
      findings.push(untested(probe));
      continue;
    }
    const observed = parts.signal.aborted ? undefined : await probe.run(lab);
    findings.push(
      observed === undefined || parts.signal.aborted
        ? untested(probe, `The time for all probes, ${times.all / 1000} s, was over.`)
        : probeFinding(probe, observed, { isRetried: kit.isRetried, secret: parts.secret }),
    );
  }
  return findings;
}

/** Finds out whether the receiver answers, and what it takes; then tries everything. `end` stops the requests. */
async function grade(run: Grading, { say }: GradeTools, end: AbortController): Promise<readonly Finding[]> {
  const { parts, request, times, isLocal, hasSecret } = run;
  const { subject, url } = parts;
  const kiket = parts.platform.baseUrl;
  const found = await findProof(parts, {
    hasSecret,
    wait: isLocal && subject.family === "runtime" ? request.wait * 1000 : 0,
    waits: () =>
      say(
        `waits for up to ${request.wait} s until the receiver fetches the keys of doctor's Kiket: start it with KIKET_BASE_URL=${kiket}`,
      ),
  });
  const meeting: ReceiverMeeting = { found, subject, url, kiket, hasSecret, isLocal };
  const reached = reachFinding(meeting);
  if (reached.status === "wrong") return [reached];
  const timer = setTimeout(() => end.abort(), times.all);
  try {
    return [reached, proofFinding(meeting), ...(await runProbes(run, meeting))];
  } finally {
    clearTimeout(timer);
  }
}

/** Sends good and bad deliveries to a receiver, and says what it does with them. */
export async function gradeReceiver(request: GradeRequest, tools: GradeTools): Promise<readonly Finding[] | Refusal> {
  const { times = usualTimes } = tools;
  const target = await findTarget(request.url);
  if ("refusal" in target) return target;
  const { url, isLoopback, addresses } = target;
  if (!isLoopback && !request.yes) {
    const hint = `to send forged and good deliveries to ${url} (${addresses.join(", ")}), pass --yes`;
    return refuse(`${url} is not on this machine; nothing was sent`, hint);
  }
  const secret = await secretOf(request, tools);
  if (typeof secret === "object") return secret;
  const project = await projectIn(request, tools);
  if (project !== undefined && "refusal" in project) return project;
  const kit = await tools.loadKit();
  const subject = subjectOf(project, request, (event) => kit.payloadOf(event));
  if ("refusal" in subject) return subject;
  // That of `trigger` and `replay`: a receiver that was started for one of them can stay.
  const platform = await openPlatform(kit, request.port ?? usualPorts.kiket, project?.seed);
  if ("refusal" in platform) return platform;
  const forged = await openForgedKiket();
  const end = new AbortController();
  const parts: LaboratoryParts = {
    ...{ platform, forged, subject, url, now: tools.now, signal: end.signal },
    ...{
      address: addresses[0] ?? "",
      answerTime: times.answer,
      lookTime: times.look,
      takeSecond: createSeconds(tools.now),
    },
    secret: secret ?? randomBytes(16).toString("hex"),
  };
  tools.say(`sends good and forged deliveries of ${subject.event} ${subject.version} to ${url}`);
  const grading = grade(
    { parts, request, kit, times, isLocal: isLoopback, hasSecret: secret !== undefined },
    tools,
    end,
  );
  try {
    const findings = await Promise.race([grading, tools.interrupted().then(() => undefined)]);
    return findings ?? refuse("interrupted before all was graded", "run doctor again");
  } finally {
    end.abort();
    await grading.catch(() => undefined);
    await Promise.all([platform.close(), forged.close()]);
  }
}
