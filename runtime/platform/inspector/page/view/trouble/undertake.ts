/** Does something, and says that it is done, or shows why it failed. */
export type Undertake = (work: () => Promise<unknown>, done: string) => Promise<void>;
