export type KeyCommand =
  | "next"
  | "previous"
  | "search"
  | "replay"
  | "edit"
  | "copy"
  | "save"
  | "send"
  | "back"
  | "help";

/** Goes to the view with this place in the navigation, from 0. */
export interface ViewCommand {
  readonly view: number;
}

/** On every view of the page. */
const everywhere: Readonly<Record<string, KeyCommand>> = {
  "/": "search",
  n: "send",
  "?": "help",
  Escape: "back",
};

/** Only where the deliveries are shown: nobody changes a delivery that he does not see. */
const onDeliveries: Readonly<Record<string, KeyCommand>> = {
  j: "next",
  k: "previous",
  r: "replay",
  e: "edit",
  c: "copy",
  s: "save",
};

interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** It is held down. */
  readonly repeat: boolean;
}

interface KeyPlace {
  /** Whether a text is being written: then only Escape does something. */
  readonly isWriting: boolean;
  /** Whether the deliveries are shown, not another view. */
  readonly hasDeliveries: boolean;
}

/** What a held key does again and again: a move, and nothing that sends or opens. */
const repeated: readonly (KeyCommand | undefined)[] = ["next", "previous"];

/** What a key does on the whole page. */
export function keyCommand(
  { key, ctrlKey, altKey, metaKey, repeat }: PressedKey,
  { isWriting, hasDeliveries }: KeyPlace,
): KeyCommand | ViewCommand | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  if (!repeat && !isWriting && /^[1-9]$/.test(key)) return { view: Number(key) - 1 };
  const commands = hasDeliveries ? { ...everywhere, ...onDeliveries } : everywhere;
  const command = Object.hasOwn(commands, key) ? commands[key] : undefined;
  if (repeat && !repeated.includes(command)) return undefined;
  return isWriting && command !== "back" ? undefined : command;
}
