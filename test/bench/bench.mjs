// npm run bench: everything side by side in one run; the ratios are what counts, the machine is not.
// `npm run bench -- scale runtime --quick` runs these parts, with fewer rounds.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { aims, measureInstall } from "../package/size.mjs";
import { withTarball } from "../package/tarball.mjs";
import { benchDev } from "./dev.mjs";
import { benchFirstAnswer } from "./first-answer.mjs";
import { benchGenerator } from "./generator.mjs";
import { row } from "./row.mjs";
import { benchMemory, benchRuntime } from "./runtime.mjs";
import { scaleParts } from "./scale-rows.mjs";
import { benchScaling } from "./scaling.mjs";
import { benchStart } from "./start.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const words = process.argv.slice(2);
const quick = words.includes("--quick");

async function start() {
  console.log(
    "runs with nothing to do (median wall ms of the whole process; the ratio is to bare node in the same round)",
  );
  for (const { name, ms, ratio, aim } of await benchStart(root, quick ? 11 : 41)) {
    row(name, `${ms.toFixed(0)} ms`, ratio.toFixed(2), aim === undefined ? "" : `aim <= ${aim}`);
  }
}

async function answer() {
  console.log("from the start of a process to its first answer (the ratio is to the first row in the same round)");
  for (const { name, ms, ratio, aim } of await benchFirstAnswer(root, quick ? 11 : 41)) {
    row(name, `${ms.toFixed(0)} ms`, ratio.toFixed(2), aim === undefined ? "" : `aim <= ${aim}`);
  }
}

async function dev() {
  const { ready, live } = await benchDev(root, quick ? 3 : 7, quick ? 5 : 11);
  console.log("kiket-gen dev on a new project (median; the ratio is to bare node in the same run)");
  row("from the start to ready", `${ready.ms.toFixed(0)} ms`, ready.ratio.toFixed(1), "");
  row("from saving a handler until it is live", `${live.ms.toFixed(0)} ms`, live.ratio.toFixed(1), "aim <= 500 ms");
}

async function generator() {
  const times = await benchGenerator(root, quick ? 5 : 15);
  console.log("generator (median wall ms of the whole process)");
  for (const [name, ms] of Object.entries(times)) row(name, `${ms.toFixed(0)} ms`, "", "");
  const ratio = (a, b) => (times[a] / times[b]).toFixed(2);
  row("cold / openapi-typescript", "", ratio("kiket-gen, cold", "openapi-typescript"), "aim <= 0.5");
  row("cold / json2ts", "", ratio("kiket-gen, cold", "json2ts"), "");

  const rows = await benchScaling(root, [10, 30, 100, 300, 1000]);
  console.log("\ngeneration by number of commands, and instantiations of the type checker");
  const slowest = Math.max(...rows.map(({ ms }) => ms));
  for (const { size, ms, instantiations } of rows) {
    const bar = "#".repeat(Math.max(1, Math.round((ms / slowest) * 40)));
    const types = instantiations === undefined ? "" : `${(instantiations / size).toFixed(0)} an event`;
    console.log(`  ${String(size).padStart(5)}  ${ms.toFixed(0).padStart(6)} ms  ${bar.padEnd(40)}  ${types}`);
  }
  const [small, large] = [rows.find(({ size }) => size === 100), rows.find(({ size }) => size === 1000)];
  row("1000 commands", `${large.ms.toFixed(0)} ms`, "", "aim <= 3000 ms");
  row(
    "1000 / 100 commands, start-up taken off",
    "",
    ((large.ms - times["bare node"]) / (small.ms - times["bare node"])).toFixed(1),
    "aim <= 10 (linear)",
  );
}

async function size() {
  await withTarball(async (folder, tarball) => {
    const { packages, megabytes } = await measureInstall(join(folder, "alone"), tarball);
    console.log("package (npm install --omit=dev of the packed tarball; the ratio is to the aim)");
    const against = (value, aim) => [(value / aim).toFixed(2), `aim <= ${aim}`];
    row("packages, ours included", `${packages}`, ...against(packages, aims.packages));
    row("on the disk", `${megabytes.toFixed(1)} MB`, ...against(megabytes, aims.megabytes));
  });
}

async function runtime() {
  const rates = await benchRuntime(root, quick ? 2 : 5, quick ? 2 : 3);
  console.log("runtime (signed deliveries a second, 20 connections, median)");
  for (const [name, { rate, p99 }] of Object.entries(rates))
    row(name, `${rate.toFixed(0)}/s`, "", `p99 ${p99.toFixed(1)} ms`);
  const against = (name) => (rates["kiket-gen"].rate / rates[name].rate).toFixed(2);
  row("kiket-gen / bare node:http + crypto.verify", "", against("bare"), "aim >= 1.0");
  row("kiket-gen / h3 + jose", "", against("h3"), "");
  row("kiket-gen / express + jose", "", against("express"), "aim >= 3");
  const most = (rates["bare-off-thread"].rate / rates.express.rate).toFixed(2);
  row("bare, signature off its thread / express + jose", "", most, "the most that one process can have here");
  row("p99, kiket-gen / bare", "", (rates["kiket-gen"].p99 / rates.bare.p99).toFixed(2), "aim <= 1.5");
  const logging = rates["kiket-gen-logging"].rate / rates["kiket-gen"].rate;
  row("with a log line for each delivery, to a pipe", "", logging.toFixed(2), "aim >= 0.9");
  const dead = rates["kiket-gen-dead-telemetry"].rate / rates["kiket-gen"].rate;
  row("with a telemetry endpoint that never answers", "", dead.toFixed(2), "aim 1");
}

async function memory() {
  const total = quick ? 20_000 : 500_000;
  const points = await benchMemory(root, total);
  console.log(`memory after each tenth of ${total} deliveries (MB resident)`);
  console.log(`  ${points.map((megabytes) => megabytes.toFixed(0)).join("  ")}`);
  row("last tenth / third tenth", "", (points[9] / points[2]).toFixed(2), "flat: about 1");
}

const parts = { start, answer, dev, generator, size, runtime, memory, ...scaleParts };
/** Those with a colon are parts of another one. */
const all = Object.keys(parts).filter((name) => !name.includes(":"));
const chosen = words.filter((word) => !word.startsWith("-"));
const unknown = chosen.filter((word) => !Object.hasOwn(parts, word));
if (unknown.length > 0) throw new Error(`No part "${unknown[0]}". The parts are ${Object.keys(parts).join(", ")}.`);
for (const [index, name] of (chosen.length > 0 ? chosen : all).entries()) {
  if (index > 0) console.log("");
  await parts[name](quick);
}
