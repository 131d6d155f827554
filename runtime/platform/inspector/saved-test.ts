/** A delivery to keep as a test: the body of `POST /api/tests`. */
export interface SaveTestRequest {
  /** The id of the delivery. */
  readonly delivery: string;
  /** Of the files: words of `a-z0-9` with single hyphens between them. */
  readonly name: string;
}

/** A test of one delivery, before or after it is written. */
export interface TestPlan {
  readonly name: string;
  /** The files, relative to the project, with "/". */
  readonly files: readonly string[];
  /** Runs the test, in the project's folder. */
  readonly command: string;
  /** What the test asserts, in phrases such as `the status is 200`. */
  readonly asserts: readonly string[];
  /** What is hidden in it, or what must be done before it can run, in sentences. */
  readonly remarks: readonly string[];
}

/** Keeps deliveries as tests of the project. Its functions throw a `RequestProblem` where that cannot be done. */
export interface SavedTests {
  /** What would be written; nothing is. Without a name: with one that is free. */
  plan(delivery: string, name?: string): Promise<TestPlan>;
  /** Writes all files, or none. An existing file is never changed. */
  save(request: SaveTestRequest): Promise<TestPlan>;
}
