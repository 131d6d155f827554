/** Names that an event's module declares or imports beside the shapes of its payload. */
const taken: readonly string[] = [
  "BoundDefineHandler",
  "Envelope",
  "Extension",
  "Id",
  "Omit",
  "Partial",
  "PayloadOfTheEvent",
  "Readonly",
  "Record",
  "Recorded",
];

/** Any text to an identifier of ASCII letters and digits that the schema compiler keeps as it is. */
function identifier(text: string): string {
  const words = text.normalize("NFKD").match(/[A-Za-z]+|\d+/g) ?? [];
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  const name = /^[A-Z]/.test(joined) ? joined : `Shape${joined}`;
  // The payload's own name ends like this, and is taken.
  return /V\d*Payload$/.test(name) ? `${name}Shape` : name;
}

/** Hands out names of declarations, each once. */
export function createNamer(): (text: string) => string {
  const used = new Set<string>(taken);
  return (text) => {
    const wanted = identifier(text);
    let name = wanted;
    for (let count = 2; used.has(name); count += 1) name = `${wanted}${count}`;
    used.add(name);
    return name;
  };
}
