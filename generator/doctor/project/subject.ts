import type { Launch } from "../../dev/launch.js";
import type { CachingHost } from "../../project/host.js";

/** What checking needs of its surroundings. */
export interface CheckTools {
  readonly host: CachingHost;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The version of Node that runs this, without a "v". */
  readonly node: string;
  /** Tells a person who waits something, in one line. */
  readonly say: (line: string) => void;
  /** The launch if its inspector answers that it runs. */
  readonly isRunning: (launch: Launch) => Promise<Launch | undefined>;
}

/** The project that is looked at. */
export interface Subject extends CheckTools {
  /** As it was given. */
  readonly dir: string;
  /** Absolute, without links. */
  readonly folder: string;
}
