import type { JSX } from "preact";
import type { Place } from "../state/place.js";
import { ChartsView } from "./charts/charts-view.jsx";
import { LocalData } from "./data/data-view.jsx";
import { ScopesView } from "./scopes/scopes-view.jsx";
import { TroubleView } from "./trouble/trouble-view.jsx";
import type { ViewProps } from "./view-props.js";

/** A part of the page that is shown instead of the deliveries. Its heading has the id `view-title`, and takes the focus. */
export interface View {
  /** In addresses. */
  readonly name: string;
  readonly title: string;
  readonly Body: (props: ViewProps) => JSX.Element;
}

/** In the order of the navigation. */
export const views: readonly View[] = [
  { name: "data", title: "Data", Body: LocalData },
  { name: "scopes", title: "Scopes", Body: ScopesView },
  { name: "faults", title: "Faults and clock", Body: TroubleView },
  { name: "charts", title: "Charts", Body: ChartsView },
];

/** Where the entries of the navigation lead. */
export const viewPlaces: readonly Place[] = [
  { kind: "newest" },
  ...views.map(({ name }): Place => ({ kind: "view", view: name })),
];
