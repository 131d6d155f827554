import type { Processes } from "./processes.js";
import type { Registry } from "./registry.js";
import type { Tarball } from "./tarball.js";

/** Something that stops a release. */
export interface Problem {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** Thrown by a step that found problems. */
export class StepFailure extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ what }) => what).join("; "));
    this.name = "StepFailure";
    this.problems = problems;
  }
}

export function failIf(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new StepFailure(problems);
}

/** A package that is published: its name, and its folder below the root. */
export interface PublishedPackage {
  readonly name: string;
  readonly folder: string;
}

/** The second package starts projects, and depends on the first one. */
export const publishedPackages: readonly PublishedPackage[] = [
  { name: "kiket-gen", folder: "." },
  { name: "create-kiket-extension", folder: "generator/create" },
];

/** What the steps of one release check share. */
export interface Release {
  /** The folder of the repository. */
  readonly root: string;
  readonly packages: readonly PublishedPackage[];
  /** The tag that is released; undefined for a rehearsal. */
  readonly tag: string | undefined;
  /** A temporary folder, which is removed after the last step. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly processes: Processes;
  /** The packages, packed once. */
  tarballs(): Promise<readonly Tarball[]>;
  /** A registry on the loopback interface, started once, and the configuration of npm for it. */
  registry(): Promise<Registry>;
}

export interface Step {
  readonly name: string;
  /** What it checks, in one line. */
  readonly title: string;
  /** Steps without which this one says nothing: it is left out where one of them failed. */
  readonly needs?: readonly string[];
  /** Resolves with what was found, in one line. Throws a `StepFailure` for a problem. */
  run(release: Release): Promise<string>;
}
