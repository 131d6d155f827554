import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Claim, StoredReply } from "../../../../runtime/index.js";
import type { SqliteEngines } from "../../../../runtime/stores/sqlite/store.js";

const mainFile = createRequire(import.meta.url).resolve("libsql");

export const libsql: SqliteEngines = { builtin: false, libsql: mainFile };

/** Whether Node has SQLite, without a flag or a warning. A thread is asked: Node warns only once in each. */
export const hasOwnSqlite = await new Promise<boolean>((resolve, reject) => {
  const program = `let isQuiet = true;
    process.emitWarning = () => { isQuiet = false; };
    const sqlite = process.getBuiltinModule("node:sqlite");
    process.getBuiltinModule("node:worker_threads").parentPort.postMessage(isQuiet && sqlite !== undefined);`;
  new Worker(program, { eval: true }).once("message", resolve).once("error", reject);
});

/** Each engine that this Node can use: libsql, and Node's own from version 24. */
export const engines: readonly (readonly [string, SqliteEngines])[] = [
  ["libsql", libsql],
  ...(hasOwnSqlite ? [["node:sqlite", { builtin: true, libsql: undefined }] as const] : []),
];

/** libsql that runs the JavaScript `fault` in the thread before each transaction, while the fault is on. */
export function faultyEngine(folder: string, fault: string) {
  const file = join(folder, "faulty.cjs");
  const setFault = (isOn: boolean): void => writeFileSync(join(folder, "fault"), isOn ? "on" : "");
  setFault(false);
  writeFileSync(
    file,
    `const Libsql = require(${JSON.stringify(mainFile)});
    const { readFileSync } = require("node:fs");
    module.exports = class extends Libsql {
      exec(sql) {
        const state = readFileSync(${JSON.stringify(join(folder, "fault"))}, "utf8");
        if (state === "on" && sql === "BEGIN IMMEDIATE") { ${fault} }
        return super.exec(sql);
      }
    };`,
  );
  return { engine: { builtin: false, libsql: file } satisfies SqliteEngines, setFault };
}

export const hour = 3_600_000;
export const reply: StoredReply = {
  status: 200,
  body: '{"ü":[1,null]}',
  subject: "issue.created\ndlv_1",
  keepUntil: hour,
};

export function claimAt(now: number, owner = "one"): Claim {
  return { owner, now, leaseUntil: now + 60_000 };
}
