import { UsageError } from "../base/usage-error.js";
import { findRunning } from "../dev/find-running.js";
import { requirePort } from "../dev/free-port.js";
import type { Launch } from "../dev/launch.js";
import { fetchOnLoopback } from "../dev/loopback-fetch.js";
import { type Finding, statusOfFindings } from "../doctor/finding.js";
import { formatFindings, formatFindingsJson } from "../doctor/findings-text.js";
import { checkProject } from "../doctor/project/check-project.js";
import type { GradeRequest } from "../doctor/receiver/grade-receiver.js";
import type { CachingHost } from "../project/host.js";
import { oneFolder, parseArguments } from "./arguments.js";
import { folderHelp, type Io, sayRefusal } from "./command.js";
import { hostOf } from "./open-project.js";

const options = {
  url: { type: "string" },
  "secret-file": { type: "string" },
  port: { type: "string" },
  event: { type: "string" },
  version: { type: "string" },
  path: { type: "string" },
  wait: { type: "string" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
} as const;

export const optionNames: readonly string[] = Object.keys(options);

export const help: string = `Usage: kiket-gen doctor [dir] [options]

Looks at a project and this machine, and says what would keep the project from being generated, built, run by kiket-gen dev or
installed elsewhere, and how to fix it. It changes nothing of the project, starts no program, and uses no network.

With --url, it grades a receiver instead: it sends good and bad deliveries, signed by a local Kiket of its own, and says what
the receiver does with each of them, and what Kiket would do then. Its handlers run, with a sample of the event. Start it with the
KIKET_BASE_URL of doctor's Kiket, or give doctor its webhook secret; else doctor can only grade what it refuses.

${folderHelp}
  --url <url>           grade the receiver that listens here, such as http://127.0.0.1:8000
  --secret-file <file>  with --url: a file with the webhook secret (default: KIKET_WEBHOOK_SECRET of the environment)
  --port <number>       with --url: port of doctor's own local Kiket (default: 4849)
  --event <name>        with --url: the event to send (default: the first of the project, or issue.created)
  --version <version>   with --url: its version (default: that of the project, or v1)
  --path <path>         with --url: send webhooks, in their own form, to this path (default: that of the project, if it takes webhooks)
  --wait <seconds>      with --url: how long to wait until the receiver has fetched the keys of doctor's Kiket (default: 30)
  --yes                 with --url: send to a receiver that is not on this machine
  --json                print the findings as JSON

docs/reference/doctor.md explains each finding.
Exit status: 0 nothing is wrong, 1 something is wrong, 2 usage error.
`;

/** Arguments that were checked. */
interface Job {
  readonly dir: string;
  readonly json: boolean;
  readonly grade?: Omit<GradeRequest, "dir">;
}

function secondsOf(text = "30"): number {
  if (!/^\d{1,4}$/.test(text)) throw new UsageError(`--wait takes a number of seconds up to 9999, not "${text}"`);
  return Number(text);
}

function jobOf(args: readonly string[]): Job {
  const { values, positionals } = parseArguments(args, options);
  const { url, "secret-file": secretFile, port, event, version, path, wait, yes, json = false } = values;
  const job = { dir: oneFolder(positionals) ?? ".", json };
  if (url !== undefined) {
    const subject = { event, version, path };
    return {
      ...job,
      grade: {
        url,
        secretFile,
        yes: yes === true,
        port: port === undefined ? undefined : requirePort("--port", port),
        wait: secondsOf(wait),
        ...subject,
      },
    };
  }
  const [alone] = (["secret-file", "port", "event", "version", "path", "wait", "yes"] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (alone !== undefined) throw new UsageError(`--${alone} can only be used with --url`);
  return job;
}

/** Says what is right and what is wrong. Returns 1 where something is wrong. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { dir, json, grade } = jobOf(args);
  const host: CachingHost = await hostOf(dir, io);
  const say = (line: string) => host.notify?.(line);
  let findings: readonly Finding[];
  if (grade === undefined) {
    const isRunning = (launch: Launch) => findRunning(launch, fetchOnLoopback);
    const checked = await checkProject(dir, { host, environment: io.environment ?? {}, node: io.node, say, isRunning });
    if ("refusal" in checked) return sayRefusal(checked, io);
    findings = checked;
  } else {
    const { gradeReceiver } = await import("../doctor/receiver/grade-receiver.js");
    const graded = await gradeReceiver(
      { ...grade, dir },
      {
        host: io.host,
        environment: io.environment ?? {},
        loadKit: async () => ({ ...(await import("kiket-gen/testing")), ...(await import("kiket-gen/dev")) }),
        say,
        now: () => io.now().getTime(),
        interrupted: () => io.interrupted(),
      },
    );
    if ("refusal" in graded) return sayRefusal(graded, io);
    findings = graded;
  }
  io.out(json ? formatFindingsJson(findings) : formatFindings(findings, io.outStyle, io.columns));
  return statusOfFindings(findings);
}
