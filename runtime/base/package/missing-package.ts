import { ConfigError, reasonOf } from "../errors.js";

/**
 * The error for packages that cannot be loaded.
 * @param who Who needs them, with the verb: `The queue on BullMQ needs`.
 * @param names They are installed together.
 */
export function missingPackage(who: string, names: readonly string[], cause: unknown): ConfigError {
  const which = `the package${names.length === 1 ? "" : "s"} ${names.join(" and ")}`;
  // What `require` adds to its message is a list of folders.
  const [reason] = reasonOf(cause).split("\n");
  return new ConfigError(`${who} ${which}: npm install ${names.join(" ")} (${reason})`, { cause });
}
