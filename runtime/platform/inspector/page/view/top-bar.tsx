import type { DevState } from "../../backend.js";
import { buildEnd, listeningLine } from "../state/labels.js";
import type { Connection } from "../state/page-state.js";

function ConnectionWords({ connection }: { readonly connection: Connection }) {
  if (connection.kind === "live") return <span class="state good">live</span>;
  if (connection.kind === "connecting") return <span class="state wait">connecting…</span>;
  return <span class="state bad">not connected, trying again…</span>;
}

interface TopBarProps {
  readonly dev: DevState | undefined;
  readonly connection: Connection;
  readonly onSend: () => void;
  readonly onHelp: () => void;
}

/** What runs, whether it listens, and why not. */
export function TopBar({ dev, connection, onSend, onHelp }: TopBarProps) {
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
        <span class="space" />
        <ConnectionWords connection={connection} />
        <button type="button" disabled={(dev?.events.length ?? 0) === 0} onClick={onSend} aria-keyshortcuts="n">
          Send…
        </button>
        <button type="button" onClick={onHelp} aria-keyshortcuts="?">
          Keys
        </button>
      </div>
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
