// npm run bench: everything side by side in one run; the ratios are what counts, the machine is not.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchGenerator } from "./generator.mjs";
import { benchRuntime } from "./runtime.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const quick = process.argv.includes("--quick");

function row(name, value, ratio, aim) {
  console.log(`  ${name.padEnd(44)} ${value.padStart(12)} ${ratio.padStart(8)}  ${aim}`);
}

const times = await benchGenerator(root, quick ? 5 : 15);
console.log("generator (median wall ms of the whole process)");
for (const [name, ms] of Object.entries(times)) row(name, `${ms.toFixed(0)} ms`, "", "");
const ratio = (a, b) => (times[a] / times[b]).toFixed(2);
row("nothing to do / bare node", "", ratio("kiket-gen, nothing to do", "bare node"), "aim <= 1.6");
row("--check / bare node", "", ratio("kiket-gen --check", "bare node"), "aim <= 1.6");
row("cold / openapi-typescript", "", ratio("kiket-gen, cold", "openapi-typescript"), "aim <= 0.5");
row("cold / json2ts", "", ratio("kiket-gen, cold", "json2ts"), "");

const rates = await benchRuntime(root, quick ? 2 : 5, quick ? 2 : 4);
console.log("\nruntime (signed deliveries a second, 20 connections, median)");
for (const [name, { rate, p99 }] of Object.entries(rates)) row(name, `${rate.toFixed(0)}/s`, "", `p99 ${p99} ms`);
const against = (name) => (rates["kiket-gen"].rate / rates[name].rate).toFixed(2);
row("kiket-gen / bare node:http + crypto.verify", "", against("bare"), "aim >= 0.85");
row("kiket-gen / h3 + jose", "", against("h3"), "");
