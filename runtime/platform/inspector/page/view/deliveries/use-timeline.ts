import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { textFinder } from "../../../text-finder.js";
import type { ControlApi } from "../../state/control-api.js";
import { type Found, type Hits, hitsFor, type ListFilter } from "../../state/list-filter.js";
import type { PageState } from "../../state/page-state.js";
import type { Place } from "../../state/place.js";
import { keyOfPlace, type TimelineLines, timelineOf } from "../../state/timeline.js";

const noRetries = { schedule: [], compression: 1 };

/** Milliseconds between a change and the search for it. */
const searchDelay = 150;

interface Searched {
  readonly hits: Hits;
  /** Whether the backend has not told yet where the text is. */
  readonly isSearching: boolean;
}

/**
 * Where the backend finds the text, by delivery; again with each new delivery, but never twice at once, so that a search that takes longer
 * than the next delivery ends too. Old hits stay until the next ones are known.
 */
function useHits(api: ControlApi, text: string, { deliveries, connection }: PageState): Searched {
  const [found, setFound] = useState<Found>({ text: "", hits: new Map() });
  const wanted = useRef(text);
  wanted.current = text;
  const running = useRef<{ timer?: ReturnType<typeof setTimeout>; controller?: AbortController; text?: string }>({});
  /** Whether there was news since the last search began. */
  const isStale = useRef(false);
  const searchSoon = (): void => {
    const { timer, controller, text: asked } = running.current;
    const isBusy = controller !== undefined && asked === wanted.current;
    if (timer === undefined && !isBusy) running.current.timer = setTimeout(search, searchDelay);
  };
  const search = (): void => {
    running.current.controller?.abort();
    running.current = {};
    const asked = wanted.current;
    if (textFinder(asked) === undefined) return;
    const controller = new AbortController();
    running.current = { controller, text: asked };
    isStale.current = false;
    const end = (next: (before: Hits) => Hits): void => {
      if (controller.signal.aborted) return;
      running.current = {};
      setFound(({ hits }) => ({ text: asked, hits: next(hits) }));
      if (isStale.current) searchSoon();
    };
    api.search(asked, controller.signal).then(
      (hits) => end(() => new Map(hits.map((hit) => [hit.id, hit]))),
      // What the list itself has is found without an answer, and the next change asks again.
      () => end((before) => before),
    );
  };
  useEffect(() => {
    isStale.current = true;
    if (connection.kind === "live" && textFinder(text) !== undefined) searchSoon();
  }, [api, text, deliveries, connection.kind]);
  useEffect(
    () => () => {
      clearTimeout(running.current.timer);
      running.current.controller?.abort();
    },
    [],
  );
  const hits = useMemo(() => hitsFor(text, found), [text, found]);
  return { hits, isSearching: textFinder(text) !== undefined && text !== found.text };
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
  const { hits, isSearching } = useHits(api, filter.text, state);
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
  return { ...timeline, selected, isSearching, setOpen };
}
