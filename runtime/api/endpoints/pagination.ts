import { isJsonObject, member } from "../../base/json.js";

/** Where a page is in its list. A member is undefined if Kiket's response does not have it. */
export interface Pagination {
  /** From 1. */
  readonly page: number | undefined;
  /** Undefined if the response does not have it. */
  readonly perPage: number | undefined;
  /** The number of entries on all pages. */
  readonly total: number | undefined;
  /** Undefined if the response does not have it. */
  readonly totalPages: number | undefined;
}

/** From `pagination` (facts 260, 280), or from `meta` as in older documentation (fact 285). */
export function paginationIn(body: unknown): Pagination {
  const places = isJsonObject(body)
    ? ["pagination", "meta"].map((name) => member(body, name)).filter(isJsonObject)
    : [];
  const first = (...names: readonly string[]): number | undefined =>
    places
      .flatMap((place) => names.map((name) => member(place, name)))
      .find((value): value is number => typeof value === "number");
  return {
    page: first("page", "current_page"),
    perPage: first("per_page"),
    total: first("total", "total_count"),
    totalPages: first("total_pages"),
  };
}
