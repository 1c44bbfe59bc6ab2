import { closeSync, openSync, writeSync } from "node:fs";

const bufferedUnits = 256 * 1024;

/** Lines into a new file, many at a time. The file is there from the first line on. */
export class TextWriter {
  readonly path: string;
  #file: number | undefined;
  #waiting: string[] = [];
  #units = 0;

  constructor(path: string) {
    this.path = path;
  }

  get isUsed(): boolean {
    return this.#file !== undefined || this.#units > 0;
  }

  add(line: string): void {
    this.#waiting.push(line);
    this.#units += line.length + 1;
    if (this.#units > bufferedUnits) this.#write();
  }

  close(): void {
    this.#write();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(): void {
    if (this.#waiting.length === 0) return;
    this.#file ??= openSync(this.path, "wx");
    const bytes = Buffer.from(`${this.#waiting.join("\n")}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#waiting = [];
    this.#units = 0;
  }
}
