import type { JSX } from "preact";
import type { ControlApi } from "../state/control-api.js";
import type { PageState } from "../state/page-state.js";
import type { Place } from "../state/place.js";

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

/** A part of the page that is shown instead of the deliveries. Its heading has the id `view-title`, and takes the focus. */
export interface View {
  /** In addresses. */
  readonly name: string;
  readonly title: string;
  readonly Body: (props: ViewProps) => JSX.Element;
}

/** In the order of the navigation. */
export const views: readonly View[] = [];

/** Where the entries of the navigation lead. */
export const viewPlaces: readonly Place[] = [
  { kind: "newest" },
  ...views.map(({ name }): Place => ({ kind: "view", view: name })),
];
