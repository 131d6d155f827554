import { useEffect, useRef } from "preact/hooks";
import { type KeyCommand, keyCommand, type ViewCommand } from "../state/key-command.js";

/** Does what the keys of the whole page say, unless a dialog is open or a part of the page has used the key. */
export function useKeys(hasDeliveries: boolean, onCommand: (command: KeyCommand | ViewCommand) => void): void {
  const newest = useRef({ hasDeliveries, onCommand });
  newest.current = { hasDeliveries, onCommand };
  useEffect(() => {
    const listen = (pressed: KeyboardEvent): void => {
      if (pressed.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      // The editor is in a shadow root: for the document, its keys come from the element around it.
      const [from] = pressed.composedPath();
      const isWriting = from instanceof Element && from.matches("textarea, select, input, [contenteditable]");
      const command = keyCommand(pressed, { isWriting, hasDeliveries: newest.current.hasDeliveries });
      if (command === undefined) return;
      pressed.preventDefault();
      newest.current.onCommand(command);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
