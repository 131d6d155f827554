import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "../../base/errors.js";

/**
 * What `statfs` calls file systems that several machines or several kernels may share (statfs(2), linux/magic.h). There the memory that
 * processes share in WAL mode is not the same for all, or locks do not work.
 */
const sharedFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB"],
  [0xff534d42, "SMB"],
  [0x564c, "NCP"],
  [0x65735546, "FUSE"],
  [0x01021997, "9p"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
  [0xaad7aaea, "PanFS"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x786f4256, "a shared folder of VirtualBox"],
  [0xbacbacbc, "a shared folder of VMware"],
]);

/** The name of a file system that is not for this store, from the number that `statfs` gives; undefined for all others. */
export function sharedFileSystem(type: number): string | undefined {
  // Some are larger than a positive 32-bit number, and given as a negative one.
  return sharedFileSystems.get(type >>> 0);
}

/** The bytes of the head of a database. */
const shortestDatabase = 100;

function refuseSharedDisk(folder: string): void {
  const name = folder.startsWith("\\\\") ? "a network share" : sharedFileSystem(Number(statfsSync(folder).type));
  if (name === undefined) return;
  throw new ConfigError(
    `its folder is on ${name}, where SQLite can lose data: choose a folder on a disk of this machine`,
  );
}

/** Node's own `recursive` never returns where the system says of a folder that is there that it is not, as in `/proc`. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "EEXIST") throw error;
  }
}

/**
 * Makes sure that the path is a file that this process can read and write, on a disk of this machine. Makes the file and its folder
 * where there is none; others than the user cannot read it, because replies may be confidential. The file is never read here: on
 * closing it, the system would drop the locks that SQLite has on it.
 * @throws {ConfigError} or the system's own error.
 */
export function prepareFile(path: string): void {
  makeFolder(dirname(path));
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined && lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new ConfigError("it is a symbolic link to a file that does not exist");
  }
  if (found?.isDirectory() === true) throw new ConfigError("it is a folder: give the path of a file in it");
  if (found?.isFile() === false) throw new ConfigError("it is not a regular file");
  // SQLite takes a file of one byte for an empty one.
  if (found !== undefined && found.size > 0 && found.size < shortestDatabase) {
    throw new ConfigError("it is not a database: choose another path");
  }
  const folder = found === undefined ? realpathSync(dirname(path)) : dirname(realpathSync(path));
  refuseSharedDisk(folder);
  if (found === undefined) {
    try {
      closeSync(openSync(path, "wx", 0o600));
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== "EEXIST") throw error;
    }
  }
  accessSync(path, constants.R_OK | constants.W_OK);
  accessSync(folder, constants.W_OK);
}

/** Which files SQLite has open: other ones have another identity, also under the same names. */
export function filesIdentity(path: string): string {
  return ["", "-wal", "-shm"]
    .map((suffix) => statSync(path + suffix, { throwIfNoEntry: false }))
    .map((found) => (found === undefined ? "none" : `${found.dev}:${found.ino}`))
    .join(" ");
}
