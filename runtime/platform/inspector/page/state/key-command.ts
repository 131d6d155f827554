export type KeyCommand = "next" | "previous" | "replay" | "edit" | "send" | "back" | "help";

const commandByKey: Readonly<Record<string, KeyCommand>> = {
  j: "next",
  k: "previous",
  r: "replay",
  e: "edit",
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
export function keyCommand(pressed: PressedKey, isWriting: boolean): KeyCommand | undefined {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return undefined;
  const command = Object.hasOwn(commandByKey, pressed.key) ? commandByKey[pressed.key] : undefined;
  return isWriting && command !== "back" ? undefined : command;
}
