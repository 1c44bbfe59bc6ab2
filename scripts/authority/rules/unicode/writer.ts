/** Bytes of numbers in LEB128. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  number(value: number) {
    let left = value;
    while (left >= 128) {
      this.#bytes.push((left % 128) | 128);
      left = Math.floor(left / 128);
    }
    this.#bytes.push(left);
  }

  /** Zigzag: 0, -1, 1, -2 … */
  signed(value: number) {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
