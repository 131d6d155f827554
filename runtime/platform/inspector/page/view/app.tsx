import { useEffect, useMemo, useReducer, useState } from "preact/hooks";
import { createControlApi } from "../state/control-api.js";
import { isFiltering, noFilter } from "../state/list-filter.js";
import { nextPageState, startState } from "../state/page-state.js";
import type { Place } from "../state/place.js";
import type { Draft } from "../state/send/draft.js";
import { placeOfItem, type TimelineItem } from "../state/timeline.js";
import { Details } from "./deliveries/details.jsx";
import { ListSection } from "./deliveries/list-section.jsx";
import { SaveTestDialog } from "./deliveries/save-test-dialog.jsx";
import { useTimeline } from "./deliveries/use-timeline.js";
import { HelpDialog } from "./help-dialog.jsx";
import { HowToOpen } from "./how-to-open.jsx";
import { useDraft } from "./send/use-draft.js";
import { TopBar } from "./top-bar.jsx";
import { useAddress } from "./use-address.js";
import { useAsked } from "./use-asked.js";
import { useFeed } from "./use-feed.js";
import { useFocus } from "./use-focus.js";
import { useKeys } from "./use-keys.js";
import { type View, viewPlaces, views } from "./views.js";

/** One column: the list, or what is opened. The style sheet has the same width. */
const narrow = matchMedia("(max-width: 759px)");

/** The view at a place. Where no view has the name in the address, the deliveries are shown. */
function viewAt(place: Place): [View | undefined, Place] {
  if (place.kind !== "view") return [undefined, place];
  const view = views.find(({ name }) => name === place.view);
  return [view, view === undefined ? { kind: "newest" } : place];
}

export function App({ token }: { readonly token: string }) {
  const [state, dispatch] = useReducer(nextPageState, startState);
  const { filter, go, setFilter, ...address } = useAddress();
  const [view, place] = viewAt(address.place);
  const [cursor, setCursor] = useState<string>();
  const [draft, setDraft] = useDraft(state.dev?.name);
  const [isHelping, setHelping] = useState(false);
  /** The delivery that is to be kept as a test. */
  const [saving, setSaving] = useState<string>();
  const api = useMemo(() => createControlApi(fetch.bind(window), token), [token]);
  const { dev, deliveries, connection } = state;
  const { spoken, say } = useFeed({ api, deliveries, tell: dispatch });
  const timeline = useTimeline({ api, state, place, filter, cursor });
  const { items, selected } = timeline;
  const focus = useFocus();

  useEffect(() => {
    if (dev !== undefined) document.title = `${dev.name} · kiket-gen dev`;
  }, [dev?.name]);

  const asked = useAsked(deliveries[0], (id) => {
    // Who went on to another view stays there.
    if (view !== undefined) return;
    open({ kind: "delivery", id });
    focus.give("details-title");
  });
  const open = (next: Place): void => {
    focus.forget();
    setCursor(undefined);
    asked.forgetProblem();
    go(next);
  };

  const shownId = place.kind === "delivery" ? place.id : place.kind === "newest" ? timeline.newest?.id : undefined;
  const replay = (): void => {
    if (shownId !== undefined && asked.what === undefined) void asked.ask("replay", api.replay({ id: shownId }));
  };
  const write = (next: Draft | undefined): void => {
    const first = dev?.events[0];
    const begun = next ?? draft ?? (first === undefined ? undefined : { event: first.name, version: first.version });
    if (begun === undefined) return;
    setDraft(begun);
    open({ kind: "send" });
    focus.give("details-title");
  };
  const edit = (): void => {
    const { record } = state;
    if (record === undefined || record.id !== shownId) return;
    write({ event: record.event, version: record.version, text: JSON.stringify(record.payload, null, 2) });
  };
  const follow = (): void => {
    open({ kind: "newest" });
    focus.give("timeline");
  };
  const back = (): void => {
    if (place.kind === "newest" && cursor === undefined && isFiltering(filter)) setFilter(noFilter);
    follow();
  };
  const search = (): void => {
    if (narrow.matches && view === undefined) open({ kind: "newest" });
    focus.give("search");
  };
  const copyCommand = (): void => document.getElementById("copy-trigger")?.click();
  /** The line of an attempt that is still to come leads to its delivery, but stays selected. */
  const openItem = (item: TimelineItem): void => {
    open(placeOfItem(item));
    if (item.kind === "due") setCursor(item.key);
  };
  const pick = (item: TimelineItem): void => {
    openItem(item);
    if (narrow.matches) focus.give("details-title");
  };
  const move = (lines: number): void => {
    const at = items.findIndex(({ key }) => key === selected);
    const item = items[Math.min(items.length - 1, Math.max(0, at + lines))];
    if (item === undefined) return;
    if (narrow.matches) setCursor(item.key);
    else openItem(item);
  };
  const openView = (index: number): void => {
    const place = viewPlaces[index];
    if (place === undefined) return;
    open(place);
    focus.give(place.kind === "view" ? "view-title" : "timeline");
  };
  const openSelected = (): void => {
    const item = items.find(({ key }) => key === selected);
    if (item === undefined) return;
    openItem(item);
    focus.give("details-title");
  };
  const save = (): void => setSaving(shownId);
  const commands = {
    ...{ next: () => move(1), previous: () => move(-1), search, back },
    ...{ replay, edit, copy: copyCommand, save, send: () => write(undefined) },
  };
  useKeys(view === undefined, (command) => {
    if (typeof command === "object") openView(command.view);
    else if (command === "help") setHelping(true);
    else commands[command]();
  });

  if (connection.kind === "refused") return <HowToOpen reason={connection.reason} />;
  return (
    <>
      <TopBar
        dev={dev}
        connection={connection}
        shown={view?.name}
        onView={openView}
        onSend={commands.send}
        onHelp={() => setHelping(true)}
      />
      {view !== undefined && place.kind === "view" ? (
        <main class="view">
          <view.Body api={api} state={state} of={place.of} onGo={open} say={say} />
        </main>
      ) : (
        <main class={place.kind === "newest" ? "on-list" : "on-details"}>
          <ListSection
            state={state}
            timeline={timeline}
            filter={filter}
            isFollowing={cursor === undefined && place.kind === "newest"}
            onFilter={setFilter}
            onMove={move}
            onPick={pick}
            onOpen={openSelected}
            onFollow={follow}
            onLeaveFilter={() => focus.give("timeline")}
            say={say}
          />
          <section class="details" aria-labelledby="details-title">
            <button type="button" class="back" onClick={back}>
              ← List
            </button>
            <Details
              api={api}
              state={state}
              place={place}
              shownId={shownId}
              draft={draft}
              asked={asked.what}
              problem={asked.problem}
              dispatch={dispatch}
              onReplay={replay}
              onEdit={edit}
              onSave={save}
              onShow={(id) => open({ kind: "delivery", id })}
              onAttempt={(attempt) => shownId !== undefined && open({ kind: "delivery", id: shownId, attempt })}
              onBuild={(build) => {
                setFilter({ ...noFilter, build });
                follow();
              }}
              onDraft={setDraft}
              onSend={(request) => void asked.ask("page", api.send(request))}
            />
          </section>
        </main>
      )}
      <div class="spoken" role="status">
        {spoken}
      </div>
      {saving !== undefined && <SaveTestDialog api={api} delivery={saving} onClose={() => setSaving(undefined)} />}
      {isHelping && <HelpDialog onClose={() => setHelping(false)} />}
    </>
  );
}
