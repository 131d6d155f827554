import { join } from "node:path";
import { extensionPort } from "../../dev/environment.js";
import { triedPort, usualPorts } from "../../dev/free-port.js";
import type { Launch } from "../../dev/launch.js";
import { findStateFolder } from "../../dev/state-folder.js";
import type { Layout } from "../../project/layout.js";
import type { Finding } from "../finding.js";
import { attempt } from "./attempt.js";
import { readFreeSpace, readWatching, readWritable } from "./read/machine-facts.js";
import { readStateFacts } from "./read/state-facts.js";
import { checkDisk, checkWatching } from "./rules/machine.js";
import { checkPorts, type WantedPort } from "./rules/ports.js";
import { checkRunning, checkState } from "./rules/state.js";
import type { Subject } from "./subject.js";

async function tried(id: WantedPort["id"], who: string, port: number): Promise<WantedPort> {
  if (port === 0) return { id, who, port, taken: false };
  try {
    return { id, who, port, taken: (await triedPort(port)) === undefined };
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    return { id, who, port, taken: undefined, refused: code === "EACCES" ? "permission denied" : String(error) };
  }
}

async function checkDevPorts(
  { folder, environment }: Subject,
  running: Launch | undefined,
  listens: boolean,
): Promise<readonly Finding[]> {
  const wanted = [
    await tried("port-inspector", "the inspector", usualPorts.inspector),
    await tried("port-kiket", "the local Kiket", usualPorts.kiket),
  ];
  const ofExtension = await attempt("port-extension", async () => {
    if (!listens) return [];
    const port = extensionPort(environment, join(folder, ".env"));
    return checkPorts([await tried("port-extension", "the extension", port)], running);
  });
  return [...checkPorts(wanted, running), ...ofExtension];
}

/** The findings about what `dev` needs. `listens`: whether the program takes requests. */
export async function checkMachine(subject: Subject, layout: Layout, listens: boolean): Promise<readonly Finding[]> {
  const { folder } = subject;
  const launch = findStateFolder(folder)?.readLaunch();
  const running = launch && (await subject.isRunning(launch));
  const folders = [".", layout.out, layout.handlers];
  return [
    checkRunning(launch, running),
    ...(await checkDevPorts(subject, running, listens)),
    ...(await attempt("state-folder", () => [checkState(readStateFacts(folder))])),
    ...(await attempt("watching", async () => [checkWatching(await readWatching(folder))])),
    ...checkDisk(readWritable(folder, folders), readFreeSpace(folder)),
  ];
}
