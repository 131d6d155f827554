import type { PackageManager } from "../base/package-manager.js";
import type { Layout } from "../project/layout.js";
import type { DeployTarget } from "./deploy-targets.js";

/** What a project makes: an extension, an evidence adapter, or a receiver of webhooks. */
export type ProgramKind = "extension" | "adapter" | "webhook";

/** What a template must know of the project. Every text is checked, or made safe by the template. */
export interface DeployProject {
  /** A name for resources: at most 40 of `a-z`, `0-9` and `-`, begins with a letter, does not end with `-`. */
  readonly resourceName: string;
  /** Comes from `package.json`, so a path may have any characters. */
  readonly layout: Layout;
  readonly kind: ProgramKind;
  /** Whether the program takes requests. An evidence adapter does not. */
  readonly listens: boolean;
  /**
   * The environment variables of secrets, such as `KIKET_SECRET_API_TOKEN`: those of the manifest, and those that the program must have.
   * Each is a name that every shell takes.
   */
  readonly secretVariables: readonly string[];
  /** The keys of the manifest's secrets that can be names of files everywhere. */
  readonly secretKeys: readonly string[];
  /** Whether BullMQ is installed, so that there are a queue in Redis and a worker. */
  readonly queues: boolean;
  /** Whether a handler is deferred. A worker that has none ends with a message. */
  readonly defers: boolean;
  /** The installed packages with a native binary that the bundle cannot hold, such as `libsql`. */
  readonly nativePackages: readonly string[];
  /** The one that `package.json` names, else the one of the lock file, else npm. */
  readonly installer: PackageManager;
  /** Whether `package.json` names a package, for a program or for its development. */
  readonly has: (packageName: string) => boolean;
}

/** A file that a template wants in the project. */
export interface DeployFile {
  /** Relative to the project, with "/" separators. */
  readonly path: string;
  readonly text: string;
  /** Other paths where the tool that reads it looks for such a file. Beside one of them, the file would be ignored, or would replace it unseen. */
  readonly otherPaths?: readonly string[];
}

/** The files of one target. */
export interface DeployTemplate {
  readonly target: DeployTarget;
  /** Targets whose files it uses: `compose` builds the image of `docker`. */
  readonly needs: readonly DeployTarget[];
  /** Two templates may have the same file, with the same text. */
  readonly files: (project: DeployProject) => readonly DeployFile[];
  /** The packages that the files use. */
  readonly packages: (project: Pick<DeployProject, "listens">) => DeployPackages;
  /** The text of the program, if it must do more than the one that is generated. It is the user's file: written for new projects only. */
  readonly program?: (project: DeployProject) => string;
  /** The commands to run next, one a line. */
  readonly next: (project: DeployProject) => readonly string[];
}

/** Packages by name, with the range of their versions. */
export interface DeployPackages {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
