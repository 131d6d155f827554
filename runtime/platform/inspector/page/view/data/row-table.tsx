import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { DataCollection, DataRow } from "../../../data-view.js";
import { cellText } from "../../state/data/cell-text.js";
import type { RowOrder } from "../../state/data/row-order.js";
import { indexesInSight, linesByKey, useSight } from "../lines-in-sight.js";

/** The height of a line, as in the style sheet. */
const line = 32;
/** Lines above and below the visible ones that are rendered too. */
const margin = 10;

interface RowTableProps {
  readonly collection: DataCollection;
  readonly rows: readonly DataRow[];
  readonly order: RowOrder | undefined;
  /** The row that has the focus, or gets it when the table is reached by keyboard. */
  readonly active: string | undefined;
  readonly onOrder: (column: string) => void;
  readonly onActive: (key: string) => void;
  readonly onOpen: (row: DataRow) => void;
}

/** Lines that are not in the document. */
function Gap({ lines }: { readonly lines: number }) {
  if (lines <= 0) return null;
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it has nothing in it that takes the focus
  return <tr class="gap" aria-hidden="true" style={{ height: `${lines * line}px` }} />;
}

function Cells({
  collection,
  row,
  isActive,
  onOpen,
  onActive,
}: {
  readonly collection: DataCollection;
  readonly row: DataRow;
  readonly isActive: boolean;
  readonly onOpen: () => void;
  readonly onActive: () => void;
}) {
  return collection.columns.map(({ name }, index) => {
    const text = cellText(Object.hasOwn(row.values, name) ? row.values[name] : undefined);
    if (index === 0) {
      return (
        <th key={name} scope="row">
          <button
            type="button"
            class="link open-row"
            data-key={row.key}
            tabIndex={isActive ? 0 : -1}
            onClick={onOpen}
            onFocus={onActive}
          >
            <bdi>{text ?? row.key}</bdi>
          </button>
        </th>
      );
    }
    return (
      <td key={name} class={text === undefined ? "quiet" : ""}>
        <bdi>{text ?? "null"}</bdi>
      </td>
    );
  });
}

/** The rows in a box that scrolls. Only those in sight, and the active one, are in the document. */
export function RowTable({ collection, rows, order, active, onOrder, onActive, onOpen }: RowTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const [sight, look] = useSight(box, line);
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = 0;
  }, [collection.id]);
  const found = rows.findIndex(({ key }) => key === active);
  const at = Math.max(0, found);
  /** The row whose button gets the focus as soon as it is there. */
  const focusNext = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (focusNext.current === undefined || box.current === null) return;
    const buttons = [...box.current.querySelectorAll<HTMLButtonElement>(".open-row")];
    const button = buttons.find(({ dataset }) => dataset.key === focusNext.current);
    if (button === undefined) return;
    focusNext.current = undefined;
    button.focus({ preventScroll: true });
  });
  const move = (lines: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, at + lines));
    const row = rows[next];
    if (row === undefined || box.current === null) return;
    focusNext.current = row.key;
    // Below the heading, which stays.
    const { scrollTop, clientHeight } = box.current;
    if (next * line < scrollTop) box.current.scrollTop = next * line;
    if ((next + 2) * line > scrollTop + clientHeight) box.current.scrollTop = (next + 2) * line - clientHeight;
    look();
    onActive(row.key);
  };
  const inSight = indexesInSight(sight, rows.length, margin);
  const isApart = rows.length > 0 && !inSight.includes(at);
  const indexes = (isApart ? [...inSight, at] : [...inSight]).sort((a, b) => a - b);
  const { columns } = collection;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it have the focus
    <div
      ref={box}
      class="rows"
      onScroll={look}
      onKeyDown={(pressed) => {
        const lines = linesByKey[pressed.key];
        const isOnRow = pressed.target instanceof Element && pressed.target.matches(".open-row");
        if (lines === undefined || !isOnRow || pressed.ctrlKey || pressed.altKey || pressed.metaKey) return;
        pressed.preventDefault();
        move(lines);
      }}
    >
      <table
        aria-label={collection.title}
        aria-rowcount={rows.length + 1}
        style={{ width: `max(100%, ${columns.length * 9.5}rem)` }}
      >
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name }) => {
              const direction = order?.column !== name ? undefined : order.isDescending ? "descending" : "ascending";
              return (
                <th key={name} scope="col" aria-sort={direction ?? "none"}>
                  <button type="button" class="sort" onClick={() => onOrder(name)}>
                    <bdi>{name}</bdi>
                    {direction !== undefined && (
                      <span aria-hidden="true">{direction === "ascending" ? " ↑" : " ↓"}</span>
                    )}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {indexes.map((index, nth) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <Fragment key={row.key}>
                <Gap lines={index - (indexes[nth - 1] ?? -1) - 1} />
                <tr aria-rowindex={index + 2}>
                  <Cells
                    collection={collection}
                    row={row}
                    isActive={index === at}
                    onOpen={() => onOpen(row)}
                    onActive={() => onActive(row.key)}
                  />
                </tr>
              </Fragment>
            );
          })}
          <Gap lines={rows.length - (indexes.at(-1) ?? -1) - 1} />
        </tbody>
      </table>
    </div>
  );
}
