import { createRandom } from "./random.js";

/** What goes wrong, once so many deliveries have been sent. */
export interface PlannedTrouble {
  readonly after: number;
  readonly what: "kill a" | "kill b" | "kill worker" | "kill redis" | "stall redis" | "rolling restart";
}

const killable = ["kill a", "kill b", "kill worker"] as const;

/** The troubles of a run: kills every few hundred deliveries, two of Redis, one stall, one rolling restart. */
export function planTroubles(deliveries: number, seed: number): readonly PlannedTrouble[] {
  const random = createRandom(seed);
  const plan: PlannedTrouble[] = [
    { after: Math.floor(deliveries * 0.25), what: "kill redis" },
    { after: Math.floor(deliveries * 0.45), what: "stall redis" },
    { after: Math.floor(deliveries * 0.6), what: "rolling restart" },
    { after: Math.floor(deliveries * 0.75), what: "kill redis" },
  ];
  // The first three kills are of each program, so that a short run has them all.
  const every = Math.min(400, deliveries / 8);
  for (let count = 0, after = every / 2; after < deliveries * 0.95; count += 1) {
    const what = killable[count < 3 ? count : Math.floor(random() * 3)] ?? "kill a";
    plan.push({ after: Math.floor(after), what });
    after += every * (0.6 + 0.8 * random());
  }
  return plan.sort((one, other) => one.after - other.after);
}
