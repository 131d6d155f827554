import type { Client, FetchResponse, MaybeOptionalInit } from "openapi-fetch";
import type { paths } from "../api/api.gen.js";
import type { CallScopes } from "../api/call-scopes.gen.js";
import type { SecretsEndpoint } from "../api/endpoints/secrets.js";
import type { NotPermitted } from "../api/not-permitted.js";
import type { NoMembers } from "../base/json.js";

/** The calls that a manifest's permissions do not allow, each with the permission to add. An operation whose scope is not known is always allowed. */
export interface NotAllowedCalls {
  /** By method in lower case, then by path, as in the OpenAPI document. */
  readonly api: { readonly [Name in Method]?: object };
  /** By member of `context.endpoints`. If a member returns a group of calls, they are one level below, in the same form. */
  readonly endpoints: object;
}

/** All scopes in a tree of calls. */
export type ScopesIn<Tree> = Tree extends string ? Tree : ScopesIn<Tree[keyof Tree]>;

/** The branches of a tree of calls that need a missing scope, with the permission to add in place of the scope. */
export type MissingIn<Tree, Missing> = {
  readonly [Name in keyof Tree as ScopesIn<Tree[Name]> & keyof Missing extends never
    ? never
    : Name]: Tree[Name] extends string ? Missing[Tree[Name] & keyof Missing] : MissingIn<Tree[Name], Missing>;
};

/**
 * The calls that need a missing scope.
 * @typeParam Missing the missing scopes by Kiket's name, each with the permission to add, spelled as in the manifest.
 * @typeParam Scopes the scopes that each call needs. Default: as Kiket documents them.
 */
export interface MissingCalls<Missing, Scopes extends { readonly api: object; readonly endpoints: object } = CallScopes>
  extends NotAllowedCalls {
  readonly api: MissingIn<Scopes["api"], Missing>;
  readonly endpoints: MissingIn<Scopes["endpoints"], Missing>;
}

/** For an extension without generated code: every call is allowed. */
export type NothingMissing = MissingCalls<NoMembers>;

type Method = "get" | "put" | "post" | "delete" | "patch" | "head" | "options" | "trace";

/** The paths of the OpenAPI document that the extension was generated with; Kiket's if there was none. */
export type PathsOf<Types> = Types extends { readonly paths: infer Own extends object } ? Own : paths;

/** The paths with this method. openapi-fetch infers this from its whole client, which takes the compiler fifty times as long. */
export type ApiPath<Paths extends object, Name extends Method> = {
  [Path in keyof Paths]: Paths[Path] extends { readonly [Key in Name]: object } ? Path : never;
}[keyof Paths];

/** The operations of a path. The second part tells the compiler that every path may have every method. */
export type ApiPathItem<Paths, Path extends keyof Paths> = Paths[Path] & { readonly [Name in Method]?: unknown };

/** The parameters after the path: options, which may be left out if the operation requires none. */
export type ApiInit<Init> =
  Record<never, never> extends Init ? [(Init & { [key: string]: unknown })?] : [Init & { [key: string]: unknown }];

// One signature instead of two overloads, so that the compiler's other errors stay as short as without permissions.
/** A method of the API client for the paths that the manifest permits. */
export type PermittedMethod<Paths extends object, Name extends Method, Missing> = <
  Path extends ApiPath<Paths, Name>,
  Init extends MaybeOptionalInit<ApiPathItem<Paths, Path>, Name>,
>(
  url: Path extends keyof Missing
    ? NotPermitted<`add the permission ${Missing[Path] & string} to the manifest to call this`>
    : Path,
  ...init: ApiInit<Init>
) => Promise<FetchResponse<Extract<ApiPathItem<Paths, Path>[Name], object>, Init, `${string}/${string}`>>;

/** The paths whose operation with this method the manifest does not permit. */
export type NotAllowedPaths<Missing extends NotAllowedCalls, Name extends Method> = Name extends keyof Missing["api"]
  ? Missing["api"][Name]
  : Record<never, never>;

/** The API client of an extension whose manifest does not permit every call. */
export interface RestrictedClient<Paths extends object, Missing extends NotAllowedCalls>
  extends Omit<Client<Paths>, Uppercase<Method> | "request"> {
  readonly GET: PermittedMethod<Paths, "get", NotAllowedPaths<Missing, "get">>;
  readonly PUT: PermittedMethod<Paths, "put", NotAllowedPaths<Missing, "put">>;
  readonly POST: PermittedMethod<Paths, "post", NotAllowedPaths<Missing, "post">>;
  readonly DELETE: PermittedMethod<Paths, "delete", NotAllowedPaths<Missing, "delete">>;
  readonly PATCH: PermittedMethod<Paths, "patch", NotAllowedPaths<Missing, "patch">>;
  readonly HEAD: PermittedMethod<Paths, "head", NotAllowedPaths<Missing, "head">>;
  readonly OPTIONS: PermittedMethod<Paths, "options", NotAllowedPaths<Missing, "options">>;
  readonly TRACE: PermittedMethod<Paths, "trace", NotAllowedPaths<Missing, "trace">>;
  readonly request: <
    Name extends Method,
    Path extends ApiPath<Paths, Name>,
    Init extends MaybeOptionalInit<ApiPathItem<Paths, Path>, Name>,
  >(
    method: Name,
    url: Path extends keyof NotAllowedPaths<Missing, Name>
      ? NotPermitted<`add the permission ${NotAllowedPaths<Missing, Name>[Path] & string} to the manifest to call this`>
      : Path,
    ...init: ApiInit<Init>
  ) => Promise<FetchResponse<Extract<ApiPathItem<Paths, Path>[Name], object>, Init, `${string}/${string}`>>;
}

/** The API client with the calls that the manifest permits. Other calls do not compile, and the error says what to add. */
export type PermittedApi<
  Missing extends NotAllowedCalls,
  Paths extends object = paths,
> = keyof Missing["api"] extends never ? Client<Paths> : RestrictedClient<Paths, Missing>;

/** A group of calls with those that the manifest permits. `Missing` has the shape of the group. */
export type Permitted<Group, Missing> = keyof Missing extends never
  ? Group
  : {
      readonly [Name in keyof Group]: Name extends keyof Missing
        ? PermittedMember<Group[Name], Missing[Name]>
        : Group[Name];
    };

/** A member of a group of calls, or the type that says which permission it needs. */
export type PermittedMember<Member, Missing> = Missing extends string
  ? NotPermitted<`add the permission ${Missing} to the manifest to call this`>
  : Member extends (...parameters: infer Parameters) => infer Result
    ? (...parameters: Parameters) => Permitted<Result, Missing>
    : Permitted<Member, Missing>;

/** The secret store on Kiket, which is also a member of `context.endpoints`. */
export type PermittedSecrets<Missing extends NotAllowedCalls> = Missing["endpoints"] extends {
  readonly secrets: infer Lacking;
}
  ? Permitted<SecretsEndpoint, Lacking>
  : SecretsEndpoint;
