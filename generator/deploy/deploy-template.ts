import type { Layout } from "../project/layout.js";

/** Where a project can be deployed. */
export type DeployTarget = "docker" | "compose" | "kubernetes" | "cloud-run" | "lambda" | "cloudflare" | "fly";

/** What a template must know of the project. Every text is checked, or made safe by the template. */
export interface DeployProject {
  /** A name for resources: at most 63 of `a-z`, `0-9` and `-`, begins with a letter, does not end with `-`. */
  readonly resourceName: string;
  readonly layout: Layout;
  /** Whether the program takes requests. An evidence adapter does not. */
  readonly listens: boolean;
  /** The environment variables of the secrets in the manifest, such as `KIKET_SECRET_API_TOKEN`. */
  readonly secretVariables: readonly string[];
  /** Whether a handler is deferred, so that a queue in Redis and a worker are needed. */
  readonly defers: boolean;
  /** The installed packages with a native binary that the bundle cannot hold, such as `libsql`. */
  readonly nativePackages: readonly string[];
}

/** The files of one target. */
export interface DeployTemplate {
  readonly target: DeployTarget;
  /** One line for the help. */
  readonly summary: string;
  /** Targets whose files it uses: `compose` builds the image of `docker`. */
  readonly needs: readonly DeployTarget[];
  /** Relative paths within the project. */
  readonly files: (project: DeployProject) => readonly { readonly path: string; readonly text: string }[];
  /** The commands to run next, one a line. */
  readonly next: (project: DeployProject) => readonly string[];
}
