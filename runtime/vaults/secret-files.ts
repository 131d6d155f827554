import type { FileHandle } from "node:fs/promises";
import { ConfigError, KiketError, reasonOf } from "../base/errors.js";
import { builtinModule } from "../base/process.js";
import { liveValues, secretText, withValues } from "./live-values.js";
import type { LiveValues, SecretSource } from "./secret-source.js";

/** Options of `secretFiles`. */
export interface SecretFilesOptions {
  /** The folder with one file for each secret, whose name is the secret's. Default: `/run/secrets`, where Docker has them. */
  readonly folder?: string | undefined;
}

type Files = Pick<typeof import("node:fs/promises"), "access" | "open" | "readlink" | "realpath">;

/** More bytes are not a secret. */
const mostBytes = 64 * 1024;
/** The value before the last rotation, which is still live. */
const previous = ".previous";
/** Kubernetes swaps all files at once: this is a link to the folder with the files of one version. */
const versionLink = "..data";
/** How often all are read again because they were swapped in the meantime. */
const mostReads = 5;
/** Files are cheap to read. In milliseconds. */
const ttl = 10_000;

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

function posixOf(path: string): string {
  return path.replaceAll("\\", "/");
}

/** A name that cannot lead out of the folder, nor to what Kubernetes has there for itself. */
function requireFileName(name: string): string {
  if (!/[/\\:\0]/.test(name) && !name.startsWith("..") && name !== "." && name !== "" && name.length <= 255)
    return name;
  throw new ConfigError(
    `${JSON.stringify(name)} is not the name of a file with a secret: give the option nameOf one without slashes, colons and dots at the start.`,
  );
}

/** @throws {ConfigError} if it is not a file, or too large. */
async function read(file: FileHandle, name: string): Promise<string> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new ConfigError(`Secret ${name} is not a regular file`);
  const buffer = new Uint8Array(mostBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length > mostBytes) throw new ConfigError(`The file of secret ${name} has more than ${mostBytes} bytes`);
  // Most editors and tools write a newline at the end.
  return secretText(buffer.subarray(0, length), `The file of secret ${name}`).replace(/\r?\n$/, "");
}

/** The folder of the files of one version, as Kubernetes names it; undefined if this is not its folder. */
async function versionIn(folder: string, files: Files): Promise<string | undefined> {
  const target = await files.readlink(`${folder}/${versionLink}`).catch((error: unknown) => {
    // Windows says UNKNOWN for what is no link.
    if (["ENOENT", "EINVAL", "UNKNOWN"].includes(String(codeOf(error)))) return undefined;
    throw error;
  });
  if (target === undefined) return undefined;
  const isName = /^\.\.[\w.-]*[\w-]$/.test(target);
  const [outer, inner] = isName
    ? await Promise.all([files.realpath(folder), files.realpath(`${folder}/${target}`).catch(() => undefined)])
    : [];
  // One that is gone was swapped in the meantime.
  if (isName && (inner === undefined || posixOf(inner) === `${posixOf(outer ?? "")}/${target}`)) return target;
  throw new ConfigError(`${folder}/${versionLink} leads out of its folder`);
}

/**
 * Secrets as files, one for each: those that Docker and Kubernetes mount. A newline at the end is removed. During a rotation, the value before is
 * in a file with the same name and `.previous`. Links are not followed, except the one with which Kubernetes swaps all files at once. They are read
 * again every 10 s, unless `secretsFrom` says otherwise.
 */
export function secretFiles({ folder = "/run/secrets" }: SecretFilesOptions = {}): SecretSource {
  const name = `the folder ${folder}`;

  const readText = async (files: Files, directory: string, fileName: string): Promise<string | undefined> => {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants();
    let file: FileHandle | undefined;
    try {
      // A named pipe would wait for who writes into it.
      file = await files.open(`${directory}/${fileName}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      return await read(file, fileName);
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT") return undefined;
      if (code === "ELOOP" || code === "EMLINK") {
        throw new ConfigError(`The file of secret ${fileName} is a link, which is not followed: mount the file itself`);
      }
      if (code === "EACCES" || code === "EPERM") {
        throw new ConfigError(`The file of secret ${fileName} may not be read by the user of this process`);
      }
      throw code === undefined ? error : new KiketError(`The file of secret ${fileName} cannot be read: ${code}`);
    } finally {
      await file?.close();
    }
  };

  const readAll = async (files: Files, directory: string, names: readonly string[]) => {
    const entries: (readonly [string, LiveValues | undefined])[] = [];
    for (const each of names) {
      const texts = [
        await readText(files, directory, each),
        await readText(files, directory, requireFileName(each + previous)),
      ];
      entries.push([each, liveValues(texts)]);
    }
    return withValues(entries);
  };

  return {
    name,
    ttl,
    async load(names) {
      const wanted = names.map(requireFileName);
      const files = builtinModule("node:fs/promises") as Files | undefined;
      if (files === undefined) throw new ConfigError("secretFiles needs a file system, which this platform has not");
      await files.access(folder).catch((error: unknown) => {
        throw new ConfigError(
          `There is no folder ${folder} that this process may read (${codeOf(error) ?? reasonOf(error)}): mount the secrets there, or set the option folder`,
        );
      });
      for (let reads = 1; ; reads += 1) {
        const version = await versionIn(folder, files);
        const values = await readAll(files, version === undefined ? folder : `${folder}/${version}`, wanted);
        if ((await versionIn(folder, files)) === version) return values;
        if (reads === mostReads) throw new KiketError(`The files in ${folder} are swapped too often to read them`);
      }
    },
  };
}

function constants(): { readonly O_RDONLY: number; readonly O_NOFOLLOW?: number; readonly O_NONBLOCK?: number } {
  const fs = builtinModule("node:fs") as typeof import("node:fs");
  return fs.constants;
}
