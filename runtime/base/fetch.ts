/** The part of the global `fetch` that the runtime uses. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The global one, looked up at each call, so that a later replacement is honoured. */
export const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);
