import { createRandom } from "./random.js";

/** What goes wrong, once so many deliveries have been sent. */
export interface PlannedTrouble {
  readonly after: number;
  readonly what: "kill a" | "kill b" | "kill worker" | "kill redis" | "kill all" | "stall redis" | "rolling restart";
}

const killable = ["kill a", "kill b", "kill worker"] as const;

/** The troubles of a run: kills every few hundred deliveries, two of Redis, one of everything, one stall, one rolling restart. */
export function planTroubles(deliveries: number, seed: number): readonly PlannedTrouble[] {
  const random = createRandom(seed);
  const others: PlannedTrouble[] = [
    { after: Math.floor(deliveries * 0.15), what: "kill all" },
    { after: Math.floor(deliveries * 0.25), what: "kill redis" },
    { after: Math.floor(deliveries * 0.45), what: "stall redis" },
    { after: Math.floor(deliveries * 0.6), what: "rolling restart" },
    { after: Math.floor(deliveries * 0.75), what: "kill redis" },
  ];
  // One of each program comes early, so that a short run has them all, and their leases end soon.
  const early = Math.min(400, deliveries / 8);
  const kills = killable.map((what, index) => ({ what, after: Math.floor(early * (index + 0.5)) }));
  for (let after = early * 2.5; ; ) {
    after += 240 + 320 * random();
    if (after >= deliveries * 0.95) break;
    kills.push({ what: killable[Math.floor(random() * 3)] ?? "kill a", after: Math.floor(after) });
  }
  return [...others, ...kills].sort((one, other) => one.after - other.after);
}
