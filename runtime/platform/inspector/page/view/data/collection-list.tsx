import type { DataCollection } from "../../../data-view.js";

interface CollectionListProps {
  readonly collections: readonly DataCollection[];
  readonly shown: string | undefined;
  readonly onPick: (id: string) => void;
}

function groupsOf(collections: readonly DataCollection[]): readonly (readonly [string, readonly DataCollection[]])[] {
  const groups = new Map<string, DataCollection[]>();
  for (const one of collections) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return [...groups];
}

/** The collections by group, each with the number of its rows: a list at the side, and one control where there is no room for it. */
export function CollectionList({ collections, shown, onPick }: CollectionListProps) {
  const groups = groupsOf(collections);
  return (
    <>
      <nav class="collections" aria-label="Collections">
        {groups.map(([group, members]) => (
          <section key={group}>
            <h3>
              <bdi>{group}</bdi>
            </h3>
            <ul>
              {members.map(({ id, title, count }) => (
                <li key={id}>
                  <button
                    type="button"
                    class="collection"
                    aria-current={id === shown ? "true" : undefined}
                    onClick={() => onPick(id)}
                  >
                    <bdi>{title}</bdi> <span class={count === 0 ? "count none" : "count"}>{count}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <label class="collection-choice">
        Collection{" "}
        <select value={shown} onChange={({ currentTarget }) => onPick(currentTarget.value)}>
          {groups.map(([group, members]) => (
            <optgroup key={group} label={group}>
              {members.map(({ id, title, count }) => (
                <option key={id} value={id}>
                  {title} ({count})
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
    </>
  );
}
