import { blake2s } from "@noble/hashes/blake2.js";
import { utf8 } from "../../bytes.ts";

/** What a list key says of itself, so that a wrong key is refused and does not just find nothing. 16 bytes; no host is spelled so. */
export function keyCheckOf(key: Uint8Array): Uint8Array {
  return blake2s(utf8("overt host list key"), { key }).slice(0, 16);
}
