/** The part of the global `fetch` that the runtime uses. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
