import type { DataRow } from "../../../data-view.js";

/** The column by which rows are sorted. */
export interface RowOrder {
  readonly column: string;
  readonly isDescending: boolean;
}

const words = new Intl.Collator("en", { numeric: true });

function compare(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  const [first, second] = [one, other].map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return words.compare(first ?? "", second ?? "");
}

/** Rows in this order; as they came without one. Rows without a value are last either way. */
export function ordered(rows: readonly DataRow[], order: RowOrder | undefined): readonly DataRow[] {
  if (order === undefined) return rows;
  const { column, isDescending } = order;
  const valueIn = ({ values }: DataRow): unknown =>
    Object.hasOwn(values, column) ? (values[column] ?? undefined) : undefined;
  return [...rows].sort((one, other) => {
    const [first, second] = [valueIn(one), valueIn(other)];
    if (first === undefined || second === undefined) return Number(first === undefined) - Number(second === undefined);
    return isDescending ? compare(second, first) : compare(first, second);
  });
}

/** What a click on a column's heading does: upwards, downwards, as they came. */
export function nextOrder(order: RowOrder | undefined, column: string): RowOrder | undefined {
  if (order?.column !== column) return { column, isDescending: false };
  return order.isDescending ? undefined : { column, isDescending: true };
}
