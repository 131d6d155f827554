/** Makes ids that no other object has. */
export type NewId = () => string;

export interface IdCounter {
  readonly newId: NewId;
  /** The number of the id that was made last. */
  readonly last: () => number;
}

/** Ids in the form of UUIDs, counted so that a test has the same ones in every run. The first ones are left for the platform's own. */
export function countIds(last = 0xff): IdCounter {
  return {
    newId() {
      last += 1;
      return `00000000-0000-4000-8000-${last.toString(16).padStart(12, "0")}`;
    },
    last: () => last,
  };
}
