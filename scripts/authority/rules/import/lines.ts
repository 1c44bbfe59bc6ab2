import { closeSync, openSync, readSync } from "node:fs";

/** Longest line that is understood, in bytes. */
export const maxLineBytes = 4_096;
const shownBytes = 200;
const chunkBytes = 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;

export type BadLine = "not-utf8" | "nul-byte" | "too-long";

/** `bad` says why `text` is an excerpt, to be shown and not to be read. */
export type Line = { readonly number: number; readonly text: string; readonly bad?: BadLine };

/**
 * The lines of a file of any size, ended by LF, CR LF or CR, from 1. Holds one chunk and one line in memory. A byte-order
 * mark is left out; a line that is not UTF-8, holds a NUL or is too long is marked, and the next is read.
 */
export function* readLines(path: string): Generator<Line> {
  const file = openSync(path, "r");
  try {
    const builder = new LineBuilder();
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let before = 0;
    for (let got = readSync(file, chunk); got > 0; got = readSync(file, chunk)) {
      let from = 0;
      for (let at = 0; at < got; at++) {
        const byte = chunk[at] as number;
        if (byte === LF || byte === CR) {
          if (byte === CR || before !== CR) yield builder.finish(chunk, from, at);
          from = at + 1;
        }
        before = byte;
      }
      builder.keep(chunk, from, got);
    }
    if (builder.isOpen) yield builder.finish(chunk, 0, 0);
  } finally {
    closeSync(file);
  }
}

/** Puts a line together that lies over the edges of chunks. */
class LineBuilder {
  #number = 0;
  #kept = Buffer.alloc(0);
  #length = 0;

  get isOpen(): boolean {
    return this.#length > 0;
  }

  keep(chunk: Buffer, from: number, to: number): void {
    this.#length += to - from;
    // Of a line that is too long only the beginning is shown.
    const room = Math.max(0, maxLineBytes + 1 - this.#kept.length);
    if (room > 0) this.#kept = Buffer.concat([this.#kept, chunk.subarray(from, Math.min(to, from + room))]);
  }

  finish(chunk: Buffer, from: number, to: number): Line {
    const number = ++this.#number;
    if (this.#length === 0) return readBytes(number, chunk, from, to);
    this.keep(chunk, from, to);
    const line = readBytes(number, this.#kept, 0, this.#kept.length);
    this.#kept = Buffer.alloc(0);
    this.#length = 0;
    return line;
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readBytes(number: number, bytes: Buffer, start: number, to: number): Line {
  const from = number === 1 && hasMark(bytes, start, to) ? start + 3 : start;
  if (to - from > maxLineBytes) return { number, text: excerpt(bytes, from, to), bad: "too-long" };
  const text = bytes.toString("latin1", from, to);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL byte is what is asked for
  if (!/[^\x01-\x7f]/.test(text)) return { number, text };
  if (text.includes("\0")) return { number, text: excerpt(bytes, from, to), bad: "nul-byte" };
  try {
    return { number, text: strict.decode(bytes.subarray(from, to)) };
  } catch {
    return { number, text: excerpt(bytes, from, to), bad: "not-utf8" };
  }
}

function hasMark(bytes: Buffer, from: number, to: number): boolean {
  return to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf;
}

function excerpt(bytes: Buffer, from: number, to: number): string {
  return bytes.subarray(from, Math.min(to, from + shownBytes)).toString("utf8");
}
