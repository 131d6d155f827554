/** Why a command does nothing, and the way out. */
export interface Refusal {
  readonly refusal: string;
  readonly hint: string;
}

export function refuse(refusal: string, hint: string): Refusal {
  return { refusal, hint };
}
