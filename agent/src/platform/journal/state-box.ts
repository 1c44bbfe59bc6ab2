import { createCipheriv, createDecipheriv } from "node:crypto";
import { parseUtf8, utf8 } from "@overt/shared/bytes.ts";
import type { Random } from "@overt/shared/crypto/seal.ts";
import { StoreError } from "@overt/shared/errors.ts";

const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts the small state beside the records (AES-256-GCM, the name as associated data): behaviour memory may hold hosts. */
export interface StateBox {
  seal(key: string, value: unknown): Buffer;
  /** Throws STORE_CORRUPT. */
  open(key: string, bytes: Uint8Array): unknown;
}

export function buildStateBox(secret: Uint8Array, random: Random): StateBox {
  return {
    seal(key, value) {
      const nonce = random(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", secret, nonce).setAAD(utf8(key));
      const body = Buffer.concat([cipher.update(utf8(JSON.stringify(value))), cipher.final()]);
      return Buffer.concat([nonce, body, cipher.getAuthTag()]);
    },
    open(key, bytes) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", secret, bytes.subarray(0, nonceBytes)).setAAD(utf8(key));
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        const body = bytes.subarray(nonceBytes, -tagBytes);
        return JSON.parse(parseUtf8(Buffer.concat([decipher.update(body), decipher.final()])));
      } catch (cause) {
        throw new StoreError("STORE_CORRUPT", "A value beside the records cannot be read.", { cause });
      }
    },
  };
}
