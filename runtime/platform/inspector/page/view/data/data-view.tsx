import "./data.css";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { DataCollection, DataEdit, DataRow, DataRows } from "../../../data-view.js";
import { failureWords } from "../../state/control-api.js";
import { nextOrder, ordered, type RowOrder } from "../../state/data/row-order.js";
import { counted } from "../../state/labels.js";
import type { ViewProps } from "../view-props.js";
import { CollectionList } from "./collection-list.jsx";
import { ResetDialog } from "./reset-dialog.jsx";
import { RowForm } from "./row-form.jsx";
import { RowTable } from "./row-table.jsx";

/** What was read, and what it was asked for. */
interface Loaded {
  readonly collections: readonly DataCollection[];
  readonly rows: DataRows | undefined;
  readonly problem?: string;
}

/** Milliseconds without a key before a search is asked for. */
const pause = 200;

interface Opened {
  /** Absent: a new row. */
  readonly row?: DataRow;
}

/** How many rows are shown, and of how many. */
function countWords({ collection, rows, found }: DataRows, search: string): string {
  const all = counted(collection.count, "row");
  if (rows.length < found) return `The newest ${rows.length} of ${search === "" ? all : `${found} found in ${all}`}.`;
  return search === "" ? `${all}.` : `${found} found in ${all}.`;
}

/** The data of the local Kiket. */
export function LocalData({ api, state, of, onGo, say }: ViewProps) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [search, setSearch] = useState("");
  const [order, setOrder] = useState<RowOrder>();
  const [active, setActive] = useState<string>();
  const [opened, setOpened] = useState<Opened>();
  const [isResetting, setResetting] = useState(false);
  const { dataChanges } = state;

  const asked = useRef(0);
  const read = async (signal: AbortSignal): Promise<void> => {
    asked.current += 1;
    const number = asked.current;
    // An answer that comes after a later one is old.
    const isOld = (): boolean => signal.aborted || number !== asked.current;
    try {
      const collections = await api.collections(signal);
      const wanted = of ?? (collections.find(({ count }) => count > 0) ?? collections[0])?.id;
      const isKnown = collections.some(({ id }) => id === wanted);
      const rows = wanted !== undefined && isKnown ? await api.rows(wanted, search, signal) : undefined;
      if (!isOld()) setLoaded({ collections, rows });
    } catch (error) {
      if (isOld()) return;
      setLoaded((old) => ({ collections: [], rows: undefined, ...old, problem: failureWords(error) }));
    }
  };
  const readNow = (): Promise<void> => read(new AbortController().signal);
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => void read(controller.signal), search === "" ? 0 : pause);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, of, search, dataChanges]);

  // The browser's Back leads to another collection, which does not have the row.
  useEffect(() => setOpened(undefined), [of]);

  // A dialog that has gone leaves the focus nowhere.
  const isAsking = opened !== undefined || isResetting;
  const wasAsking = useRef(false);
  useLayoutEffect(() => {
    if (wasAsking.current && !isAsking) {
      const row = document.querySelector<HTMLElement>('.rows .open-row[tabindex="0"]');
      (row ?? document.getElementById("view-title"))?.focus();
    }
    wasAsking.current = isAsking;
  });

  const answered = loaded?.rows;
  const collection = answered?.collection;
  const rows = useMemo(() => ordered(answered?.rows ?? [], order), [answered, order]);
  const pick = (id: string): void => {
    setSearch("");
    setOrder(undefined);
    setActive(undefined);
    onGo({ kind: "view", view: "data", of: id });
  };
  const edit = async (wish: DataEdit): Promise<string> => {
    try {
      return (await api.edit(wish)).key;
    } finally {
      // Also after a conflict, which the new row shows.
      await readNow();
    }
  };
  const done = (key: string, what: string): void => {
    const at = rows.findIndex((row) => row.key === key);
    setActive(what === "removed" ? (rows[at + 1] ?? rows[at - 1])?.key : key);
    setOpened(undefined);
    say(`row ${what}`);
  };
  const isStale = loaded !== undefined && of !== undefined && collection?.id !== of;
  const isKnown = of === undefined || loaded?.collections.some(({ id }) => id === of) !== false;
  // A row that is edited may not be among those that were searched for.
  const current = (key: string): DataRow | undefined => {
    const found = answered?.rows.find((row) => row.key === key);
    const isWhole = answered !== undefined && search === "" && answered.rows.length === answered.collection.count;
    return found ?? (isWhole ? undefined : opened?.row);
  };
  return (
    <div class="data">
      <header class="data-head">
        <h2 id="view-title" tabIndex={-1}>
          Data
        </h2>
        <span class="quiet">of the local Kiket, kept between runs</span>
        <span class="space" />
        <button type="button" disabled={loaded === undefined} onClick={() => setResetting(true)}>
          Reset…
        </button>
      </header>
      {loaded?.problem !== undefined && (
        <p class="problem" role="alert">
          {loaded.problem}
        </p>
      )}
      {loaded === undefined && <p class="quiet">Reading…</p>}
      {loaded !== undefined && (
        <CollectionList collections={loaded.collections} shown={of ?? collection?.id} onPick={pick} />
      )}
      {!isKnown && <p class="data-body">There is no collection with this name. Choose another.</p>}
      {isKnown && isStale && <p class="data-body quiet">Reading…</p>}
      {collection !== undefined && answered !== undefined && isKnown && !isStale && (
        <section class="data-body" aria-labelledby="collection-title">
          <div class="data-head">
            <h3 id="collection-title">
              <bdi>{collection.title}</bdi>
            </h3>
            <label>
              <span class="spoken">Search in {collection.title}</span>
              <input
                id="search"
                type="search"
                placeholder="Search"
                autocomplete="off"
                spellcheck={false}
                value={search}
                onInput={({ currentTarget }) => setSearch(currentTarget.value)}
                onKeyDown={(pressed) => {
                  if (pressed.key !== "Escape" || search === "") return;
                  pressed.preventDefault();
                  setSearch("");
                }}
              />
            </label>
            <span class="quiet" aria-live="polite">
              {countWords(answered, search)}
            </span>
            <span class="space" />
            {collection.can.add && (
              <button type="button" onClick={() => setOpened({})}>
                Add a row…
              </button>
            )}
          </div>
          <p class="quiet note">{collection.note}</p>
          {rows.length > 0 ? (
            <RowTable
              collection={collection}
              rows={rows}
              order={order}
              active={active}
              onOrder={(column) => setOrder(nextOrder(order, column))}
              onActive={setActive}
              onOpen={(row) => setOpened({ row })}
            />
          ) : (
            <p>{search === "" ? "There are no rows yet." : "Nothing is found."}</p>
          )}
        </section>
      )}
      {opened !== undefined && collection !== undefined && !isStale && (
        <RowForm
          key={`${collection.id} ${opened.row?.key}`}
          collection={collection}
          row={opened.row === undefined ? undefined : current(opened.row.key)}
          rowKey={opened.row?.key}
          onEdit={edit}
          onDone={done}
          onClose={() => setOpened(undefined)}
          onDelivery={(id) => onGo({ kind: "delivery", id })}
        />
      )}
      {isResetting && (
        <ResetDialog
          onReset={async (seed) => {
            await api.reset(seed);
            await readNow();
            setResetting(false);
            say("data reset");
          }}
          onClose={() => setResetting(false)}
        />
      )}
    </div>
  );
}
