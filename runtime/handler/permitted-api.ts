import type { Client, FetchResponse, MaybeOptionalInit } from "openapi-fetch";
import type { paths } from "../api/api.gen.js";
import type { SecretsEndpoint } from "../api/endpoints/secrets.js";

/**
 * What a manifest's permissions leave out, each with the permission to add. Derived from `x-kiket-scopes` in
 * `schemas/openapi.yaml` when code is generated; an operation whose scope is not recorded is never among them.
 */
export interface MissingPermissions {
  /** By method in small letters, then by path, both as the OpenAPI document writes them. */
  readonly api: { readonly [Name in Method]?: object };
  /** By member of `context.endpoints`; what such a member returns is described in the same way, one level below. */
  readonly endpoints: object;
}

/** Of an extension without generated code: every call is offered. */
export interface NothingMissing extends MissingPermissions {
  readonly api: Readonly<Record<never, never>>;
  readonly endpoints: Readonly<Record<never, never>>;
}

declare const permission: unique symbol;

/**
 * Stands where a call is not permitted. No value has this type: its name is the compiler's complaint, which is why it is
 * always written out and never behind an alias.
 */
export interface NotPermitted<Advice extends string> {
  readonly [permission]: Advice;
}

type Method = "get" | "put" | "post" | "delete" | "patch";

/** The paths of the extension's own OpenAPI document, where it was generated with one. */
export type PathsOf<Types> = Types extends { readonly paths: infer Own extends object } ? Own : paths;

/** openapi-fetch has the same by inference over its whole client, which costs the compiler fifty times as much. */
type PathOf<Paths extends object, Name extends Method> = {
  [Path in keyof Paths]: Paths[Path] extends { readonly [Key in Name]: object } ? Path : never;
}[keyof Paths];

/** Without changing what a method holds, tells the compiler that every path may have it. */
type ItemOf<Paths, Path extends keyof Paths> = Paths[Path] & { readonly [Name in Method]?: unknown };

type InitOf<Init> = Init & { [key: string]: unknown };
type InitParameters<Init> = Record<never, never> extends Init ? [InitOf<Init>?] : [InitOf<Init>];

/** One signature, not two overloads: a complaint about anything else stays as short as without permissions. */
type PermittedMethod<Paths extends object, Name extends Method, Missing> = <
  Path extends PathOf<Paths, Name>,
  Init extends MaybeOptionalInit<ItemOf<Paths, Path>, Name>,
>(
  url: Path extends keyof Missing
    ? NotPermitted<`add the permission ${Missing[Path] & string} to the manifest to call this`>
    : Path,
  ...init: InitParameters<Init>
) => Promise<FetchResponse<Extract<ItemOf<Paths, Path>[Name], object>, Init, `${string}/${string}`>>;

type MissingOf<Missing extends MissingPermissions, Name extends Method> = Name extends keyof Missing["api"]
  ? Missing["api"][Name]
  : Record<never, never>;

interface RestrictedClient<Paths extends object, Missing extends MissingPermissions>
  extends Omit<Client<Paths>, Uppercase<Method> | "request"> {
  readonly GET: PermittedMethod<Paths, "get", MissingOf<Missing, "get">>;
  readonly PUT: PermittedMethod<Paths, "put", MissingOf<Missing, "put">>;
  readonly POST: PermittedMethod<Paths, "post", MissingOf<Missing, "post">>;
  readonly DELETE: PermittedMethod<Paths, "delete", MissingOf<Missing, "delete">>;
  readonly PATCH: PermittedMethod<Paths, "patch", MissingOf<Missing, "patch">>;
  readonly request: <
    Name extends Method,
    Path extends PathOf<Paths, Name>,
    Init extends MaybeOptionalInit<ItemOf<Paths, Path>, Name>,
  >(
    method: Name,
    url: Path extends keyof MissingOf<Missing, Name>
      ? NotPermitted<`add the permission ${MissingOf<Missing, Name>[Path] & string} to the manifest to call this`>
      : Path,
    ...init: InitParameters<Init>
  ) => Promise<FetchResponse<Extract<ItemOf<Paths, Path>[Name], object>, Init, `${string}/${string}`>>;
}

/** The API client as far as the manifest's permissions reach: the rest does not compile, and says what to add. */
export type PermittedApi<
  Missing extends MissingPermissions,
  Paths extends object = paths,
> = keyof Missing["api"] extends never ? Client<Paths> : RestrictedClient<Paths, Missing>;

/** A group of calls as far as the manifest's permissions reach; `Missing` has the shape of the group. */
export type Permitted<Group, Missing> = keyof Missing extends never
  ? Group
  : {
      readonly [Name in keyof Group]: Name extends keyof Missing
        ? PermittedMember<Group[Name], Missing[Name]>
        : Group[Name];
    };

type PermittedMember<Member, Missing> = Missing extends string
  ? NotPermitted<`add the permission ${Missing} to the manifest to call this`>
  : Member extends (...parameters: infer Parameters) => infer Result
    ? (...parameters: Parameters) => Permitted<Result, Missing>
    : Permitted<Member, Missing>;

/** The remote secret store, which is a member of `context.endpoints` too. */
export type PermittedSecrets<Missing extends MissingPermissions> = Missing["endpoints"] extends {
  readonly secrets: infer Lacking;
}
  ? Permitted<SecretsEndpoint, Lacking>
  : SecretsEndpoint;
