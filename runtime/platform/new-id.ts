/** Makes ids that no other object has. */
export type NewId = () => string;

/** Ids in the form of UUIDs, counted so that a test has the same ones in every run. The first ones are left for the platform's own. */
export function countIds(): NewId {
  let last = 0xff;
  return () => {
    last += 1;
    return `00000000-0000-4000-8000-${last.toString(16).padStart(12, "0")}`;
  };
}
