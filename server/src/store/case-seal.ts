import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { StoreError } from "@overt/shared/errors.ts";

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM under the case's key: nonce (12) ‖ ciphertext ‖ tag (16). Destroying the key erases every body of the case. */
export function sealForCase(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
}

/** Throws STORE_CORRUPT where the row was changed or belongs to another case. */
export function openForCase(key: Uint8Array, sealed: Uint8Array): Uint8Array {
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceBytes));
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()]));
  } catch (cause) {
    throw new StoreError("STORE_CORRUPT", "A stored document does not open with its case's key.", { cause });
  }
}
