import type { DevState } from "../../backend.js";
import { buildEnd, listeningLine } from "../state/labels.js";
import type { Connection } from "../state/page-state.js";
import { fragmentOf } from "../state/place.js";
import { troubleWords } from "../state/trouble/trouble-words.js";
import { viewPlaces, views } from "./views.js";

function ConnectionWords({ connection }: { readonly connection: Connection }) {
  if (connection.kind === "live") return <span class="state good">live</span>;
  if (connection.kind === "connecting") return <span class="state wait">connecting…</span>;
  return <span class="state bad">not connected, trying again…</span>;
}

interface NavigationProps {
  /** The name of the view that is shown; undefined for the deliveries. */
  readonly shown: string | undefined;
  readonly onView: (index: number) => void;
}

/** The views, each with its number as key. */
function Navigation({ shown, onView }: NavigationProps) {
  if (views.length === 0) return null;
  return (
    <nav aria-label="Views">
      <ul>
        {viewPlaces.map((place, index) => (
          <li key={fragmentOf(place)}>
            <a
              href={fragmentOf(place) || "#"}
              aria-current={(place.kind === "view" ? place.view : undefined) === shown ? "page" : undefined}
              aria-keyshortcuts={String(index + 1)}
              onClick={(clicked) => {
                // Other buttons and keys open a tab of the browser, which has no token.
                clicked.preventDefault();
                onView(index);
              }}
            >
              {index === 0 ? "Deliveries" : views[index - 1]?.title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** So that a fault that was forgotten is not taken for a mistake of the extension. */
function TroubleBadge({
  dev,
  onView,
}: {
  readonly dev: DevState | undefined;
  readonly onView: (index: number) => void;
}) {
  const words = dev === undefined ? undefined : troubleWords(dev.trouble);
  if (words === undefined) return null;
  const index = viewPlaces.findIndex((place) => place.kind === "view" && place.view === "faults");
  return (
    <button type="button" class="trouble-badge" onClick={() => onView(index)}>
      {words}
    </button>
  );
}

interface TopBarProps extends NavigationProps {
  readonly dev: DevState | undefined;
  readonly connection: Connection;
  readonly onSend: () => void;
  readonly onHelp: () => void;
}

/** What runs, whether it listens, and why not. */
export function TopBar({ dev, connection, shown, onView, onSend, onHelp }: TopBarProps) {
  const known = dev === undefined ? undefined : listeningLine(dev);
  // What was known before the connection was lost may no longer be so.
  const line = connection.kind === "lost" ? { tone: "bad" as const, text: connection.reason } : known;
  const last = dev?.builds.at(-1);
  return (
    <header class="top">
      <div class="top-line">
        <h1>
          <bdi>{dev?.name ?? "kiket-gen dev"}</bdi>
        </h1>
        {line !== undefined && <span class={`listening state ${line.tone}`}>{line.text}</span>}
        <TroubleBadge dev={dev} onView={onView} />
        <span class="space" />
        <ConnectionWords connection={connection} />
        <button type="button" disabled={(dev?.events.length ?? 0) === 0} onClick={onSend} aria-keyshortcuts="n">
          Send…
        </button>
        <button type="button" onClick={onHelp} aria-keyshortcuts="?">
          Keys
        </button>
      </div>
      <Navigation shown={shown} onView={onView} />
      {connection.kind !== "lost" && last?.error !== undefined && (
        <section class="build-problem" aria-label={`Why build ${last.number} ${buildEnd(last).word}`}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
          <pre class="problem" tabIndex={0}>
            {last.error}
          </pre>
        </section>
      )}
    </header>
  );
}
