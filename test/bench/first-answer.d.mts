/** The environment of a program of `first-answer/`. */
export function firstDelivery(): { readonly BENCH_DELIVERY: string };
