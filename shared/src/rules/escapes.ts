/** Undoes percent-escapes; a run of escapes that is not UTF-8 stays as it is. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  return readAscii(text, false, false) ?? decodeAny(text);
}

/** Percent-escapes are undone once where they are UTF-8, A–Z made small, runs of slashes made one. */
export function normalisePath(path: string): string {
  return readAscii(path, true, true) ?? lowerAscii(decodeAny(path)).replace(/\/{2,}/g, "/");
}

/** As `normalisePath`; slashes stay as they are. */
export function normaliseQuery(query: string): string {
  return readAscii(query, true, false) ?? lowerAscii(decodeAny(query));
}

/** Letters beyond A–Z stay as they are: no answer depends on the platform's version of Unicode. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function decodeAny(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, decodeRun);
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}

const percent = 0x25;
const slash = 0x2f;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
let bytes = new Uint8Array(1024);

/**
 * The same for the text of a parsed URL, which is ASCII: it becomes UTF-8 in one pass, however many escapes it has and
 * however few of them are sound. Undefined where a character is not ASCII.
 */
function readAscii(text: string, small: boolean, oneSlash: boolean): string | undefined {
  const length = text.length;
  if (bytes.length < length) bytes = new Uint8Array(2 * length);
  let count = 0;
  for (let at = 0; at < length; ) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return undefined;
    const escapes = code === percent ? readEscapes(text, at, count) : 0;
    if (escapes > 0 && isUtf8(bytes, count, count + escapes)) {
      at += 3 * escapes;
      count += escapes;
      continue;
    }
    for (const end = at + Math.max(1, 3 * escapes); at < end; at++) bytes[count++] = text.charCodeAt(at);
  }
  if (small) lower(count);
  if (oneSlash) count = joinSlashes(count);
  return utf8.decode(bytes.subarray(0, count));
}

/** Writes what a run of escapes stands for to `bytes`, and gives how many there are. */
function readEscapes(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; text.charCodeAt(at) === percent; at += 3) {
    const byte = 16 * hexDigit(text.charCodeAt(at + 1)) + hexDigit(text.charCodeAt(at + 2));
    if (!(byte >= 0)) break;
    bytes[to + count++] = byte;
  }
  return count;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const small = code | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : Number.NaN;
}

function lower(count: number) {
  for (let at = 0; at < count; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x41 && byte <= 0x5a) bytes[at] = byte | 0x20;
  }
}

function joinSlashes(count: number): number {
  let kept = 0;
  for (let at = 0; at < count; at++) {
    const byte = bytes[at] as number;
    if (byte !== slash || kept === 0 || bytes[kept - 1] !== slash) bytes[kept++] = byte;
  }
  return kept;
}

/** As Unicode's table of well-formed UTF-8 byte sequences has it: nothing overlong, no surrogates, nothing past U+10FFFF. */
function isUtf8(text: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    const first = text[at++] as number;
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    let more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (at + more > to) return false;
    const second = text[at] as number;
    const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    for (; more > 0; more--, at++) if (((text[at] as number) & 0xc0) !== 0x80) return false;
  }
  return true;
}
