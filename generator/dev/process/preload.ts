// A file of its own, which Node loads into a program before it starts. It tells the warden where the program listens, and changes nothing
// that the program can see, unless its clock is to be ahead. Loaded into a worker thread, it does the same there.
import { subscribe } from "node:diagnostics_channel";
import { writeSync } from "node:fs";
import { type Server, Socket } from "node:net";
import { isMainThread } from "node:worker_threads";
import { clockVariable, shiftDate } from "./shifted-date.js";

const ahead = Number(process.env[clockVariable] ?? 0);
if (ahead > 0) shiftDate(globalThis, ahead);

/** The warden's end of it is open as long as the warden runs. Node does not hand it on to programs that this one starts. */
const wardenPipe = 3;

// Programs that this one forks get its options, but have no such pipe.
if (process.execArgv[0] === "--require") process.execArgv.splice(0, 2);

subscribe("tracing:net.server.listen:asyncEnd", (message) => {
  const address = (message as { readonly server?: Server }).server?.address();
  if (typeof address !== "object" || address === null) return;
  try {
    writeSync(wardenPipe, `${JSON.stringify({ address: address.address, port: address.port })}\n`);
  } catch {
    // The warden is gone, and so will be this process.
  }
});

/** Without the warden nobody reads what the program writes, and nobody would end it. */
function endWithWarden(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

if (isMainThread) {
  const pipe = new Socket({ fd: wardenPipe, readable: true, writable: false });
  pipe.on("error", endWithWarden).on("end", endWithWarden).unref();
  pipe.resume();
}
