import { characterType } from "../unicode/tables.ts";
import { gapSymbol, stopColumn } from "./alphabet.ts";
import {
  type Automaton,
  blockColumns,
  cellOf,
  edgeFields,
  firstSlot,
  freeSlot,
  hasEdges,
  nextSlot,
  noRow,
  rootRow,
  tailFields,
  unspacedRoot,
} from "./automaton.ts";
import { chooseRows } from "./choose-rows.ts";
import { buildTrie, type Trie } from "./trie.ts";

/** Rows that lie together because a text is in them most of the time (16 KiB at 32 symbols). */
const busiestRows = 256;

/** Numbers in all rows together, at most (4 MiB). */
const rowNumbers = 1 << 21;

/** An automaton, and the patterns in the order in which it numbers them. */
export type BuiltAutomaton = {
  readonly automaton: Automaton;
  /** Of each of the automaton's patterns the place among those it was built from. */
  readonly order: Int32Array;
  /** Of each the next that ends where it ends, as long or shorter, or -1; always one before it. */
  readonly nextEnd: Int32Array;
};

/** `types` says of each symbol its `characterType`; `mostRows` is 3 or more. */
export function buildAutomaton(
  patterns: readonly Uint16Array[],
  types: Uint8Array,
  mostRows: number = noRow,
): BuiltAutomaton {
  const trie = buildTrie(patterns);
  const { endOf, order, nextEnd } = listEnds(trie);
  const blocks = Math.ceil(types.length / blockColumns);
  const preorder = listPreorder(trie);
  const chosen = chooseRows(trie, Math.min(mostRows, Math.floor(rowNumbers / (blocks * blockColumns))) - 1);
  const { stateOf, quietRows } = arrangeRows(chosen, preorder, endOf);
  const rowOf = new Uint16Array(trie.count).fill(noRow);
  stateOf.forEach((state, row) => {
    if (row !== unspacedRoot) rowOf[state] = row;
  });
  const rows = new Rows(types.length, stateOf.length);
  // A state's row is made from that of a shorter one.
  for (const state of stateOf.toSorted()) writeRow(trie, state, rowOf, rows, types);
  rows.copy(rootRow, unspacedRoot);
  addGaps(trie, stateOf, rows, quietRows, types);
  const tailStates = preorder.filter((state) => rowOf[state] === noRow);
  const placeOf = new Int32Array(rowOf);
  tailStates.forEach((state, tail) => {
    placeOf[state] = ~tail;
  });
  const automaton = {
    rows: rows.numbers,
    quietRows,
    endOfRow: stateOf.subarray(quietRows).map((state) => endOf[state] as number),
    shorterOfRow: stateOf.map((state) => placeOf[trie.fail[state] as number] as number),
    ...layTails(trie, tailStates, placeOf, endOf),
    depths: listDepths(trie, stateOf, tailStates),
  };
  return { automaton, order, nextEnd };
}

/** Rows while they are written. */
class Rows {
  readonly numbers: Uint16Array;
  readonly #cells: Int32Array;
  readonly #block: number;

  constructor(symbols: number, count: number) {
    this.#cells = Int32Array.from({ length: symbols }, (_, symbol) => cellOf(count, symbol));
    this.#block = count * blockColumns;
    this.numbers = new Uint16Array(Math.ceil(symbols / blockColumns) * this.#block);
  }

  get(row: number, symbol: number): number {
    return this.numbers[row * blockColumns + (this.#cells[symbol] as number)] as number;
  }

  set(row: number, symbol: number, next: number) {
    this.numbers[row * blockColumns + (this.#cells[symbol] as number)] = next;
  }

  copy(from: number, to: number) {
    for (let block = 0; block < this.numbers.length; block += this.#block) {
      const at = block + from * blockColumns;
      this.numbers.copyWithin(block + to * blockColumns, at, at + blockColumns);
    }
  }
}

/** States in the order in which a walk comes to them that goes on from each to its first child: of a long pattern in a row. */
function listPreorder({ count, children }: Trie): Int32Array {
  const order = new Int32Array(count);
  const waiting = new Int32Array(count);
  let left = 1;
  for (let n = 0; n < count; n++) {
    const state = waiting[--left] as number;
    order[n] = state;
    const first = children[state] as number;
    for (let child = (children[state + 1] as number) - 1; child >= first; child--) waiting[left++] = child;
  }
  return order;
}

/**
 * The state of each row. The busiest come first, so that they lie together; then the others in the order in which a text
 * comes from one to the next, so that the processor, which sees a row after another asked for, fetches the next by itself.
 */
function arrangeRows(chosen: Int32Array, preorder: Int32Array, endOf: Int32Array) {
  const isLeft = new Uint8Array(preorder.length);
  chosen.forEach((state) => {
    isLeft[state] = 1;
  });
  // The root has two rows; what ends a pattern comes after all others.
  const stateOf = new Int32Array(chosen.length + 1);
  const ends = new Int32Array(chosen.length);
  let quietRows = 0;
  let endRows = 0;
  const arrange = (state: number) => {
    if (isLeft[state] === 0) return;
    isLeft[state] = 0;
    if (endOf[state] !== -1) {
      ends[endRows++] = state;
      return;
    }
    stateOf[quietRows++] = state;
    if (quietRows === unspacedRoot) stateOf[quietRows++] = 0;
  };
  chosen.subarray(0, busiestRows).forEach(arrange);
  preorder.forEach(arrange);
  stateOf.set(ends.subarray(0, endRows), quietRows);
  return { stateOf, quietRows };
}

/** `tails`, and the `edges` that lead to those that do not follow their parent. Behind a tail there are only tails. */
function layTails({ fail, parent, symbol }: Trie, tailStates: Int32Array, placeOf: Int32Array, endOf: Int32Array) {
  const tails = new Int32Array(tailFields * (tailStates.length + 1)).fill(-1);
  const apart: number[] = [];
  tailStates.forEach((state, tail) => {
    const above = placeOf[parent[state] as number] as number;
    const follows = above < 0 && ~above + 1 === tail;
    if (!follows) apart.push(state);
    const own = symbol[state] as number;
    const at = tailFields * tail;
    if (follows) tails[at] = own;
    tails[at + 1] = own;
    tails[at + 2] = placeOf[fail[state] as number] as number;
    tails[at + 3] = endOf[state] as number;
    if (above >= 0 || follows) return;
    const ofParent = tailFields * ~above + 1;
    tails[ofParent] = (tails[ofParent] as number) | hasEdges;
  });
  const slots = 2 ** Math.ceil(Math.log2(Math.max(2, apart.length * 1.5)));
  const edges = new Int32Array(edgeFields * slots).fill(freeSlot);
  for (const state of apart) {
    const above = placeOf[parent[state] as number] as number;
    const own = symbol[state] as number;
    let at = firstSlot(edges, above, own);
    while (edges[at] !== freeSlot) at = nextSlot(edges, at);
    edges.set([above, own, placeOf[state] as number], at);
  }
  return { tails, edges };
}

function listDepths({ depth }: Trie, stateOf: Int32Array, tailStates: Int32Array): Uint16Array {
  const depths = new Uint16Array(stateOf.length + tailStates.length);
  depths.set(stateOf.map((state) => depth[state] as number));
  depths.set(
    tailStates.map((state) => depth[state] as number),
    stateOf.length,
  );
  return depths;
}

/**
 * A row is that of the next shorter state, and on top of it what the state itself says. The shorter one has a row: more
 * prefixes end in it than in this one.
 */
function writeRow({ children, fail, symbol }: Trie, state: number, rowOf: Uint16Array, rows: Rows, types: Uint8Array) {
  const row = rowOf[state] as number;
  if (state === 0) {
    types.forEach((type, one) => {
      rows.set(row, one, type === characterType.unspaced ? unspacedRoot : rootRow);
    });
    rows.set(row, stopColumn, noRow);
  } else rows.copy(rowOf[fail[state] as number] as number, row);
  for (let child = children[state] as number; child < (children[state + 1] as number); child++) {
    rows.set(row, symbol[child] as number, rowOf[child] as number);
  }
  if (state !== 0 && symbol[state] === gapSymbol) rows.set(row, gapSymbol, row);
}

/** Leads each row, on symbols of the other kind than its state's last, by the gap between them, unless that has something to report. */
function addGaps({ symbol, parent }: Trie, stateOf: Int32Array, rows: Rows, quietRows: number, types: Uint8Array) {
  const { unspaced, word, extend } = characterType;
  const symbols = Uint16Array.from(types, (_, one) => one);
  const afterUnspaced = symbols.filter((one) => types[one] === word);
  const afterWord = symbols.filter((one) => types[one] === unspaced);
  for (let row = 0; row < stateOf.length; row++) {
    let state = stateOf[row] as number;
    while (types[symbol[state] as number] === extend) state = parent[state] as number;
    if (state !== 0 && symbol[state] === gapSymbol) continue;
    const isUnspaced = state === 0 ? row === unspacedRoot : types[symbol[state] as number] === unspaced;
    const others = isUnspaced ? afterUnspaced : afterWord;
    const gap = rows.get(row, gapSymbol);
    for (let i = 0; i < others.length; i++) {
      const one = others[i] as number;
      rows.set(row, one, gap < quietRows ? rows.get(gap, one) : noRow);
    }
  }
}

/** `endOf` is, of each state, the first of the patterns that end there: those of the state itself, and then of the shorter ones. */
function listEnds({ ends, count, fail }: Trie) {
  const order = ends.map((_, pattern) => pattern);
  order.sort((a, b) => (ends[a] as number) - (ends[b] as number));
  const endOf = new Int32Array(count).fill(-1);
  const nextEnd = new Int32Array(order.length);
  let next = 0;
  for (let state = 1; state < count; state++) {
    let end = endOf[fail[state] as number] as number;
    for (; next < order.length && ends[order[next] as number] === state; next++) {
      nextEnd[next] = end;
      end = next;
    }
    endOf[state] = end;
  }
  return { endOf, order, nextEnd };
}
