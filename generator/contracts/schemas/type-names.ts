/** Names that an event's module declares or imports in addition to the shapes of its payload. */
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

/** Turns any text into an identifier of ASCII letters and digits that the schema compiler does not change. */
function identifier(text: string): string {
  const words = text.normalize("NFKD").match(/[A-Za-z]+|\d+/g) ?? [];
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  const name = /^[A-Z]/.test(joined) ? joined : `Shape${joined}`;
  // The name of the payload's type ends like this, and must stay free.
  return /V\d*Payload$/.test(name) ? `${name}Shape` : name;
}

/** Creates names of declarations; returns each name only once. */
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
