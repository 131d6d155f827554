/** Entries per page where the call does not say: that of audit lists (fact 280). For other lists it is a guess. */
const defaultPerPage = 25;

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly page: number;
  readonly per_page: number;
  readonly total_pages: number;
  /** Of the whole list. */
  readonly count: number;
}

interface PageQuery {
  /** From 1. */
  readonly page?: number;
  readonly per_page?: number;
}

export function pageOf<Item>(
  all: readonly Item[],
  { page = 1, per_page = defaultPerPage }: PageQuery = {},
): Page<Item> {
  const items = all.slice((page - 1) * per_page, page * per_page);
  return { items, page, per_page, total_pages: Math.ceil(all.length / per_page), count: all.length };
}
