/** A list of code points that is used again and again: an emptied array would give its room up and ask for it anew. */
export class CodePoints {
  length = 0;
  #values = new Int32Array(64);

  /** -1 past the end. */
  at(index: number): number {
    return index < this.length ? (this.#values[index] as number) : -1;
  }

  set(index: number, code: number) {
    this.#values[index] = code;
  }

  push(code: number) {
    if (this.length === this.#values.length) {
      const wider = new Int32Array(this.length * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.length++] = code;
  }

  equals(other: CodePoints): boolean {
    if (this.length !== other.length) return false;
    for (let i = 0; i < this.length; i++) if (this.#values[i] !== other.#values[i]) return false;
    return true;
  }

  clear() {
    this.length = 0;
  }
}
