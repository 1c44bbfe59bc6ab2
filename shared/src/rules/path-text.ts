const padding = 8;

/**
 * The path and query that patterns are compared with, as bytes: one visit asks several indexes about the same text, and it
 * is read once. They stand until another text is read.
 */
export class PathText {
  /** The text they are of; undefined while it is being read. */
  text: string | undefined = undefined;
  /** The last eight bits of each character, from `from` to `to`, and eight zeros. */
  bytes = new Uint8Array(1024 + padding);
  from = 0;
  to = 0;
  /** Where in `bytes` the characters stand that part words: all of ASCII but letters and digits. */
  marks = new Int32Array(1024);
  markCount = 0;
  #grams = new DataView(this.bytes.buffer);

  /** Makes room for so many characters. */
  begin(length: number) {
    this.text = undefined;
    if (this.marks.length >= length) return;
    this.bytes = new Uint8Array(2 * length + padding);
    this.marks = new Int32Array(2 * length);
    this.#grams = new DataView(this.bytes.buffer);
  }

  end(text: string, from: number, markCount: number) {
    this.from = from;
    this.to = from + text.length;
    this.markCount = markCount;
    this.#grams.setInt32(this.to, 0);
    this.#grams.setInt32(this.to + 4, 0);
    this.text = text;
  }

  /** Four bytes as one number, as `gramAt` gives them; zeros past the end. */
  gramAt(at: number): number {
    return this.#grams.getInt32(at);
  }
}

const held = new PathText();

/** The one that is held, to be filled by whoever reads the characters anyway. */
export function heldPathText(): PathText {
  return held;
}

export function readPathText(text: string): PathText {
  if (held.text === text) return held;
  held.begin(text.length);
  const { bytes, marks } = held;
  let markCount = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at) & 0xff;
    bytes[at] = byte;
    if (isMark[byte] === 1) marks[markCount++] = at;
  }
  held.end(text, 0, markCount);
  return held;
}

/** By the last eight bits of a character: 1 where it parts words. */
export const isMark = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && !/[0-9A-Za-z]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
