import { Deserializer, Serializer } from "node:v8";

/*
 * A value with many tables in it, as bytes from which it is read without copying the tables: first the tables, each where a
 * table of its kind may begin, then V8's structured clone of the rest, in which a table is its kind and its length. The first
 * eight bytes say where the rest begins.
 */

type Table = ArrayBufferView & { readonly length: number };
type TableKind = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Table;
};

/** By their numbers in the bytes. */
const kinds: readonly TableKind[] = [Uint8Array, Uint16Array, Uint32Array, Int32Array, Float64Array];

const wordBytes = 8;
const upToWord = (length: number) => Math.ceil(length / wordBytes) * wordBytes;

// Node's documentation has these; its types do not.
declare module "node:v8" {
  interface Serializer {
    _setTreatArrayBufferViewsAsHostObjects(flag: boolean): void;
  }
}

class TableSerializer extends Serializer {
  readonly tables: Table[] = [];

  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(value: ArrayBufferView) {
    const kind = kinds.indexOf(value.constructor as TableKind);
    if (kind < 0) throw new TypeError("A form has a kind of table that cannot be kept.");
    const table = value as Table;
    this.writeUint32(kind);
    this.writeUint32(table.length);
    this.tables.push(table);
  }
}

class TableDeserializer extends Deserializer {
  readonly #bytes: Uint8Array;
  #next = wordBytes;

  constructor(bytes: Uint8Array, rest: Uint8Array) {
    super(rest);
    this.#bytes = bytes;
  }

  _readHostObject(): Table {
    const Kind = kinds[this.readUint32()] as TableKind;
    const length = this.readUint32();
    const at = this.#next;
    this.#next = at + upToWord(length * Kind.BYTES_PER_ELEMENT);
    return new Kind(this.#bytes.buffer, this.#bytes.byteOffset + at, length);
  }
}

/** The parts of the bytes, one behind the other. Throws TypeError where a table is of none of the kinds above. */
export function writeForm(value: unknown): readonly Uint8Array[] {
  const serializer = new TableSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  const parts: Uint8Array[] = [];
  let at = wordBytes;
  for (const { buffer, byteOffset, byteLength } of serializer.tables) {
    const padding = upToWord(byteLength) - byteLength;
    parts.push(new Uint8Array(buffer, byteOffset, byteLength), new Uint8Array(padding));
    at += byteLength + padding;
  }
  const place = new Uint8Array(wordBytes);
  new DataView(place.buffer).setUint32(0, at, true);
  return [place, ...parts, serializer.releaseBuffer()];
}

/**
 * The value that `writeForm` wrote, from bytes that are whole. Its tables lie in them, or, where they do not begin at a multiple
 * of eight in their buffer, in a copy.
 */
export function readForm(bytes: Uint8Array): unknown {
  const held = bytes.byteOffset % wordBytes === 0 ? bytes : Uint8Array.from(bytes);
  const place = new DataView(held.buffer, held.byteOffset).getUint32(0, true);
  const deserializer = new TableDeserializer(held, held.subarray(place));
  deserializer.readHeader();
  return deserializer.readValue();
}
