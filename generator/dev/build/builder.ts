/** Something in a source file that a build cannot do, or that `npm run build` would do otherwise. */
export interface BuildProblem {
  /** Relative to the project, with "/". */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

export interface Build {
  /** `.kiket-gen/build/<number>`, absolute. It looks like the project to the program: compiled files, and links to all else. */
  readonly folder: string;
  /** The program's file in it, absolute. */
  readonly program: string;
  /** How many files were compiled; the others were taken from the build before. */
  readonly compiled: number;
  readonly warnings: readonly BuildProblem[];
}

export interface Builder {
  /** Makes a new build. Only files that have changed are compiled. A file with a syntax error is a problem, and there is no build. */
  build(number: number): Promise<Build | { readonly problems: readonly BuildProblem[] }>;
  /** Absolute paths of the folders and files that a build depends on, of the last build, also those that do not exist. */
  inputs(): readonly string[];
  /** Deletes all builds but these. */
  keep(numbers: readonly number[]): Promise<void>;
}
