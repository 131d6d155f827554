import { useLayoutEffect, useReducer, useRef } from "preact/hooks";

interface Focus {
  /** Gives the focus to the element with this id as soon as it is in the document: a delivery may have to be read first. */
  give(id: string): void;
  /** Gives it to nothing that is not in the document yet. */
  forget(): void;
}

export function useFocus(): Focus {
  const next = useRef<string>(undefined);
  // At once with each rendering: one that waited for the paint would give the focus to what the next rendering takes away.
  useLayoutEffect(() => {
    const element = next.current === undefined ? null : document.getElementById(next.current);
    if (element === null) return;
    next.current = undefined;
    element.focus();
  });
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  return {
    give(id) {
      next.current = id;
      renderAgain(0);
    },
    forget() {
      next.current = undefined;
    },
  };
}
