import { VerificationError } from "./errors.ts";

const hexDigits = "0123456789abcdef";
const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const base32Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes to text; throws BAD_ENCODING where they are not UTF-8. A byte-order mark is kept, so that nothing is silently dropped. */
export function parseUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new VerificationError("BAD_ENCODING", "The bytes are not UTF-8.", { cause });
  }
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Equality whose time depends on the length only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

export function toHex(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) out += (hexDigits[byte >> 4] as string) + (hexDigits[byte & 15] as string);
  return out;
}

/** Lower-case hex of whole bytes; throws BAD_ENCODING on anything else. */
export function parseHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) {
    throw new VerificationError("BAD_ENCODING", "Expected lower-case hexadecimal.");
  }
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const left = bytes.length - i;
    out += (base64Alphabet[a >> 2] as string) + (base64Alphabet[((a & 3) << 4) | (b >> 4)] as string);
    out += left > 1 ? (base64Alphabet[((b & 15) << 2) | (c >> 6)] as string) : "=";
    out += left > 2 ? (base64Alphabet[c & 63] as string) : "=";
  }
  return out;
}

/** Strict base64: the standard alphabet, padded, and the only spelling of its bytes; throws BAD_ENCODING on anything else. */
export function parseBase64(text: string): Uint8Array {
  const bad = () => new VerificationError("BAD_ENCODING", "Expected standard base64 with padding.");
  if (text.length % 4 !== 0) throw bad();
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const out = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let width = 0;
  let at = 0;
  for (let i = 0; i < text.length - padding; i++) {
    const code = text.charCodeAt(i);
    const value = base64Values[code] ?? -1;
    if (value < 0) throw bad();
    bits = ((bits << 6) | value) & 0xffffff;
    width += 6;
    if (width >= 8) {
      width -= 8;
      out[at++] = (bits >> width) & 255;
    }
  }
  if ((bits & ((1 << width) - 1)) !== 0) throw bad();
  return out;
}
const base64Values = Int8Array.from({ length: 128 }, (_, code) => base64Alphabet.indexOf(String.fromCharCode(code)));

/** RFC 4648 base32 in lower case without padding: what a person types. */
export function toBase32(bytes: Uint8Array): string {
  let bits = 0;
  let width = 0;
  let out = "";
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    width += 8;
    while (width >= 5) {
      width -= 5;
      out += base32Alphabet[(bits >> width) & 31] as string;
    }
  }
  if (width > 0) out += base32Alphabet[(bits << (5 - width)) & 31] as string;
  return out;
}
