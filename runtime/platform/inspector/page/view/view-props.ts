import type { ControlApi } from "../state/control-api.js";
import type { PageState } from "../state/page-state.js";
import type { Place } from "../state/place.js";

/** What a view is given. */
export interface ViewProps {
  readonly api: ControlApi;
  readonly state: PageState;
  /** What is chosen in the view, from the address. */
  readonly of: string | undefined;
  /** Goes to another place of the page, also one of this view. */
  readonly onGo: (place: Place) => void;
  /** Says something to who hears the page. */
  readonly say: (words: string) => void;
}
