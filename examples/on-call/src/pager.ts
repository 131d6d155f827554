/** Where pages are sent, and with which key. */
export interface Pager {
  readonly url: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

export interface Page {
  /** An e-mail address. */
  readonly to: string;
  readonly text: string;
  /** The pager sends it back when the page is acknowledged. */
  readonly reference: string;
}

/** Sends a page. The pager takes a page with the same `id` once, so it may be sent again. */
export async function sendPage(pager: Pager, id: string, page: Page): Promise<void> {
  const response = await fetch(`${pager.url}/pages`, {
    method: "POST",
    headers: { authorization: `Bearer ${pager.key}`, "content-type": "application/json", "idempotency-key": id },
    body: JSON.stringify(page),
    signal: pager.signal,
  });
  if (!response.ok) throw new Error(`The pager answered ${response.status}`);
}
