import { parseBase64 } from "../../bytes.ts";
import { CodePoints } from "./code-points.ts";
import { unicodeData } from "./data.ts";

/**
 * What a character is to words. `gap` belongs to none. `word` joins its neighbours. `unspaced` is of a script written
 * without spaces, or an emoji: each stands for itself. `extend` belongs to the character before it. `ignorable` is not there.
 */
export const characterType = { gap: 0, word: 1, unspaced: 2, extend: 3, ignorable: 4 } as const;

const pageBits = 8;
const pageSize = 1 << pageBits;

/** What a map holds, as it can be kept. */
type CodePointData = { readonly pages: Uint16Array; readonly values: Int32Array };

/** A number for every code point, in pages that are made when they are first written to; 0 elsewhere. */
export class CodePointMap {
  readonly #pages: Uint16Array;
  #values: Int32Array;
  #count = 1;

  /** `kept` is the `data` of a map that was filled before; it is not written to. */
  constructor(kept?: CodePointData) {
    this.#pages = kept?.pages ?? new Uint16Array(0x110000 >> pageBits);
    this.#values = kept?.values ?? new Int32Array(pageSize * 64);
  }

  get data(): CodePointData {
    return { pages: this.#pages, values: this.#values.slice(0, this.#count * pageSize) };
  }

  get(code: number): number {
    const page = this.#pages[code >> pageBits] as number;
    return this.#values[(page << pageBits) | (code & (pageSize - 1))] as number;
  }

  /** Gives `value` to `length` code points from `code`. */
  fill(code: number, length: number, value: number) {
    const end = code + length;
    for (let at = code; at < end; ) {
      const stop = Math.min(end, ((at >> pageBits) + 1) << pageBits);
      const from = (this.#open(at >> pageBits) << pageBits) | (at & (pageSize - 1));
      this.#values.fill(value, from, from + stop - at);
      at = stop;
    }
  }

  /** As `fill`, where a run covers whole pages: they share one. */
  fillRun(code: number, length: number, value: number) {
    const first = (code + pageSize - 1) >> pageBits;
    const last = (code + length) >> pageBits;
    if (value === 0 || last - first < 2) {
      if (value !== 0) this.fill(code, length, value);
      return;
    }
    this.fill(code, (first + 1) * pageSize - code, value);
    this.#pages.fill(this.#pages[first] as number, first, last);
    this.fill(last * pageSize, code + length - last * pageSize, value);
  }

  #open(page: number): number {
    const known = this.#pages[page] as number;
    if (known !== 0) return known;
    if ((this.#count + 1) * pageSize > this.#values.length) {
      const wider = new Int32Array(this.#values.length * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#pages[page] = this.#count;
    return this.#count++;
  }
}

export type UnicodeTables = {
  readonly type: CodePointMap;
  /** Canonical order of marks; 0 for what no mark passes. */
  readonly rank: CodePointMap;
  /** NFKD and case folding of one character, appended to `out`. */
  fold(code: number, out: CodePoints): void;
  /** As `fold`, then the UTS #39 prototype, without marks. */
  foldLookalike(code: number, out: CodePoints): void;
  /** What they hold, to be kept. */
  readonly data: TableData;
};

/** What one character becomes: of a character with something at `place`, so many characters of `pool` after it. */
type MappingData = { readonly place: CodePointData; readonly pool: Int32Array };
export type TableData = {
  readonly type: CodePointData;
  readonly rank: CodePointData;
  readonly folds: MappingData;
  readonly looks: MappingData;
};

/** The tables of the pinned Unicode version: constants, decoded when first asked for and then kept. */
export function unicodeTables(): UnicodeTables {
  decoded ??= decodeTables();
  return decoded;
}
let decoded: UnicodeTables | undefined;

function decodeTables(): UnicodeTables {
  const bytes = parseBase64(unicodeData);
  let at = 0;
  const number = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const runs = () => {
    const map = new CodePointMap();
    let code = 0;
    for (let left = number(); left > 0; left--) {
      const length = number();
      map.fillRun(code, length, number());
      code += length;
    }
    return map;
  };
  const mappings = () => {
    const place = new CodePointMap();
    const pool = [0];
    let code = 0;
    let to = 0;
    for (let left = number(); left > 0; left--) {
      code += number();
      const length = number();
      place.fill(code, 1, pool.length);
      pool.push(length);
      for (let i = 0; i < length; i++) {
        const zigzag = number();
        to += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
        pool.push(to);
      }
    }
    return { place: place.data, pool: Int32Array.from(pool) };
  };
  const type = runs();
  const rank = runs();
  const folds = mappings();
  const looks = mappings();
  return openTables({ type: type.data, rank: rank.data, folds, looks });
}

/** The tables from their `data`, for whoever cannot wait for them to be decoded. */
export function openTables(data: TableData): UnicodeTables {
  const type = new CodePointMap(data.type);
  const rank = new CodePointMap(data.rank);
  const folds = openMapping(data.folds);
  const looks = openMapping(data.looks);

  function fold(code: number, out: CodePoints) {
    if (code >= 0xac00 && code <= 0xd7a3) decomposeHangul(code, out);
    else if (type.get(code) !== characterType.ignorable) apply(folds, code, out);
  }
  const scratch = new CodePoints();
  return {
    data,
    type,
    rank,
    fold,
    foldLookalike(code, out) {
      scratch.clear();
      fold(code, scratch);
      for (let i = 0; i < scratch.length; i++) apply(looks, scratch.at(i), out);
    },
  };
}

type Mapping = { readonly place: CodePointMap; readonly pool: Int32Array };

function openMapping({ place, pool }: MappingData): Mapping {
  return { place: new CodePointMap(place), pool };
}

function apply({ place, pool }: Mapping, code: number, out: CodePoints) {
  const at = place.get(code);
  if (at === 0) {
    out.push(code);
    return;
  }
  const length = pool[at] as number;
  for (let i = 1; i <= length; i++) out.push(pool[at + i] as number);
}

/** Unicode, section 3.12: a syllable as its conjoining letters. */
function decomposeHangul(code: number, out: CodePoints) {
  const index = code - 0xac00;
  out.push(0x1100 + Math.floor(index / 588));
  out.push(0x1161 + Math.floor((index % 588) / 28));
  if (index % 28 !== 0) out.push(0x11a7 + (index % 28));
}
