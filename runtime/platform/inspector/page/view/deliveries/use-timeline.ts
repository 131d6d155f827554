import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SearchHit } from "../../../backend.js";
import { textFinder } from "../../../text-finder.js";
import type { ControlApi } from "../../state/control-api.js";
import type { ListFilter } from "../../state/list-filter.js";
import type { PageState } from "../../state/page-state.js";
import type { Place } from "../../state/place.js";
import { keyOfPlace, type TimelineLines, timelineOf } from "../../state/timeline.js";

type Hits = ReadonlyMap<string, SearchHit>;

const noHits: Hits = new Map();
const noRetries = { schedule: [], compression: 1 };

/** Milliseconds between a change and the search for it. */
const searchDelay = 150;

interface Found {
  /** What was searched for. */
  readonly text: string;
  readonly hits: Hits;
}

/** Where the backend finds the text, by delivery; again with each new delivery. Old hits stay until the next ones are known. */
function useHits(api: ControlApi, text: string, { deliveries, connection }: PageState): Found {
  const [found, setFound] = useState<Found>({ text: "", hits: noHits });
  const wanted = useRef(text);
  wanted.current = text;
  const running = useRef<{ timer?: ReturnType<typeof setTimeout>; controller?: AbortController }>({});
  useEffect(() => {
    if (connection.kind !== "live" || textFinder(text) === undefined || running.current.timer !== undefined) return;
    running.current.timer = setTimeout(() => {
      running.current.controller?.abort();
      const controller = new AbortController();
      running.current = { controller };
      const asked = wanted.current;
      if (textFinder(asked) === undefined) return;
      api.search(asked, controller.signal).then(
        (hits) => {
          if (!controller.signal.aborted) setFound({ text: asked, hits: new Map(hits.map((hit) => [hit.id, hit])) });
        },
        // The next change asks again; what the list itself has is found without an answer.
        () => {},
      );
    }, searchDelay);
  }, [api, text, deliveries, connection.kind]);
  useEffect(
    () => () => {
      clearTimeout(running.current.timer);
      running.current.controller?.abort();
    },
    [],
  );
  return textFinder(text) === undefined ? { text, hits: noHits } : found;
}

interface TimelineHookInputs {
  readonly api: ControlApi;
  readonly state: PageState;
  readonly place: Place;
  readonly filter: ListFilter;
  /** The line that the keyboard is at, if that is not the line of the place. */
  readonly cursor: string | undefined;
}

export interface ShownTimeline extends TimelineLines {
  /** The key of the selected line. */
  readonly selected: string | undefined;
  /** Whether the backend has not told yet where the text is. */
  readonly isSearching: boolean;
  /** Shows the attempts of a delivery, or hides them. */
  readonly setOpen: (id: string, isOpen: boolean) => void;
}

/** The list for what the page knows, and which of its lines is selected. */
export function useTimeline({ api, state, place, filter, cursor }: TimelineHookInputs): ShownTimeline {
  const { dev, deliveries } = state;
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const { text, hits } = useHits(api, filter.text, state);
  const setOpen = (id: string, isOpen: boolean): void =>
    setOpened((before) => new Set(isOpen ? [...before, id] : [...before].filter((other) => other !== id)));
  // The line of an attempt is there only if its group is open.
  const [id, attempt] = place.kind === "delivery" ? [place.id, place.attempt] : [];
  useEffect(() => {
    if (id !== undefined && attempt !== undefined) setOpen(id, true);
  }, [id, attempt]);
  const { builds = [], retries = noRetries } = dev ?? {};
  const timeline = useMemo(
    () => timelineOf({ deliveries, builds, retries, filter, hits, chosen: id, opened }),
    [deliveries, builds, retries, filter, hits, id, opened],
  );
  const keys = useMemo(() => new Set(timeline.items.map(({ key }) => key)), [timeline.items]);
  const ofPlace = keyOfPlace(place, timeline.newest, (key) => keys.has(key));
  const selected = cursor !== undefined && keys.has(cursor) ? cursor : ofPlace;
  return { ...timeline, selected, isSearching: text !== filter.text, setOpen };
}
