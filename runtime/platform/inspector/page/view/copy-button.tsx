import { useState } from "preact/hooks";

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [word, setWord] = useState("Copy");
  const copy = async (): Promise<void> => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setWord(isCopied ? "Copied" : "Not copied");
    setTimeout(() => setWord("Copy"), 1_500);
  };
  return (
    <button type="button" aria-label={`${word} ${label}`} onClick={() => void copy()}>
      {word}
    </button>
  );
}
