import { basename, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { UsageError } from "../base/usage-error.js";
import { describeSystemError, readRegular } from "../project/host.js";
import { parsePort, usualPorts } from "./free-port.js";

type Variables = Readonly<Record<string, string | undefined>>;

/** What the program gets in its environment. */
export interface ProgramEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Names that the user has set, and whose values the program does not get, in code-unit order. */
  readonly setAside: readonly string[];
}

/** The variables of a file such as `.env`; undefined if there is no such file. Throws the error of the file system for any other reason. */
export function readVariables(file: string): Readonly<Record<string, string>> | undefined {
  try {
    return parseEnv(readRegular(file).toString("utf8")) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * The port that `PORT` names, in the environment or else in the file; `usual` if neither does. Throws a `UsageError` for a `PORT` that is none,
 * and an error of the file system.
 */
export function extensionPort(environment: Variables, file: string, usual: number = usualPorts.extension): number {
  const text = environment.PORT ?? readVariables(file)?.PORT ?? "";
  const port = text.trim() === "" ? usual : parsePort(text);
  if (port === undefined) throw new UsageError(`PORT must be a port between 0 and 65535, not "${text}"`);
  return port;
}

/**
 * The environment without what it has from the file: Node 20 takes `--env-file` of a script for its own, and reads the file into the
 * environment, where a later change of the file would not count.
 */
function withoutFile(environment: Variables, file: Variables): Variables {
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => file[name] !== value));
}

/** What no proxy is asked for. */
const direct = "127.0.0.1,localhost,[::1]";

/**
 * A proxy that the user needs for everything else would get the calls to the local Kiket, where Node takes proxies from the environment
 * (`NODE_USE_ENV_PROXY`). Programs prefer the name in lower case, so it gets what the other has.
 */
function withoutProxyToLoopback({ no_proxy: lower = "", NO_PROXY: upper = "" }: Variables) {
  const users = lower === "" ? upper : lower;
  const value = users === "" ? direct : users.trim() === "*" ? users : `${users},${direct}`;
  return { NO_PROXY: value, no_proxy: value };
}

/** The environment wins over the file, what was set on the page over both, and what the loop sets over all. */
export function programEnvironment(
  file: Variables,
  environment: Variables,
  own: Readonly<Record<string, string>>,
  onPage: Readonly<Record<string, string>> = {},
): ProgramEnvironment {
  const users = Object.entries({ ...file, ...environment }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const variables = Object.fromEntries([...users, ...Object.entries(onPage)]);
  const setAside = users.filter(([name, value]) => Object.hasOwn(own, name) && value !== "" && value !== own[name]);
  return {
    variables: { ...variables, ...withoutProxyToLoopback(variables), ...own },
    setAside: setAside
      .map(([name]) => name)
      .filter((name) => name !== "PORT")
      .sort(),
  };
}

/** The variables that have none of these names. */
export function withoutVariables(
  variables: Readonly<Record<string, string>>,
  names: object,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !Object.hasOwn(names, name)));
}

/** The file of variables: the one that is named, from the working directory, else `.env` of the project. Undefined if the named one does not exist. */
export function environmentFileIn(folder: string, named: string | undefined): string | undefined {
  if (named === undefined) return join(folder, ".env");
  return readVariables(named) === undefined ? undefined : resolve(named);
}

/** The variables of the extension, as they are now. */
interface ExtensionVariables {
  (): Readonly<Record<string, string>>;
  /** One of those that are the user's, as the file was read last, with where it comes from. An empty variable of the environment hides the file's. */
  find(name: string): { readonly value: string; readonly from: string } | undefined;
}

/**
 * Reads the file anew at each call. `setAside` is told the names whenever they change. Throws if the file cannot be read at first; later
 * `unreadable` is told why, and the file counts as it was.
 */
export function createVariables(
  file: string,
  environment: Variables,
  own: () => Readonly<Record<string, string>>,
  setAside: (names: readonly string[]) => void,
  unreadable: (why: string) => void,
  onPage: () => Readonly<Record<string, string>> = () => ({}),
): ExtensionVariables {
  let known = readVariables(file) ?? {};
  const usual = withoutFile(environment, known);
  let told = "";
  const read = () => {
    try {
      known = readVariables(file) ?? {};
    } catch (error) {
      const why = describeSystemError(error);
      if (why === undefined) throw error;
      unreadable(why);
    }
    const made = programEnvironment(known, usual, own(), onPage());
    const names = made.setAside.join(", ");
    if (names !== "" && names !== told) setAside(made.setAside);
    told = names;
    return made.variables;
  };
  const find = (name: string) => {
    const isUsual = Object.hasOwn(usual, name) && usual[name] !== undefined;
    const value = isUsual ? usual[name] : Object.hasOwn(known, name) ? known[name] : undefined;
    return value === undefined ? undefined : { value, from: isUsual ? "environment" : basename(file) };
  };
  return Object.assign(read, { find });
}
