declare const verified: unique symbol;

/**
 * A value whose signatures, encoding and schema have been checked. Only the verify functions of `crypto/envelope.ts`
 * and the TUF keeper make one, so code that takes `Verified<T>` cannot be handed a document nobody verified.
 */
export type Verified<T> = T & { readonly [verified]: true };

/** The only door to the brand; the architecture test lists the files that may import it. */
export function brandVerified<T>(value: T): Verified<T> {
  return value as Verified<T>;
}
