import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { DeliveryRecord } from "../../delivery-record.js";
import { createAnnouncer } from "../state/announcer.js";
import { createControlApi, failureWords } from "../state/control-api.js";
import { followFeed } from "../state/feed/live-feed.js";
import { keyCommand } from "../state/key-command.js";
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
import { viewPlaces, views } from "./views.js";

/** One column: the list, or what is opened. The style sheet has the same width. */
const narrow = matchMedia("(max-width: 759px)");

/** Resolves after these milliseconds, or when it is aborted. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Something that was asked for and has not ended; `problem` is why the last one failed. */
interface Asked {
  readonly what?: "replay" | "page";
  readonly problem?: string;
}

export function App({ token }: { readonly token: string }) {
  const [state, dispatch] = useReducer(nextPageState, startState);
  const { place, filter, go, setFilter } = useAddress();
  const [cursor, setCursor] = useState<string>();
  const [draft, setDraft] = useDraft();
  const [asked, setAsked] = useState<Asked>({});
  const [isHelping, setHelping] = useState(false);
  /** The delivery that is to be kept as a test. */
  const [saving, setSaving] = useState<string>();
  const [spoken, setSpoken] = useState("");
  const api = useMemo(() => createControlApi(fetch.bind(window), token), [token]);
  const announcer = useMemo(() => createAnnouncer(setSpoken, setTimeout), []);
  const { dev, deliveries, connection } = state;
  const known = useRef(deliveries);
  known.current = deliveries;
  const timeline = useTimeline({ api, state, place, filter, cursor });
  const { items, selected } = timeline;
  const newest = deliveries[0];

  // A hidden page lets go of its stream: a browser has only six connections for all tabs of one address.
  useEffect(() => {
    let following: AbortController | undefined;
    const follow = (): void => {
      if (document.hidden) following?.abort();
      if (document.hidden || following?.signal.aborted === false) return;
      following = new AbortController();
      void followFeed(
        api,
        (news) => {
          if (news.kind === "change") {
            announcer.note(news.change, (id) => known.current.some((delivery) => delivery.id === id));
          } else if (news.kind === "lost") {
            announcer.say("not connected, trying again");
          }
          dispatch(news);
        },
        wait,
        following.signal,
      );
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      following?.abort();
    };
  }, [api]);

  useEffect(() => {
    if (dev !== undefined) document.title = `${dev.name} · kiket-gen dev`;
  }, [dev?.name]);

  /** Gets the focus as soon as it is in the document: a delivery may have to be read first. */
  const focusNext = useRef<string>(undefined);
  // At once with each rendering: one that waited for the paint would give the focus to what the next rendering takes away.
  useLayoutEffect(() => {
    const element = focusNext.current === undefined ? null : document.getElementById(focusNext.current);
    if (element === null) return;
    focusNext.current = undefined;
    element.focus();
  });
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const focus = (id: string): void => {
    focusNext.current = id;
    renderAgain(0);
  };

  const open = (next: Place): void => {
    focusNext.current = undefined;
    setCursor(undefined);
    setAsked(({ what }) => (what === undefined ? {} : { what }));
    go(next);
  };

  // What was asked for is shown as soon as it is known, also while its first attempt runs.
  const pending = useRef<Asked["what"]>(undefined);
  const reveal = (id: string): void => {
    pending.current = undefined;
    setAsked({});
    open({ kind: "delivery", id });
    focus("details-title");
  };
  const before = useRef(newest?.id);
  useEffect(() => {
    const isNew = newest?.id !== before.current;
    before.current = newest?.id;
    if (isNew && newest !== undefined && newest.origin === pending.current) reveal(newest.id);
  }, [newest?.id]);

  const ask = async (what: NonNullable<Asked["what"]>, answer: Promise<DeliveryRecord>): Promise<void> => {
    pending.current = what;
    setAsked({ what });
    try {
      const { id } = await answer;
      if (pending.current === what) reveal(id);
    } catch (error) {
      // Who sees the delivery already sees there how it ended.
      if (pending.current !== what) return;
      pending.current = undefined;
      setAsked({ problem: failureWords(error) });
    }
  };
  const shownId =
    place.kind === "delivery"
      ? place.id
      : place.kind === "newest" || place.kind === "view"
        ? timeline.newest?.id
        : undefined;
  const replay = (): void => {
    if (shownId !== undefined && asked.what === undefined) void ask("replay", api.replay({ id: shownId }));
  };
  const write = (next: Draft | undefined): void => {
    const first = dev?.events[0];
    const begun = next ?? draft ?? (first === undefined ? undefined : { event: first.name, version: first.version });
    if (begun === undefined) return;
    setDraft(begun);
    open({ kind: "send" });
    focus("details-title");
  };
  const edit = (): void => {
    const { record } = state;
    if (record === undefined || record.id !== shownId) return;
    write({ event: record.event, version: record.version, text: JSON.stringify(record.payload, null, 2) });
  };
  const follow = (): void => {
    open({ kind: "newest" });
    focus("timeline");
  };
  const back = (): void => {
    if (place.kind === "newest" && cursor === undefined && isFiltering(filter)) setFilter(noFilter);
    follow();
  };
  const search = (): void => {
    if (narrow.matches || place.kind === "view") open({ kind: "newest" });
    focus("search");
  };
  const copyCommand = (): void => document.getElementById("copy-trigger")?.click();
  /** The line of an attempt that is still to come leads to its delivery, but stays selected. */
  const openItem = (item: TimelineItem): void => {
    open(placeOfItem(item));
    if (item.kind === "due") setCursor(item.key);
  };
  const pick = (item: TimelineItem): void => {
    openItem(item);
    if (narrow.matches) focus("details-title");
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
    focus(place.kind === "view" ? "view-title" : "timeline");
  };
  const openSelected = (): void => {
    const item = items.find(({ key }) => key === selected);
    if (item === undefined) return;
    openItem(item);
    focus("details-title");
  };
  const view = place.kind === "view" ? views.find(({ name }) => name === place.view) : undefined;
  const save = (): void => {
    if (view === undefined) setSaving(shownId);
  };
  const commands = {
    ...{ next: () => move(1), previous: () => move(-1), search, back },
    ...{ replay, edit, copy: copyCommand, save, send: () => write(undefined) },
  };
  const onKey = useRef((_pressed: KeyboardEvent): void => {});
  onKey.current = (pressed) => {
    if (isHelping || saving !== undefined || pressed.defaultPrevented) return;
    // The editor is in a shadow root: for the document, its keys come from the element around it.
    const [from] = pressed.composedPath();
    const isWriting = from instanceof Element && from.matches("textarea, select, input, [contenteditable]");
    const command = keyCommand(pressed, isWriting);
    if (command === undefined) return;
    pressed.preventDefault();
    if (typeof command === "object") openView(command.view);
    else if (command === "help") setHelping(true);
    else commands[command]();
  };
  useEffect(() => {
    const listen = (pressed: KeyboardEvent): void => onKey.current(pressed);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);

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
          <view.Body api={api} state={state} of={place.of} onGo={open} say={announcer.say} />
        </main>
      ) : (
        <main class={place.kind === "newest" || place.kind === "view" ? "on-list" : "on-details"}>
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
            onLeaveFilter={() => focus("timeline")}
            say={announcer.say}
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
              onSend={(request) => void ask("page", api.send(request))}
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
