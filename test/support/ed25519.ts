import { createHash } from "node:crypto";
import { toHex } from "@overt/shared/bytes.ts";
import { signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { fromHex } from "./vectors.ts";

const p = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same signature with S + L: every verifier without the range check takes it. */
export function malleate(signature: Uint8Array): Uint8Array {
  const s = (littleEndian(signature.subarray(32)) + order) % 2n ** 256n;
  return new Uint8Array([...signature.subarray(0, 32), ...bytes(s)]);
}

/**
 * A signature by nobody that holds for every message under the identity as public key, with an R that is beyond
 * reproach: S·B = R + h·A, and A adds nothing. (R is a key's public point and S its scalar.)
 */
export function forgeForIdentity(): { readonly signature: Uint8Array; readonly publicKey: Uint8Array } {
  const seed = new Uint8Array(32).fill(1);
  const scalar = new Uint8Array(createHash("sha512").update(seed).digest().subarray(0, 32));
  scalar[0] = (scalar[0] as number) & 248;
  scalar[31] = ((scalar[31] as number) & 63) | 64;
  const point = signingKeyFromSeed(seed).publicKey;
  const signature = new Uint8Array([...point, ...bytes(littleEndian(scalar) % order)]);
  return { signature, publicKey: bytes(1n) };
}

/**
 * Every 32-byte spelling of the eight small-order points of edwards25519, worked out from the curve's equation: y is
 * 1, -1, 0 or, where the double has y = 0, a root of d·y⁴ + 2·y² = 1; with both signs, and y + p where it fits.
 */
export function smallOrderEncodings(): readonly Uint8Array[] {
  const d = mod(-121665n * inverse(121666n));
  const root = squareRoot(mod(1n + d));
  const squares = [1n, -1n].map((sign) => mod((-1n + sign * root) * inverse(d)));
  const eights = squares.filter(isSquare).flatMap((square) => [squareRoot(square), mod(-squareRoot(square))]);
  const ys = [0n, 1n, p - 1n, ...eights];
  const spelled = ys.flatMap((y) => [y, y + p].filter((value) => value < 2n ** 255n));
  return spelled.flatMap((y) => [bytes(y), bytes(y + 2n ** 255n)]);
}

function littleEndian(input: Uint8Array): bigint {
  return BigInt(`0x${toHex(Uint8Array.from(input).reverse())}`);
}

function bytes(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0")).reverse();
}

function mod(value: bigint): bigint {
  return ((value % p) + p) % p;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let [b, e] = [mod(base), exponent]; e > 0n; b = mod(b * b), e >>= 1n) if (e & 1n) result = mod(result * b);
  return result;
}

function inverse(value: bigint): bigint {
  return power(mod(value), p - 2n);
}

function isSquare(value: bigint): boolean {
  return power(value, (p - 1n) / 2n) === 1n;
}

function squareRoot(value: bigint): bigint {
  const candidate = power(value, (p + 3n) / 8n);
  return mod(candidate * candidate) === mod(value) ? candidate : mod(candidate * power(2n, (p - 1n) / 4n));
}
