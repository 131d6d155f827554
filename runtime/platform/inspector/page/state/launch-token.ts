/** The token in the fragment of the page's address, `#token=…`, as `kiket-gen dev` opens it. */
export function tokenInFragment(fragment: string): string | undefined {
  const token = new URLSearchParams(fragment.replace(/^#/, "")).get("token");
  return token !== null && /^[\w-]{16,256}$/.test(token) ? token : undefined;
}
