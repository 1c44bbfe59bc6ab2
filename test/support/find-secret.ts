import { createHash } from "node:crypto";
import { inflateRawSync, inflateSync, constants as zlib } from "node:zlib";

/** One way of writing a secret down; `folded` ones are looked for without regard to case. */
interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
  readonly folded: boolean;
}

const each = (text: string, write: (code: number) => string) =>
  [...text].map((character) => write(character.codePointAt(0) as number)).join("");
const hex = (code: number, width: number) => code.toString(16).padStart(width, "0");

/** The part of a base64 text that depends on the secret alone, for each of the three places at which it can begin. */
function base64Needles(secret: string): Needle[] {
  return [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const [from, to] = [Math.ceil((shift * 8) / 6), Math.floor((padded.length * 8) / 6)];
    return (["base64", "base64url"] as const).map((encoding) => ({
      name: `${encoding} at ${shift}`,
      bytes: Buffer.from(padded.toString(encoding).slice(from, to)),
      folded: false,
    }));
  });
}

function digestNeedles(secret: string): Needle[] {
  return ["md5", "sha1", "sha256", "sha512"].flatMap((algorithm) => {
    const digest = createHash(algorithm).update(secret).digest();
    return [
      { name: `${algorithm}, raw`, bytes: digest, folded: false },
      { name: `${algorithm}, hex`, bytes: Buffer.from(digest.toString("hex")), folded: true },
      { name: `${algorithm}, base64`, bytes: Buffer.from(digest.toString("base64").slice(0, 20)), folded: false },
    ];
  });
}

/** `secret` is ASCII. */
function needlesOf(secret: string): Needle[] {
  const utf16be = Buffer.from(secret, "utf16le").swap16();
  return [
    { name: "plain", bytes: Buffer.from(secret), folded: true },
    { name: "backwards", bytes: Buffer.from([...secret].toReversed().join("")), folded: true },
    { name: "UTF-16LE", bytes: Buffer.from(secret, "utf16le"), folded: true },
    { name: "UTF-16BE", bytes: utf16be, folded: true },
    { name: "hex", bytes: Buffer.from(Buffer.from(secret).toString("hex")), folded: true },
    { name: "hex of UTF-16", bytes: Buffer.from(Buffer.from(secret, "utf16le").toString("hex")), folded: true },
    { name: "percent", bytes: Buffer.from(each(secret, (code) => `%${hex(code, 2)}`)), folded: true },
    { name: "JSON escapes", bytes: Buffer.from(each(secret, (code) => `\\u${hex(code, 4)}`)), folded: true },
    { name: "HTML entities", bytes: Buffer.from(each(secret, (code) => `&#${code};`)), folded: true },
    ...base64Needles(secret),
    ...digestNeedles(secret),
  ];
}

const toLower = (bytes: Buffer) => Buffer.from(bytes.toString("latin1").toLowerCase(), "latin1");

/** RFC 1952: ten bytes, and a file name where flag 8 is set. */
function gzipHeaderLength(bytes: Buffer): number {
  return (bytes[3] ?? 0) & 8 ? bytes.indexOf(0, 10) + 1 : 10;
}

/** What lies compressed in the bytes, wherever a header of gzip or zlib stands. */
function* unpack(bytes: Buffer): Generator<Buffer> {
  const options = { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: 1 << 24 };
  const headers: readonly (readonly [string, (part: Buffer) => Buffer])[] = [
    // Not gunzip: it refuses what has other bytes behind it.
    ["1f8b08", (part) => inflateRawSync(part.subarray(gzipHeaderLength(part)), options)],
    ...["7801", "785e", "789c", "78da"].map(
      (header) => [header, (part: Buffer) => inflateSync(part, options)] as const,
    ),
  ];
  for (const [header, open] of headers) {
    const needle = Buffer.from(header, "hex");
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
      try {
        yield open(bytes.subarray(at));
      } catch {
        // Only looked like one.
      }
    }
  }
}

/** Some bytes to search, ready for many secrets. */
export interface Haystack {
  readonly name: string;
  readonly parts: readonly { readonly exact: Buffer; readonly folded: Buffer }[];
}

export function readHaystack(name: string, bytes: Buffer): Haystack {
  return { name, parts: [bytes, ...unpack(bytes)].map((exact) => ({ exact, folded: toLower(exact) })) };
}

/** Every way in which one of the secrets stands in one of the haystacks, in words. */
export function findSecrets(haystacks: readonly Haystack[], secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([secretName, secret]) => {
    const needles = needlesOf(secret).map((needle) => ({ ...needle, lower: toLower(needle.bytes) }));
    return haystacks.flatMap(({ name, parts }) =>
      needles
        .filter(({ bytes, folded, lower }) =>
          parts.some((part) => (folded ? part.folded.includes(lower) : part.exact.includes(bytes))),
        )
        .map((needle) => `${secretName} in ${name} (${needle.name})`),
    );
  });
}
