/** A scope that the manifest grants. */
export interface DeclaredScope {
  /** As the manifest spells it, or as it follows from its tables. */
  readonly scope: string;
  /** Whether a handler requires it, or an operation that was called, or that is called in the code, needs it. */
  readonly isUsed: boolean;
}

/** A scope that is needed, and that the manifest does not grant. */
export interface MissingScope {
  /** As the manifest would spell it. */
  readonly scope: string;
  /** Events with their versions, or files, that need it. */
  readonly neededBy: readonly string[];
}

/** The use of one operation. */
export interface ScopeUse {
  /** The id of the operation, or method and path of one that is not Kiket's. */
  readonly operation: string;
  /** What it needs. Empty: none is known, which need not mean that it needs none. */
  readonly scopes: readonly string[];
  /** Calls in the deliveries that are remembered. */
  readonly calls: number;
  /** Whether the code has a call. */
  readonly inCode: boolean;
  /** The newest call that was refused with 403: its delivery, and the scopes that its token lacked. */
  readonly refused?: { readonly delivery: string; readonly lacking: readonly string[] };
}

/** The scopes of a handler, or of code that several share. */
export interface HandlerScopes {
  /** The event with its version, or the file. */
  readonly name: string;
  /** What its definition, or `requireScopes`, requires; undefined if the code was not read. */
  readonly required?: readonly string[];
  /** Those of the token of its newest delivery; absent before the first, and for a signature, which grants none. */
  readonly granted?: readonly string[];
  readonly uses: readonly ScopeUse[];
  /** The newest delivery that was refused for scopes which its token lacked. */
  readonly refused?: { readonly delivery: string; readonly lacking: readonly string[] };
}

/** What `GET /api/scopes` answers. */
export interface ScopeReport {
  /** The manifest, relative to the project. Absent where no command knows it. */
  readonly manifest?: string;
  readonly declared: readonly DeclaredScope[];
  readonly missing: readonly MissingScope[];
  readonly handlers: readonly HandlerScopes[];
  /** Why the code was not read, or cannot tell all that it uses, in sentences. Empty: all uses are known. */
  readonly unknown: readonly string[];
}
