import { randomBytes } from "node:crypto";
import type { DevKiket, DevKiketOptions, DevProject, DevStorage } from "kiket-gen/dev";
import { type Refusal, refuse } from "../../base/refusal.js";
import { type StorageSight, storageForOne } from "./storage.js";

/** What a local Kiket for one delivery needs. */
export interface OneDelivery {
  readonly openKiket: (options: DevKiketOptions) => Promise<DevKiket>;
  readonly project: DevProject;
  readonly check: DevKiketOptions["check"];
  /** Of the project, if it has one. */
  readonly storage: DevStorage | undefined;
  readonly sight: StorageSight;
  /** Of the local Kiket. The receiver must know it, so another one is no help. */
  readonly port: number;
  /** Base URL of the receiver, without a slash at the end. */
  readonly target: string;
  readonly warn: (message: string) => void;
}

function portTaken(port: number): Refusal {
  const other = port < 65_535 ? port + 1 : port - 1;
  return refuse(
    `port ${port} is taken, and the receiver must know the address of the local Kiket`,
    `stop what listens there, or pass --kiket-port ${other} and start the receiver with KIKET_BASE_URL=http://127.0.0.1:${other}`,
  );
}

const secret = (): string => randomBytes(16).toString("hex");

/** Opens a local Kiket that delivers to the target. */
export async function openOnce(parts: OneDelivery): Promise<DevKiket | Refusal> {
  const { openKiket, project, check, storage, sight, port, target, warn } = parts;
  const kiket = await openKiket({
    ...{ project, check, warn, inspector: false, launchId: secret(), token: secret() },
    ports: { inspector: 0, kiket: port },
    ...(storage === undefined ? {} : { storage: storageForOne(storage, sight) }),
  });
  if (kiket.kiket !== `http://127.0.0.1:${port}`) {
    await kiket.close();
    return portTaken(port);
  }
  kiket.serveAt({ url: target, build: 0 });
  return kiket;
}
