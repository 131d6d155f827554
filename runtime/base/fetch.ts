/** The part of the global `fetch` that the runtime uses. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Calls the global `fetch`, which is looked up at each call, so that it can be replaced later. */
export const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);
