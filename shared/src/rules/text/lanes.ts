import type { Automaton } from "./automaton.ts";

/** Parts of a long text that are read at once, so that each waits for memory while the others work. */
export const laneCount = 4;

/** Where each lane of a text stands: units `at[n] .. end[n]` are left of lane n. */
export class Lanes {
  readonly at = new Int32Array(laneCount);
  readonly end = new Int32Array(laneCount);
  /** Each lane's place in the automaton: a row, unless the lane is at its end. */
  readonly place = new Int32Array(laneCount);
}

/** Takes over where the fast way stops. */
export type LaneReader = {
  /** The place in the automaton that `readOn` came to. */
  readonly place: number;
  /** Reads one unit or more of a lane, until the automaton is in a row again or the lane at its end. Returns where. */
  readOn(lane: number, place: number, from: number, to: number): number;
};

/** Reads until one of the lanes is at its end. */
export function readLanes(text: string, columns: Uint16Array, automaton: Automaton, lanes: Lanes, reader: LaneReader) {
  const { rows, rowBits, quietRows } = automaton;
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
  while (i < iEnd && j < jEnd && k < kEnd && l < lEnd) {
    const aNext = rows[(a << rowBits) | (columns[text.charCodeAt(i)] as number)] as number;
    const bNext = rows[(b << rowBits) | (columns[text.charCodeAt(j)] as number)] as number;
    const cNext = rows[(c << rowBits) | (columns[text.charCodeAt(k)] as number)] as number;
    const dNext = rows[(d << rowBits) | (columns[text.charCodeAt(l)] as number)] as number;
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

/** As `readLanes`, of the bytes of a text in ASCII: they are read in a fifth less time. */
export function readByteLanes(
  bytes: Uint8Array,
  columns: Uint16Array,
  automaton: Automaton,
  lanes: Lanes,
  reader: LaneReader,
) {
  const { rows, rowBits, quietRows } = automaton;
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
  while (i < iEnd && j < jEnd && k < kEnd && l < lEnd) {
    const aNext = rows[(a << rowBits) | (columns[bytes[i] as number] as number)] as number;
    const bNext = rows[(b << rowBits) | (columns[bytes[j] as number] as number)] as number;
    const cNext = rows[(c << rowBits) | (columns[bytes[k] as number] as number)] as number;
    const dNext = rows[(d << rowBits) | (columns[bytes[l] as number] as number)] as number;
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
