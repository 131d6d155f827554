import { useMemo } from "preact/hooks";
import { textFinder } from "../../../text-finder.js";
import { isFiltering, type ListFilter, noFilter } from "../../state/list-filter.js";
import type { PageState } from "../../state/page-state.js";
import type { TimelineItem } from "../../state/timeline.js";
import { FilterBar } from "./filter-bar.jsx";
import "./list.css";
import { TimelineList } from "./timeline-list.jsx";
import type { ShownTimeline } from "./use-timeline.js";

interface ListSectionProps {
  readonly state: PageState;
  readonly timeline: ShownTimeline;
  readonly filter: ListFilter;
  readonly isFollowing: boolean;
  readonly onFilter: (next: ListFilter) => void;
  readonly onMove: (lines: number) => void;
  readonly onPick: (item: TimelineItem) => void;
  readonly onOpen: () => void;
  readonly onFollow: () => void;
  /** Gives the focus to the list. */
  readonly onLeaveFilter: () => void;
  readonly say: (words: string) => void;
}

/** The filter, and the list. */
export function ListSection(props: ListSectionProps) {
  const { state, timeline, filter, isFollowing, onFilter, onLeaveFilter } = props;
  const { deliveries, dev } = state;
  const finder = useMemo(() => textFinder(filter.text), [filter.text]);
  const isEmpty = isFiltering(filter) && timeline.fitting === 0 && deliveries.length > 0;
  return (
    <section class="list" aria-label="List">
      <FilterBar
        filter={filter}
        deliveries={deliveries}
        builds={dev?.builds ?? []}
        fitting={timeline.fitting}
        isSearching={timeline.isSearching}
        onFilter={onFilter}
        onLeave={onLeaveFilter}
        say={props.say}
      />
      {isEmpty && (
        <p class="none-fits">
          {timeline.isSearching ? "Searching…" : "No delivery fits the filter."}{" "}
          <button type="button" class="link" onClick={() => onFilter(noFilter)}>
            Show all {deliveries.length}
          </button>
        </p>
      )}
      <TimelineList
        items={timeline.items}
        selected={timeline.selected}
        isFollowing={isFollowing}
        latest={deliveries[0]?.createdAt}
        finder={finder}
        filtered={filter}
        onMove={props.onMove}
        onPick={props.onPick}
        onOpen={props.onOpen}
        onToggle={timeline.setOpen}
        onFollow={props.onFollow}
      />
    </section>
  );
}
