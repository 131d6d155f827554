import { UsageError } from "../base/usage-error.js";
import { type Host, isFolder } from "../project/host.js";
import { type Project, readProject } from "../project/read-project.js";
import { type ProjectValues, placesIn } from "./arguments.js";
import type { Io } from "./command.js";

/** The file system of the project's folder. Throws a `UsageError` if the folder does not exist. */
export async function hostOf(dir: string, io: Io): Promise<Host> {
  if (!(await isFolder(dir))) throw new UsageError(`no folder "${dir}"`);
  return io.host(dir);
}

/** Reads the project that a command works on. */
export async function openProject(
  dir: string,
  values: ProjectValues,
  io: Io,
): Promise<{ host: Host; project: Project }> {
  const places = placesIn(dir, values);
  const host = await hostOf(dir, io);
  return { host, project: await readProject(host, places) };
}
