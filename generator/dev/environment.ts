import { parseEnv } from "node:util";
import { readRegular } from "../project/host.js";

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

/** The environment wins over the file, and what the loop sets wins over both. */
export function programEnvironment(
  file: Variables,
  environment: Variables,
  own: Readonly<Record<string, string>>,
): ProgramEnvironment {
  const users = Object.entries({ ...file, ...environment }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const setAside = users.filter(([name, value]) => Object.hasOwn(own, name) && value !== "" && value !== own[name]);
  return {
    variables: { ...Object.fromEntries(users), ...own },
    setAside: setAside
      .map(([name]) => name)
      .filter((name) => name !== "PORT")
      .sort(),
  };
}
