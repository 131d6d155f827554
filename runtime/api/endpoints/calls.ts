import type { paths } from "../api.gen.js";

type Method = "get" | "put" | "post" | "delete" | "patch";

type CallOn<Path extends keyof paths> = {
  [Name in Method]: paths[Path] extends { readonly [Key in Name]: object } ? `${Name} ${Path}` : never;
}[Method];

/** An operation in `schemas/openapi.yaml`: method and path, such as `get /api/v1/ext/rate_limit`. */
export type OperationCall = { [Path in keyof paths]: CallOn<Path> }[keyof paths];

/**
 * The calls that each member of an endpoint may make. For a member that is, or returns, another endpoint, they are the calls of
 * that endpoint. The generator's permissions and audit are derived from this.
 */
export type CallsOf<Endpoint> = {
  readonly [Name in keyof Endpoint]: Endpoint[Name] extends (...parameters: never) => infer Result
    ? CallsToAnswer<Result>
    : CallsOf<Endpoint[Name]>;
};

type CallsToAnswer<Result> = [Result] extends [Promise<unknown>]
  ? readonly OperationCall[]
  : [Result] extends [object]
    ? CallsOf<Result>
    : readonly OperationCall[];
