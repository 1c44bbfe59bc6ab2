import {
  type Automaton,
  blockColumns,
  depthAt,
  edgeFields,
  endAt,
  follow,
  freeSlot,
  gapRow,
  hasEdges,
  mayReport,
  nextRow,
  noRow,
  rootRow,
  tailFields,
  unspacedRoot,
} from "@overt/shared/rules/text/automaton.ts";
import { buildAutomaton } from "@overt/shared/rules/text/build-automaton.ts";
import { characterType } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 2_000), 200_000);

const { gap, word, unspaced, extend } = characterType;
/** Of each symbol; the second and fourth are what no pattern has, the third is none. They fill more than one block. */
const types = new Uint8Array(21).fill(word);
types.set([gap, word, word, unspaced, word, word, word, unspaced, unspaced, extend]);
const letters = [4, 5, 20];
const ideographs = [7, 8];
const mark = 9;

/** As a reader hands symbols over: one gap in a row, one between two kinds of scripts, and no mark without its letter. */
function spell(symbols: readonly number[]): number[] {
  const out: number[] = [];
  let kind: number | undefined;
  for (const symbol of symbols) {
    const type = types[symbol] as number;
    if (type === extend ? kind === undefined || kind === gap : type === gap && out.at(-1) === 0) continue;
    if (type !== extend && type !== gap && kind !== undefined && kind !== gap && kind !== type) out.push(0);
    out.push(symbol);
    if (type !== extend) kind = type;
  }
  return out;
}

/** A gap before a character that is a word of its own says nothing. */
function toPattern(symbols: readonly number[]): Uint16Array {
  const out = spell(symbols);
  return Uint16Array.from(out[0] === 0 && types[out[1] ?? 0] === unspaced ? out.slice(1) : out);
}

const few = fc.constantFrom(0, 4, 4, 20, 7);
const many = fc.constantFrom(0, ...letters, ...letters, ...ideographs, mark);
const patternSets = fc
  .oneof(
    fc.array(fc.array(few, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
    fc.array(fc.array(many, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 }),
    fc.array(fc.array(many, { minLength: 6, maxLength: 12 }), { minLength: 60, maxLength: 90 }),
  )
  .map((all) => all.map(toPattern).filter((pattern) => pattern.some((symbol) => symbol !== 0)))
  .filter((all) => all.length > 0);

/** Texts that hold parts of the patterns as well as any symbols. */
function texts(patterns: readonly Uint16Array[]) {
  const part = fc
    .tuple(fc.nat(), fc.nat(12), fc.nat(12))
    .map(([n, from, to]) => [...(patterns[n % patterns.length] as Uint16Array).slice(Math.min(from, to), to + 1)]);
  const any = fc.array(fc.constantFrom(0, 1, 3, ...letters, ...ideographs, mark), { maxLength: 4 });
  return fc.array(fc.oneof({ weight: 3, arbitrary: part }, any), { maxLength: 8 }).map((parts) => spell(parts.flat()));
}

const worlds = patternSets.chain((patterns) =>
  fc.record({
    patterns: fc.constant(patterns),
    text: texts(patterns),
    mostRows: fc.option(fc.integer({ min: 3, max: 20 }), { nil: undefined }),
  }),
);

const isSuffix = (history: readonly number[], of: ArrayLike<number>, length: number) => {
  for (let i = 0; i < length; i++) if (history[history.length - length + i] !== of[i]) return false;
  return length <= history.length;
};

/** Symbols of the longest beginning of a pattern that what was read ends in. A gap always is one. */
function longestBeginning(patterns: readonly Uint16Array[], history: readonly number[]): number {
  let longest = history.at(-1) === 0 ? 1 : 0;
  for (const pattern of patterns) {
    for (let length = pattern.length; length > longest; length--) {
      if (isSuffix(history, pattern, length)) longest = length;
    }
  }
  return longest;
}

function listEnding(first: number, nextEnd: Int32Array, order: Int32Array): number[] {
  const found: number[] = [];
  for (let one = first; one >= 0; one = nextEnd[one] as number) found.push(order[one] as number);
  return found.sort((a, b) => a - b);
}

/** The next place by its row, or `noRow`. */
const byRow = (automaton: Automaton, place: number, symbol: number) =>
  place < 0 ? noRow : nextRow(automaton, place, symbol);

describe("the automaton", () => {
  test("is at the longest beginning of a pattern that was read, and knows every pattern that ends there", () => {
    fc.assert(
      fc.property(worlds, ({ patterns, text, mostRows }) => {
        const { automaton, order, nextEnd } = buildAutomaton(patterns, types, mostRows);
        const history: number[] = [];
        let place = rootRow;
        for (const symbol of text) {
          history.push(symbol);
          place = follow(automaton, place, symbol);
          expect(depthAt(automaton, place)).toBe(longestBeginning(patterns, history));
          const ending = patterns.flatMap((pattern, n) => (isSuffix(history, pattern, pattern.length) ? [n] : []));
          expect(listEnding(endAt(automaton, place), nextEnd, order)).toEqual(ending);
          expect(mayReport(automaton, place)).toBe(ending.length > 0);
        }
      }),
      { numRuns },
    );
  });

  test("stays where it is on another gap", () => {
    fc.assert(
      fc.property(worlds, ({ patterns, text, mostRows }) => {
        const { automaton } = buildAutomaton(patterns, types, mostRows);
        let place = rootRow;
        for (const symbol of text) {
          place = follow(automaton, place, symbol);
          if (symbol !== 0) continue;
          expect(follow(automaton, place, 0)).toBe(place);
          if (place >= 0) expect(byRow(automaton, place, 0)).toBe(place);
        }
      }),
      { numRuns: Math.ceil(numRuns / 10) },
    );
  });

  test("goes by its rows where it has them, and they know of the gap between two kinds of scripts", () => {
    fc.assert(
      fc.property(worlds, ({ patterns, text, mostRows }) => {
        const { automaton } = buildAutomaton(patterns, types, mostRows);
        let place = gapRow;
        let kind: number = gap;
        for (const symbol of text.filter((one, i) => one !== 0 || i % 2 === 0)) {
          const type = types[symbol] as number;
          if (type === extend && kind === gap) continue;
          const isSwitch = place !== gapRow && kind !== gap && type !== gap && type !== extend && type !== kind;
          const before = isSwitch ? follow(automaton, place, 0) : place;
          const next = follow(automaton, before, symbol);
          const fast = byRow(automaton, place, symbol);
          if (place < 0) expect(fast).toBe(noRow);
          else if (isSwitch && (before < 0 || mayReport(automaton, before))) expect(fast).toBe(noRow);
          else if (next < 0) expect(fast).toBe(noRow);
          else if (depthAt(automaton, next) > 0) expect(fast).toBe(next);
          else if (type !== extend) expect(fast).toBe(type === unspaced ? unspacedRoot : rootRow);
          place = next;
          if (type !== extend) kind = type;
          // The root has a row for each kind, and the careful way knows of one.
          if (place === rootRow && kind === unspaced) place = unspacedRoot;
        }
      }),
      { numRuns },
    );
  });

  test("what is no symbol leads nowhere", () => {
    fc.assert(
      fc.property(worlds, ({ patterns, mostRows }) => {
        const { automaton } = buildAutomaton(patterns, types, mostRows);
        for (const row of automaton.shorterOfRow.keys()) expect(byRow(automaton, row, 2)).toBe(noRow);
        expect(follow(automaton, rootRow, 2)).toBe(rootRow);
      }),
      { numRuns: Math.ceil(numRuns / 20) },
    );
  });

  test("has rows of four mebibytes at most", () => {
    const patterns = Array.from({ length: 6_000 }, (_, n) => {
      let seed = n + 1;
      return Uint16Array.from({ length: 18 }, () => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
        return 4 + ((seed >>> 16) % 17);
      });
    });
    const threeBlocks = new Uint8Array(2 * blockColumns + 1).fill(word);
    threeBlocks[0] = gap;
    const { rows, shorterOfRow, depths } = buildAutomaton(patterns, threeBlocks).automaton;
    expect(shorterOfRow.length).toBe(Math.floor((4 * 2 ** 20) / (3 * blockColumns * rows.BYTES_PER_ELEMENT)));
    expect(rows.length).toBe(shorterOfRow.length * 3 * blockColumns);
    expect(depths.length).toBeGreaterThan(shorterOfRow.length);
  });

  test("the rows that most beginnings end in lie together, before all others", () => {
    // 676 pairs; what is behind the first of these comes before the busy ones in the order of the tree.
    const pairs = Array.from({ length: 26 * 26 }, (_, n) => [30, 4 + Math.floor(n / 26), 4 + (n % 26)]);
    const busy = [31, 32, 33];
    const manyTypes = new Uint8Array(34).fill(word);
    manyTypes[0] = gap;
    const patterns = [
      ...pairs.flatMap((pair) => [
        [5, ...pair, 6],
        [...pair, ...busy],
      ]),
      busy,
    ];
    const { automaton } = buildAutomaton(
      patterns.map((one) => Uint16Array.from(one)),
      manyTypes,
    );
    const rowAfter = (...symbols: number[]) =>
      symbols.reduce((row, symbol) => nextRow(automaton, row, symbol), rootRow as number);
    // The roots and the gap have the first three.
    expect([rowAfter(31), rowAfter(31, 32)]).toEqual([3, 4]);
    expect(rowAfter(30, 29, 29)).toBeGreaterThan(256);
    // A row is made from that of a shorter state, though it lies further on.
    expect(rowAfter(5, 30, 29, 29)).toBeLessThan(rowAfter(30, 29, 29));
    expect(rowAfter(5, 30, 29, 29, 31)).toBe(rowAfter(30, 29, 29, 31));
  });

  test("gives as many rows as it may, and to the states that the most beginnings end in", () => {
    fc.assert(
      fc.property(worlds, ({ patterns, mostRows }) => {
        const { automaton } = buildAutomaton(patterns, types, mostRows);
        const { rows, shorterOfRow, tails, depths } = automaton;
        // The root has two rows.
        const states = depths.length - 1;
        expect(shorterOfRow.length).toBe(Math.min(mostRows ?? noRow, states + 1));
        expect(rows.length).toBe(shorterOfRow.length * blockColumns * Math.ceil(types.length / blockColumns));
        const given = [...shorterOfRow.keys()].filter((row) => row > unspacedRoot);
        const left = Array.from({ length: tails.length / tailFields - 1 }, (_, tail) => ~tail);
        const weight = new Map<number, number>();
        const byDepth = [...given, ...left].sort((a, b) => depthAt(automaton, b) - depthAt(automaton, a));
        for (const place of byDepth) {
          const shorter = place < 0 ? (tails[tailFields * ~place + 2] as number) : (shorterOfRow[place] as number);
          const own = (weight.get(place) ?? 0) + 1;
          weight.set(place, own);
          weight.set(shorter, (weight.get(shorter) ?? 0) + own);
        }
        const weightOf = (place: number) => weight.get(place) as number;
        const least = Math.min(...given.map(weightOf));
        expect(Math.max(0, ...left.map(weightOf))).toBeLessThanOrEqual(least);
      }),
      { numRuns: Math.ceil(numRuns / 10) },
    );
  });

  test("keeps of the tree only what neither rows nor the order of tails tell", () => {
    fc.assert(
      fc.property(worlds, ({ patterns, mostRows }) => {
        const { tails, edges } = buildAutomaton(patterns, types, mostRows).automaton;
        const followers = Array.from(
          { length: tails.length / tailFields },
          (_, tail) => tails[tailFields * tail] !== -1,
        );
        let found = 0;
        const withEdges = new Set<number>();
        for (let at = 0; at < edges.length; at += edgeFields) {
          const [place, , child] = edges.subarray(at, at + edgeFields) as unknown as [number, number, number];
          if (place === freeSlot) continue;
          expect(Math.min(place, child)).toBeLessThan(0);
          if (child < 0) found++;
          if (place < 0) withEdges.add(~place);
          // Its first child follows it.
          if (place < 0 && child < 0) expect(followers[~place + 1]).toBe(true);
        }
        for (let tail = 0; tail < followers.length - 1; tail++) {
          expect((tails[tailFields * tail + 1] as number) >= hasEdges).toBe(withEdges.has(tail));
        }
        expect(found).toBe(followers.slice(0, -1).filter((follows) => !follows).length);
      }),
      { numRuns: Math.ceil(numRuns / 10) },
    );
  });
});
