/** What the page shows, beside the list or instead of it. `newest`: the newest delivery, also when another arrives. */
export type Place =
  | { readonly kind: "newest" }
  /** Without `attempt`: its last one. */
  | { readonly kind: "delivery"; readonly id: string; readonly attempt?: number }
  | { readonly kind: "build"; readonly number: number }
  | { readonly kind: "send" }
  /** One of the views that are no part of the list. `of`: what is chosen in it, such as a table. */
  | { readonly kind: "view"; readonly view: string; readonly of?: string };

/** A number from 1. */
export function countIn(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** The place in the fragment of an address, so that a reload and the browser's back button find it again. */
export function placeInFragment(fragment: string): Place {
  const members = new URLSearchParams(fragment.replace(/^#/, ""));
  const id = members.get("delivery");
  const attempt = countIn(members.get("attempt"));
  if (id !== null && id !== "") return { kind: "delivery", id, ...(attempt === undefined ? {} : { attempt }) };
  const build = countIn(members.get("build"));
  if (build !== undefined) return { kind: "build", number: build };
  const [view, of] = [members.get("view"), members.get("of")];
  if (view !== null && view !== "") return { kind: "view", view, ...(of === null ? {} : { of }) };
  return members.has("send") ? { kind: "send" } : { kind: "newest" };
}

/** Empty for the newest delivery. */
export function fragmentOf(place: Place): string {
  if (place.kind === "delivery") {
    const attempt = place.attempt === undefined ? "" : `&attempt=${place.attempt}`;
    return `#delivery=${encodeURIComponent(place.id)}${attempt}`;
  }
  if (place.kind === "build") return `#build=${place.number}`;
  if (place.kind === "view") {
    const of = place.of === undefined ? "" : `&of=${encodeURIComponent(place.of)}`;
    return `#view=${encodeURIComponent(place.view)}${of}`;
  }
  return place.kind === "send" ? "#send" : "";
}
