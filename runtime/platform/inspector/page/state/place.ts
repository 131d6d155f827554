/** What the page shows, beside the list or instead of it. `newest`: the newest delivery, also when another arrives. */
export type Place =
  | { readonly kind: "newest" }
  | { readonly kind: "delivery"; readonly id: string }
  | { readonly kind: "build"; readonly number: number }
  | { readonly kind: "send" }
  /** One of the views that are no part of the list. `of`: what is chosen in it, such as a table. */
  | { readonly kind: "view"; readonly view: string; readonly of?: string };

/** The place in the fragment of an address, so that a reload and the browser's back button find it again. */
export function placeInFragment(fragment: string): Place {
  const members = new URLSearchParams(fragment.replace(/^#/, ""));
  const id = members.get("delivery");
  if (id !== null && id !== "") return { kind: "delivery", id };
  const build = members.get("build");
  if (build !== null && /^[1-9]\d{0,8}$/.test(build)) return { kind: "build", number: Number(build) };
  const [view, of] = [members.get("view"), members.get("of")];
  if (view !== null && view !== "") return { kind: "view", view, ...(of === null ? {} : { of }) };
  return members.has("send") ? { kind: "send" } : { kind: "newest" };
}

/** Empty for the newest delivery. */
export function fragmentOf(place: Place): string {
  if (place.kind === "delivery") return `#delivery=${encodeURIComponent(place.id)}`;
  if (place.kind === "build") return `#build=${place.number}`;
  if (place.kind === "view") {
    const of = place.of === undefined ? "" : `&of=${encodeURIComponent(place.of)}`;
    return `#view=${encodeURIComponent(place.view)}${of}`;
  }
  return place.kind === "send" ? "#send" : "";
}
