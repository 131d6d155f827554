import { basename, dirname } from "node:path";
import { isObject } from "../../base/shape.js";
import { UsageError } from "../../base/usage-error.js";
import type { Io } from "../command.js";

/** The text of a file that the user names, or of standard input for "-". Throws a `UsageError` if there is none. */
async function readNamed(file: string, io: Io): Promise<string> {
  const text = file === "-" ? await io.input?.() : await io.host(dirname(file)).read(basename(file));
  if (text === undefined) throw new UsageError(`no file "${file}"`);
  return text;
}

/** The JSON in a file. Throws a `UsageError` for a file without JSON. */
export async function readJsonFile(file: string, io: Io): Promise<unknown> {
  const text = await readNamed(file, io);
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new UsageError(`${file === "-" ? "standard input" : file} is not JSON: ${(error as Error).message}`);
  }
}

/** The JSON object in a file. Throws a `UsageError` for any other file. */
export async function readJsonObject(file: string, io: Io): Promise<Readonly<Record<string, unknown>>> {
  const value = await readJsonFile(file, io);
  if (isObject(value)) return value;
  throw new UsageError(`${file === "-" ? "standard input" : file} must contain one JSON object`);
}

/** The secrets of `--secret-file`; undefined without it. */
export async function readSecrets(
  file: string | undefined,
  io: Io,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (file === undefined) return undefined;
  const secrets = await readJsonObject(file, io);
  const other = Object.entries(secrets).find(([, value]) => typeof value !== "string");
  // Never the value: it may be a secret.
  if (other !== undefined) throw new UsageError(`${file}: the secret "${other[0]}" must be a text`);
  return secrets as Readonly<Record<string, string>>;
}
