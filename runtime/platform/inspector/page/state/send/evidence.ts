const wordsByConfidence: Readonly<Record<string, string>> = {
  fixture: "its members are confirmed by a fixture of Kiket's own tests",
  read: "its members were seen in shipped code",
  documented: "its members were seen only in documentation",
  guessed: "its members are a guess, from similar events",
  none: "only its name is known, and no member",
};

/** How sure the shape of an event's payload is, in the words of `kiket-gen events`; undefined for another word. */
export function evidenceWords(confidence: string): string | undefined {
  return Object.hasOwn(wordsByConfidence, confidence) ? wordsByConfidence[confidence] : undefined;
}
