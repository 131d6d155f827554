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
  useEffect(() => {
    const read = (): void => become(readAddress(now.current.filter));
    addEventListener("popstate", read);
    addEventListener("hashchange", read);
    return () => {
      removeEventListener("popstate", read);
      removeEventListener("hashchange", read);
    };
  }, []);
  const move = (next: Address): void => {
    const fragment = fragmentWithFilter(fragmentOf(next.place), next.place, next.filter);
    if (now.current.place.kind === "newest" && next.place.kind !== "newest") {
      history.pushState(null, "", location.pathname + fragment);
    } else {
      history.replaceState(null, "", location.pathname + fragment);
    }
    become(next);
  };
  return {
    ...address,
    go: (place) => move({ ...now.current, place }),
    setFilter: (filter) => move({ ...now.current, filter }),
  };
}
