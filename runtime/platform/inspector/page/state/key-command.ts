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

const commandByKey: Readonly<Record<string, KeyCommand>> = {
  j: "next",
  k: "previous",
  "/": "search",
  r: "replay",
  e: "edit",
  c: "copy",
  s: "save",
  n: "send",
  "?": "help",
  Escape: "back",
};

interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** What a key does on the whole page. While text is written, only Escape does something. */
export function keyCommand(pressed: PressedKey, isWriting: boolean): KeyCommand | ViewCommand | undefined {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return undefined;
  if (!isWriting && /^[1-9]$/.test(pressed.key)) return { view: Number(pressed.key) - 1 };
  const command = Object.hasOwn(commandByKey, pressed.key) ? commandByKey[pressed.key] : undefined;
  return isWriting && command !== "back" ? undefined : command;
}
