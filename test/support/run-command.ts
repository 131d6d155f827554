import type { Command, Io } from "../../generator/commands/command.js";
import { createHost } from "../../generator/project/host.js";
import { plain } from "../../generator/terminal/report.js";
import type { Finished } from "./run-node.js";

/** Runs a command in this process; what it throws is thrown. `more` replaces parts of its `Io`. */
export async function runCommand(
  command: Pick<Command, "run">,
  args: readonly string[],
  host: Io["host"] = createHost,
  more: Partial<Io> = {},
): Promise<Finished> {
  const said = { stdout: "", stderr: "" };
  const io: Io = {
    out: (text) => {
      said.stdout += text;
    },
    err: (text) => {
      said.stderr += text;
    },
    outStyle: plain,
    errStyle: plain,
    host,
    node: process.versions.node,
    now: () => new Date(0),
    interrupted: () => new Promise(() => {}),
    ...more,
  };
  const code = await command.run(args, io);
  return { code, ...said };
}
