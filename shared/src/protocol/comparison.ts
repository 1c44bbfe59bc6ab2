import { concatBytes, parseHex, utf8 } from "../bytes.ts";
import { sha256, sha256Hex } from "../crypto/hash.ts";

/**
 * Commit, challenge, reveal: the device commits to its key and a number before it sees the officer's, so neither side (nor
 * anybody between them) can search for numbers under which two different keys show the same digits.
 */

/** Hex SHA-256("overt-enrolment-commitment-v1\0" ‖ device key (32) ‖ n (32)). Both are given in hex. */
export function commitToKey(deviceKey: string, n: string): string {
  return sha256Hex(concatBytes(utf8("overt-enrolment-commitment-v1\0"), parseHex(deviceKey), parseHex(n)));
}

/**
 * The eight digits on both screens: the first six bytes, big-endian, modulo 10⁸, of
 * SHA-256("overt-enrolment-code-v1\0" ‖ H(token) ‖ H(order) ‖ device key ‖ n ‖ officer's nonce (16)). All given in hex.
 */
export function comparisonCode(input: {
  readonly tokenHash: string;
  readonly orderHash: string;
  readonly deviceKey: string;
  readonly n: string;
  readonly nonce: string;
}): string {
  const { tokenHash, orderHash, deviceKey, n, nonce } = input;
  const digest = sha256(
    concatBytes(utf8("overt-enrolment-code-v1\0"), ...[tokenHash, orderHash, deviceKey, n, nonce].map(parseHex)),
  );
  const number = digest.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
  return String(number % 100_000_000).padStart(8, "0");
}
