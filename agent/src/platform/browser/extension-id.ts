import { createHash } from "node:crypto";

/** The id that Chromium gives to an extension with this manifest key (base64 of a DER public key). */
export function deriveExtensionId(manifestKey: string): string {
  const digest = createHash("sha256").update(Buffer.from(manifestKey, "base64")).digest("hex").slice(0, 32);
  return digest.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}
