import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { sleep } from "../../../../base/sleep.js";
import type { DeliverySummary } from "../../delivery-record.js";
import { createAnnouncer } from "../state/announcer.js";
import type { ControlApi } from "../state/control-api.js";
import { type FeedNews, followFeed } from "../state/feed/live-feed.js";

interface FeedHookInputs {
  readonly api: ControlApi;
  /** Those that are known already. */
  readonly deliveries: readonly DeliverySummary[];
  readonly tell: (news: FeedNews) => void;
}

/** Tells what changes while the page is visible. Returns what is read out of it, and a function that has something else read out. */
export function useFeed({ api, deliveries, tell }: FeedHookInputs) {
  const [spoken, setSpoken] = useState("");
  const announcer = useMemo(() => createAnnouncer(setSpoken, setTimeout), []);
  const known = useRef(deliveries);
  known.current = deliveries;
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
          tell(news);
        },
        sleep,
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
  return { spoken, say: announcer.say };
}
