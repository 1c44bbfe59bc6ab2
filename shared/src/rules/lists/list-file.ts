import { StoreError } from "../../errors.ts";

/** A list where it lies: a file of the agent's folder, or bytes in memory. */
export type ListFile = {
  readonly size: number;
  /** Fills `into` with the bytes from `at` on. Throws STORE_FAILED where they cannot all be read. */
  read(at: number, into: Uint8Array): void;
  /** Told that its bytes are not those that were signed: it is fetched anew. */
  discard?(): void;
};

export function listFileOf(bytes: Uint8Array): ListFile {
  return {
    size: bytes.length,
    read(at, into) {
      if (at < 0 || at + into.length > bytes.length) throw new StoreError("STORE_FAILED", "A host list is too short.");
      into.set(bytes.subarray(at, at + into.length));
    },
  };
}
