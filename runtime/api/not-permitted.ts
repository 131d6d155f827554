declare const permission: unique symbol;

/**
 * The type in place of a call that is not permitted. No value has this type, so the compiler's error shows its name and the
 * advice. Use it directly: with an alias the error would not show the advice.
 */
export interface NotPermitted<Advice extends string> {
  /** The type is a sentence that says what to add to the manifest. */
  readonly [permission]: Advice;
}
