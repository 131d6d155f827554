import { useState } from "preact/hooks";

interface CopyButtonProps {
  /** What is copied, or how to get it. */
  readonly text: string | (() => string | Promise<string>);
  readonly label: string;
  /** Default: `Copy`. */
  readonly word?: string;
  readonly id?: string;
  /** The key that does the same. */
  readonly shortcut?: string;
}

export function CopyButton({ text, label, word = "Copy", id, shortcut }: CopyButtonProps) {
  const [result, setResult] = useState<string>();
  const copy = async (): Promise<void> => {
    const isCopied = await Promise.resolve(typeof text === "string" ? text : text())
      .then((given) => navigator.clipboard.writeText(given))
      .then(
        () => true,
        () => false,
      );
    setResult(isCopied ? "Copied" : "Not copied");
    setTimeout(() => setResult(undefined), 1_500);
  };
  return (
    <button
      type="button"
      id={id}
      aria-label={`${result ?? word} ${label}`}
      aria-keyshortcuts={shortcut}
      onClick={() => void copy()}
    >
      {result ?? word}
    </button>
  );
}
