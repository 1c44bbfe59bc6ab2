import { ruleLimits } from "./limits.ts";

/** The parts of a plain address, cut where they stand. */
export type PlainAddress = {
  readonly host: string;
  readonly path: string;
  readonly pathAndQuery: string;
  readonly query: string;
};

/** What is to be known of a character, in bits; a branch for each kind takes longer than all the rest. */
const slash = 1;
/** A slash, and what a slash may not be followed by: a dot segment may begin there. */
const joint = 2;
const capital = 4;
/** No plain character, or one that ends the part. */
const stop = 8;
const inHost = 16;
const dot = 32;
const hyphen = 64;

const kinds = new Uint8Array(128).fill(stop);
const set = (characters: string, kind: number) => {
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;
};
set("abcdefghijklmnopqrstuvwxyz0123456789_", inHost);
set("ABCDEFGHIJKLMNOPQRSTUVWXYZ", capital);
// Neither a quote, which a query has escaped, nor anything else that is escaped somewhere.
set("~!$&()*+,;=:@", 0);
set("-", inHost | hyphen);
set(".", inHost | dot | joint);
set("/", slash | joint);

const question = 0x3f;
const hash = 0x23;
const none = -1;
const encoder = new TextEncoder();
const bytes = new Uint8Array(ruleLimits.urlUnits);

/**
 * An address that is already in the form that rules are compared with, but for capitals in its path: http(s), a domain in
 * small ASCII letters, no credentials, port, escapes, dot segments or repeated slashes. Most are. Taken apart in one pass,
 * which the platform's parser takes several times as long for; undefined for everything else, which is the parser's work.
 */
export function readPlainAddress(url: string): PlainAddress | undefined {
  const length = url.length;
  // A character beyond ASCII is more than one byte. Bytes are read several times as fast as a string's characters.
  const { read, written } = encoder.encodeInto(url, bytes);
  if (read !== length || written !== length) return undefined;
  const start = findHost();
  const from = start === 0 ? 0 : findHostEnd(start, length);
  if (from === 0) return undefined;

  let query = none;
  /** All bits that were seen, and those that were seen behind a slash of the path. */
  let seen = 0;
  let joined = 0;
  let before = 0;
  let to = from;
  for (; to < length; to++) {
    const code = bytes[to] as number;
    let kind = kinds[code] as number;
    if (kind === stop) {
      if (code === hash) break;
      if (code !== question) return undefined;
      if (query === none) query = to - from;
      kind = 0;
    }
    seen |= kind;
    joined |= before & kind;
    before = query === none ? (kind & slash) << 1 : 0;
  }
  // The parser says nothing of a query without characters.
  if (joined !== 0 || query === to - from - 1) return undefined;

  const host = url.slice(start, from);
  const tail = url.slice(from, to);
  const pathAndQuery = (seen & capital) === 0 ? tail : tail.toLowerCase();
  return query === none
    ? { host, path: pathAndQuery, pathAndQuery, query: "" }
    : { host, path: pathAndQuery.slice(0, query), pathAndQuery, query: tail.slice(query + 1) };
}

/** Where the host begins; 0 where the scheme is not http or https, or not written in small letters. */
function findHost(): number {
  if (bytes[0] !== 0x68 || bytes[1] !== 0x74 || bytes[2] !== 0x74 || bytes[3] !== 0x70) return 0;
  const colon = bytes[4] === 0x73 ? 5 : 4;
  return bytes[colon] === 0x3a && bytes[colon + 1] === 0x2f && bytes[colon + 2] === 0x2f ? colon + 3 : 0;
}

/**
 * Where the path begins; 0 where the host is not plain. No label is empty or has two hyphens in a row (`xn--`), and the
 * last begins with a letter, so that it is no number and the host no IPv4 address.
 */
function findHostEnd(start: number, length: number): number {
  let before = dot;
  let joined = 0;
  let label = start;
  for (let at = start; at < length; at++) {
    const kind = kinds[bytes[at] as number] as number;
    if ((kind & inHost) === 0) {
      return (kind & slash) !== 0 && joined === 0 && (bytes[label] as number) >= 0x61 ? at : 0;
    }
    joined |= before & kind;
    before = kind & (dot | hyphen);
    if (before === dot) label = at + 1;
  }
  return 0;
}
