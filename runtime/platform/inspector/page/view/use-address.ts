import { useEffect, useRef, useState } from "preact/hooks";
import { filterInFragment, fragmentWithFilter, type ListFilter, noFilter } from "../state/list-filter.js";
import { fragmentOf, type Place, placeInFragment } from "../state/place.js";

interface Address {
  readonly place: Place;
  readonly filter: ListFilter;
}

/** What the address says. A view has no list: the filter stays as it was. An equal filter stays the same object: nothing is filtered anew. */
function readAddress(before: ListFilter): Address {
  const place = placeInFragment(location.hash);
  const filter = filterInFragment(location.hash);
  const isSame = place.kind === "view" || JSON.stringify(filter) === JSON.stringify(before);
  return { place, filter: isSame ? before : filter };
}

function pathOf({ place, filter }: Address): string {
  return location.pathname + fragmentWithFilter(fragmentOf(place), place, filter);
}

/** Milliseconds between two changes of the address. A browser takes only so many, and a held key or typing makes more. */
const writingPause = 300;

/** The place and the filter in the address, and functions that change them. Only leaving the list is a step for the back button. */
export function useAddress(): Address & {
  readonly go: (next: Place) => void;
  readonly setFilter: (next: ListFilter) => void;
} {
  const [address, setAddress] = useState(() => readAddress(noFilter));
  // Two changes may come before the next rendering.
  const now = useRef(address);
  const become = (next: Address): void => {
    now.current = next;
    setAddress(next);
  };
  const writing = useRef<{ pause?: ReturnType<typeof setTimeout>; isDue: boolean }>({ isDue: false });
  const writeSoon = (): void => {
    writing.current.isDue = true;
    if (writing.current.pause !== undefined) return;
    write();
    writing.current.pause = setTimeout(() => {
      delete writing.current.pause;
      if (writing.current.isDue) writeSoon();
    }, writingPause);
  };
  const write = (): void => {
    if (writing.current.isDue) history.replaceState(null, "", pathOf(now.current));
    writing.current.isDue = false;
  };
  useEffect(() => {
    const read = (): void => {
      writing.current.isDue = false;
      become(readAddress(now.current.filter));
    };
    addEventListener("popstate", read);
    addEventListener("hashchange", read);
    return () => {
      removeEventListener("popstate", read);
      removeEventListener("hashchange", read);
      clearTimeout(writing.current.pause);
    };
  }, []);
  const move = (next: Address): void => {
    if (now.current.place.kind === "newest" && next.place.kind !== "newest") {
      write();
      history.pushState(null, "", pathOf(next));
      become(next);
    } else {
      become(next);
      writeSoon();
    }
  };
  return {
    ...address,
    go: (place) => move({ ...now.current, place }),
    setFilter: (filter) => move({ ...now.current, filter }),
  };
}
