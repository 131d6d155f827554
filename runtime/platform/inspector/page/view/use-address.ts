import { useEffect, useRef, useState } from "preact/hooks";
import { filterInFragment, fragmentWithFilter, type ListFilter } from "../state/list-filter.js";
import { fragmentOf, type Place, placeInFragment } from "../state/place.js";

interface Address {
  readonly place: Place;
  readonly filter: ListFilter;
}

/** What the address says. A view has no list: the filter stays as it was. */
function readAddress(filter: ListFilter): Address {
  const place = placeInFragment(location.hash);
  return { place, filter: place.kind === "view" ? filter : filterInFragment(location.hash) };
}

/** The place and the filter in the address, and functions that change them. Only leaving the list is a step for the back button. */
export function useAddress(): Address & {
  readonly go: (next: Place) => void;
  readonly setFilter: (next: ListFilter) => void;
} {
  const [address, setAddress] = useState(() => readAddress({ text: "" }));
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
