import canonicalize from "canonicalize";
import { equalBytes, parseUtf8, utf8 } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { limits } from "../limits.ts";

/**
 * The one byte sequence of a JSON value (RFC 8785). `undefined` members of an object are left out, as in JSON.
 * Throws NOT_CANONICAL for what JSON cannot say in one way: lone surrogates, NaN, infinities, functions, symbols,
 * big integers, class instances, cycles; TOO_LARGE past `limits.jsonDepth`.
 */
export function canonicalBytes(value: unknown, maxDepth: number = limits.jsonDepth): Uint8Array {
  requirePlainJson(value, 0, maxDepth);
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch {
    // The library's message is dropped: it may quote the value.
  }
  if (text === undefined) throw notCanonical();
  return utf8(text);
}

/**
 * Reads JSON that must already be canonical. The bytes are attacker-controlled, so the cap comes first, and the depth
 * is bounded before `JSON.parse` sees the text. Codes: TOO_LARGE, BAD_ENCODING, BAD_JSON, NOT_CANONICAL.
 */
export function parseCanonical(bytes: Uint8Array, caps: { maxBytes: number; maxDepth?: number }): unknown {
  if (bytes.length > caps.maxBytes) throw new VerificationError("TOO_LARGE", "The document is larger than allowed.");
  const value = parseJson(bytes, caps.maxDepth);
  requireCanonical(value, bytes, caps.maxDepth);
  return value;
}

/** Fatal UTF-8, then the depth cap, then `JSON.parse`. Codes: BAD_ENCODING, TOO_LARGE, BAD_JSON. */
export function parseJson(bytes: Uint8Array, maxDepth: number = limits.jsonDepth): unknown {
  const text = parseUtf8(bytes);
  if (deepestNesting(text) > maxDepth) {
    throw new VerificationError("TOO_LARGE", "The document is nested deeper than allowed.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new VerificationError("BAD_JSON", "The document is not JSON.");
  }
}

/** Refuses duplicate keys, white space, key order, 1.0, 1e2, needless escapes and rounded integers: code NOT_CANONICAL. */
export function requireCanonical(value: unknown, bytes: Uint8Array, maxDepth?: number): void {
  if (!equalBytes(canonicalBytes(value, maxDepth), bytes)) throw notCanonical();
}

function notCanonical(): VerificationError {
  return new VerificationError("NOT_CANONICAL", "The document is not in canonical form (RFC 8785).");
}

// canonicalize writes functions out as `undefined` and calls toJSON; both would sign something the reader cannot rebuild.
function requirePlainJson(value: unknown, depth: number, maxDepth: number): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (typeof value !== "object") throw notCanonical();
  if (depth >= maxDepth) throw new VerificationError("TOO_LARGE", "The document is nested deeper than allowed.");
  if (Array.isArray(value)) {
    for (const item of value) requirePlainJson(item, depth + 1, maxDepth);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notCanonical();
  for (const member of Object.values(value)) {
    if (member !== undefined) requirePlainJson(member, depth + 1, maxDepth);
  }
}

function deepestNesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return deepest;
}
