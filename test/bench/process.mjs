// Whole processes, timed from outside, in turn, so that a machine that slows down slows all of them.
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";

export function timed(args, cwd, env = {}) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: "ignore" });
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve(performance.now() - start) : reject(new Error(`${args.join(" ")}: exit ${code}`)),
    );
  });
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The median of each member of the rows, which are numbers. */
export function mediansOf(rows) {
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, median(rows.map((row) => row[name]))]));
}

/** Calls `call` for each number below `amount`, a number of them at a time. */
export async function forEachOf(amount, atATime, call) {
  let next = 0;
  const lane = async () => {
    while (next < amount) await call(next++);
  };
  await Promise.all(Array.from({ length: atATime }, lane));
}

/** Runs every command once a round; returns the times of each, by round. `before` prepares a run and is not timed. */
export async function timesInTurn(commands, rounds) {
  const times = commands.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { args, cwd, env, before }] of commands.entries()) {
      await before?.();
      const time = await timed(args, cwd, env);
      if (round >= 0) times[index].push(time);
    }
  }
  return times;
}

/** A row for each command: its median, and that of its ratio to the first command in the same round. */
export async function rowsInTurn(commands, rounds) {
  const times = await timesInTurn(commands, rounds);
  return commands.map(({ name, aim }, index) => {
    const ratio = median(times[index].map((time, round) => time / times[0][round]));
    return { name, aim, ms: median(times[index]), ratio };
  });
}

/** The median of each. */
export async function interleaved(commands, rounds) {
  return (await timesInTurn(commands, rounds)).map(median);
}
