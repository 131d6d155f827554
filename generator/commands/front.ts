import { createHost } from "../project/host.js";
import { coloured, plain, type Style } from "../terminal/report.js";
import type { Io } from "./command.js";

export { isUsageError } from "../base/usage-error.js";
export { describeSystemError, isFolder } from "../project/host.js";
export { help, run } from "./generate.js";

function styleOf(stream: NodeJS.WriteStream): Style {
  return stream.isTTY === true && process.env.NO_COLOR === undefined ? coloured : plain;
}

/** The streams and signals of this process, and the disk. */
export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  // Node opens a stream when it is first asked for.
  get outStyle() {
    return styleOf(process.stdout);
  },
  get errStyle() {
    return styleOf(process.stderr);
  },
  host: createHost,
  interrupted: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
};
