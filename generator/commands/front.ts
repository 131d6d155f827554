import { createHost } from "../project/host.js";
import { coloured, plain, type Style } from "../terminal/report.js";
import { shownInColours, shownText } from "../terminal/shown-text.js";
import type { Io } from "./command.js";

export { isUsageError } from "../base/usage-error.js";
export { describeSystemError, isFolder } from "../project/host.js";
export { help, run } from "./generate.js";

function styleOf(stream: NodeJS.WriteStream): Style {
  return stream.isTTY === true && process.env.NO_COLOR === undefined ? coloured : plain;
}

/** Names in a project that somebody else wrote must not control the terminal. */
function shownIn(stream: NodeJS.WriteStream, text: string): string {
  return (styleOf(stream) === plain ? shownText : shownInColours)(text);
}

/** The streams and signals of this process, and the disk. Node opens a stream when it is first asked for. */
export const processIo: Io = {
  out: (text) => void process.stdout.write(shownIn(process.stdout, text)),
  err: (text) => void process.stderr.write(shownIn(process.stderr, text)),
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
