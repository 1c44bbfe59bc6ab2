import { gapSymbol } from "./alphabet.ts";
import { type Automaton, blockColumns, gapRow, rootRow } from "./automaton.ts";

/** Parts of a long text that are read at once, so that each waits for memory while the others work. */
export const laneCount = 4;

/** Texts shorter than this are read in one go. */
const shortText = 512;

/** Where each lane of a text stands: units `at[n] .. end[n]` are left of lane n. */
export class Lanes {
  readonly at = new Int32Array(laneCount);
  readonly end = new Int32Array(laneCount);
  /** Each lane's place in the automaton: a row, unless the lane is at its end. */
  readonly place = new Int32Array(laneCount);

  /**
   * Lays the lanes over the first `length` units: each begins at a gap about a quarter further on, which the one before reads
   * as well. False where there are no such gaps, or the text is short.
   */
  lay(text: string, length: number, classes: Uint16Array): boolean {
    if (length < shortText) return false;
    const { at, end, place } = this;
    const quarter = length / laneCount;
    for (let lane = 1; lane < laneCount; lane++) {
      let from = Math.floor(lane * quarter);
      const most = from + Math.min(shortText, quarter) / 2;
      while (classes[text.charCodeAt(from)] !== gapSymbol) if (++from > most) return false;
      at[lane] = from;
      end[lane - 1] = from + 1;
      place[lane] = rootRow;
    }
    at[0] = 0;
    place[0] = gapRow;
    end[laneCount - 1] = length;
    return true;
  }
}

/** Takes over where the fast way stops. */
export type LaneReader = {
  /** The place in the automaton that `readOn` came to. */
  readonly place: number;
  /** Reads one unit or more of a lane, until the automaton is in a row again or the lane at its end. Returns where. */
  readOn(lane: number, place: number, from: number, to: number): number;
};

/** Reads until one of the lanes is at its end. `cells` has the `cellOf` of each unit. */
export function readLanes(text: string, cells: Int32Array, automaton: Automaton, lanes: Lanes, reader: LaneReader) {
  const { rows, quietRows } = automaton;
  const { at, end, place } = lanes;
  let i = at[0] as number;
  let j = at[1] as number;
  let k = at[2] as number;
  let l = at[3] as number;
  const iEnd = end[0] as number;
  const jEnd = end[1] as number;
  const kEnd = end[2] as number;
  const lEnd = end[3] as number;
  let a = place[0] as number;
  let b = place[1] as number;
  let c = place[2] as number;
  let d = place[3] as number;
  for (;;) {
    const left = Math.min(iEnd - i, jEnd - j, kEnd - k, lEnd - l);
    let n = 0;
    let aNext = 0;
    let bNext = 0;
    let cNext = 0;
    let dNext = 0;
    for (; n < left; n++) {
      aNext = rows[(a * blockColumns + (cells[text.charCodeAt(i + n)] as number)) | 0] as number;
      bNext = rows[(b * blockColumns + (cells[text.charCodeAt(j + n)] as number)) | 0] as number;
      cNext = rows[(c * blockColumns + (cells[text.charCodeAt(k + n)] as number)) | 0] as number;
      dNext = rows[(d * blockColumns + (cells[text.charCodeAt(l + n)] as number)) | 0] as number;
      if (aNext >= quietRows || bNext >= quietRows || cNext >= quietRows || dNext >= quietRows) break;
      a = aNext;
      b = bNext;
      c = cNext;
      d = dNext;
    }
    i = (i + n) | 0;
    j = (j + n) | 0;
    k = (k + n) | 0;
    l = (l + n) | 0;
    if (n >= left) break;
    if (aNext < quietRows) {
      a = aNext;
      i = (i + 1) | 0;
    } else {
      i = reader.readOn(0, a, i, iEnd);
      a = reader.place;
    }
    if (bNext < quietRows) {
      b = bNext;
      j = (j + 1) | 0;
    } else {
      j = reader.readOn(1, b, j, jEnd);
      b = reader.place;
    }
    if (cNext < quietRows) {
      c = cNext;
      k = (k + 1) | 0;
    } else {
      k = reader.readOn(2, c, k, kEnd);
      c = reader.place;
    }
    if (dNext < quietRows) {
      d = dNext;
      l = (l + 1) | 0;
    } else {
      l = reader.readOn(3, d, l, lEnd);
      d = reader.place;
    }
  }
  at[0] = i;
  at[1] = j;
  at[2] = k;
  at[3] = l;
  place[0] = a;
  place[1] = b;
  place[2] = c;
  place[3] = d;
}

/** As `readLanes`, of the bytes of a text in ASCII: they are read in less time. */
export function readByteLanes(
  bytes: Uint8Array,
  cells: Int32Array,
  automaton: Automaton,
  lanes: Lanes,
  reader: LaneReader,
) {
  const { rows, quietRows } = automaton;
  const { at, end, place } = lanes;
  let i = at[0] as number;
  let j = at[1] as number;
  let k = at[2] as number;
  let l = at[3] as number;
  const iEnd = end[0] as number;
  const jEnd = end[1] as number;
  const kEnd = end[2] as number;
  const lEnd = end[3] as number;
  let a = place[0] as number;
  let b = place[1] as number;
  let c = place[2] as number;
  let d = place[3] as number;
  for (;;) {
    const left = Math.min(iEnd - i, jEnd - j, kEnd - k, lEnd - l);
    let n = 0;
    let aNext = 0;
    let bNext = 0;
    let cNext = 0;
    let dNext = 0;
    for (; n < left; n++) {
      aNext = rows[(a * blockColumns + (cells[bytes[i + n] as number] as number)) | 0] as number;
      bNext = rows[(b * blockColumns + (cells[bytes[j + n] as number] as number)) | 0] as number;
      cNext = rows[(c * blockColumns + (cells[bytes[k + n] as number] as number)) | 0] as number;
      dNext = rows[(d * blockColumns + (cells[bytes[l + n] as number] as number)) | 0] as number;
      if (aNext >= quietRows || bNext >= quietRows || cNext >= quietRows || dNext >= quietRows) break;
      a = aNext;
      b = bNext;
      c = cNext;
      d = dNext;
    }
    i = (i + n) | 0;
    j = (j + n) | 0;
    k = (k + n) | 0;
    l = (l + n) | 0;
    if (n >= left) break;
    if (aNext < quietRows) {
      a = aNext;
      i = (i + 1) | 0;
    } else {
      i = reader.readOn(0, a, i, iEnd);
      a = reader.place;
    }
    if (bNext < quietRows) {
      b = bNext;
      j = (j + 1) | 0;
    } else {
      j = reader.readOn(1, b, j, jEnd);
      b = reader.place;
    }
    if (cNext < quietRows) {
      c = cNext;
      k = (k + 1) | 0;
    } else {
      k = reader.readOn(2, c, k, kEnd);
      c = reader.place;
    }
    if (dNext < quietRows) {
      d = dNext;
      l = (l + 1) | 0;
    } else {
      l = reader.readOn(3, d, l, lEnd);
      d = reader.place;
    }
  }
  at[0] = i;
  at[1] = j;
  at[2] = k;
  at[3] = l;
  place[0] = a;
  place[1] = b;
  place[2] = c;
  place[3] = d;
}
