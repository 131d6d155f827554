/** What a key does. */
export interface KeyActions {
  /** The events to choose from, `issue.created v1`. */
  readonly events: () => readonly string[];
  readonly trigger: (event: string) => void;
  readonly replay: () => void;
  readonly restart: () => void;
  readonly open: () => void;
  readonly quit: () => void;
  readonly interrupt: () => void;
  readonly say: (text: string) => void;
}

export const keysLine = "keys: t trigger, r replay last, R restart, o open the inspector, h help, q quit";

/** More events than digits: the inspector has all of them. */
const mostChoices = 9;

/** Takes the keys of a terminal, one at a time, and does what they mean. */
export function createKeys(actions: KeyActions): (key: string) => void {
  let choices: readonly string[] | undefined;

  function startTrigger(): void {
    const events = actions.events();
    const [first] = events;
    if (first === undefined || events.length === 1) {
      if (first === undefined) actions.say("the manifest declares no event");
      else actions.trigger(first);
      return;
    }
    choices = events.slice(0, mostChoices);
    const rest = events.length - choices.length;
    const list = choices.map((event, index) => `  ${index + 1}  ${event}`);
    const more = rest > 0 ? [`     ${rest} more: npx kiket-gen trigger <event>`] : [];
    actions.say(["which event? press its number, or any other key to leave", ...list, ...more].join("\n"));
  }

  const meanings: Readonly<Record<string, () => void>> = {
    t: startTrigger,
    r: actions.replay,
    R: actions.restart,
    o: actions.open,
    h: () => actions.say(keysLine),
    "?": () => actions.say(keysLine),
    q: actions.quit,
    "\u0003": actions.interrupt,
  };

  return (key) => {
    const chosen = choices?.[Number(key) - 1];
    const wasAsked = choices !== undefined;
    choices = undefined;
    if (chosen !== undefined) actions.trigger(chosen);
    else if ((!wasAsked || key === "\u0003") && Object.hasOwn(meanings, key)) meanings[key]?.();
  };
}
