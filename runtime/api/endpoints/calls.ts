import type { paths } from "../api.gen.js";

type Method = "get" | "put" | "post" | "delete" | "patch";

type CallOn<Path extends keyof paths> = {
  [Name in Method]: paths[Path] extends { readonly [Key in Name]: object } ? `${Name} ${Path}` : never;
}[Method];

/** An operation of `schemas/openapi.yaml`: its method and its path, such as `get /api/v1/ext/rate_limit`. */
export type Call = { [Path in keyof paths]: CallOn<Path> }[keyof paths];

/**
 * What each member of an endpoint calls, whatever Kiket answers. A member that is, or returns, another endpoint has the calls
 * of that one. Permissions and the audit are read from it.
 */
export type CallsOf<Endpoint> = {
  readonly [Name in keyof Endpoint]: Endpoint[Name] extends (...parameters: never) => infer Result
    ? CallsToAnswer<Result>
    : CallsOf<Endpoint[Name]>;
};

type CallsToAnswer<Result> = [Result] extends [Promise<unknown>]
  ? readonly Call[]
  : [Result] extends [object]
    ? CallsOf<Result>
    : readonly Call[];
