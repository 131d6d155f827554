import type { Host } from "../project/host.js";
import type { Layout } from "../project/layout.js";
import type { SchemaPaths } from "../project/schema-paths.js";

/** What a command that reads a whole project is told; of the schemas what is not given, the lock file keeps. */
export interface ProjectOptions extends SchemaPaths {
  /** The project's folder. */
  readonly dir: string;
  readonly host: Host;
  readonly layout: Layout;
  readonly manifest?: string;
}
