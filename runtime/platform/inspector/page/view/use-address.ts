import { useEffect, useState } from "preact/hooks";
import { fragmentOf, type Place, placeInFragment } from "../state/place.js";

/** The place in the address, and a function that goes to another. Only leaving the list is a step for the back button. */
export function usePlace(): [Place, (next: Place) => void] {
  const [place, setPlace] = useState(() => placeInFragment(location.hash));
  useEffect(() => {
    const read = (): void => setPlace(placeInFragment(location.hash));
    addEventListener("popstate", read);
    addEventListener("hashchange", read);
    return () => {
      removeEventListener("popstate", read);
      removeEventListener("hashchange", read);
    };
  }, []);
  const go = (next: Place): void => {
    const address = location.pathname + fragmentOf(next);
    if (place.kind === "newest" && next.kind !== "newest") history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    setPlace(next);
  };
  return [place, go];
}
