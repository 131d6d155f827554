function memberOf(fragment: string, name: string): string | undefined {
  const value = new URLSearchParams(fragment.replace(/^#/, "")).get(name);
  return value !== null && /^[\w-]{16,256}$/.test(value) ? value : undefined;
}

/** The token in the fragment of the page's address, `#token=…`, as `kiket-gen dev` prints it. */
export function tokenInFragment(fragment: string): string | undefined {
  return memberOf(fragment, "token");
}

/** The ticket in it, `#ticket=…`, as `kiket-gen dev` opens it. */
export function ticketInFragment(fragment: string): string | undefined {
  return memberOf(fragment, "ticket");
}

/** The rest of the fragment: the place that a link with a token leads to. */
export function withoutToken(fragment: string): string {
  const members = fragment.replace(/^#/, "").split("&");
  const rest = members.filter((member) => !/^(?:token|ticket)=/.test(member)).join("&");
  return rest === "" ? "" : `#${rest}`;
}

/** The token for a ticket; undefined if it was used before, or is too old. */
export async function tokenForTicket(ticket: string, send: typeof fetch): Promise<string | undefined> {
  try {
    const response = await send("/api/token", { method: "POST", headers: { "x-kiket-gen-token": ticket } });
    const { token } = (await response.json()) as { readonly token?: unknown };
    return response.ok && typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}
