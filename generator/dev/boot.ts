import { uptime } from "node:os";
import { readPlainFile } from "../project/cache-folder.js";

/** Of Linux: random, and new at each boot. */
const bootIdFile = "/proc/sys/kernel/random/boot_id";

/** The clock may be set a little between two looks at it. In seconds. */
const tolerance = 120;

/** A text for this boot of the machine: the system's own id, or the time of the boot in seconds where the system has none (`at 1764124987`). */
export function readBootId(): string {
  const id = readPlainFile(bootIdFile, 100)?.trim();
  return id !== undefined && id !== "" ? id : `at ${Math.round(Date.now() / 1000 - uptime())}`;
}

/** Whether two texts of `readBootId` are from the same boot. */
export function isSameBoot(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => /^at (\d{1,12})$/.exec(text)?.[1]);
  if (first === undefined || second === undefined) return one === other;
  return Math.abs(Number(first) - Number(second)) <= tolerance;
}
