import { type Automaton, follow, gapRow, layCells, nextRow, rootRow } from "@overt/shared/rules/text/automaton.ts";
import { buildAutomaton } from "@overt/shared/rules/text/build-automaton.ts";
import { type LaneReader, Lanes, laneCount, readByteLanes, readLanes } from "@overt/shared/rules/text/lanes.ts";
import { characterType } from "@overt/shared/rules/unicode/tables.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 1_000), 20_000);

/** Symbols: the gap, and the letters a to d. */
const { gap, word, unspaced } = characterType;
const types = Uint8Array.of(gap, word, word, unspaced, word, word, word, word);
const classes = new Uint16Array(65_536).fill(1);
classes[0x20] = 0;
for (const letter of "abcd") classes[letter.charCodeAt(0)] = 4 + "abcd".indexOf(letter);

const letters = (characters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

describe("the lanes of a text", () => {
  /** A text with a gap so far behind each quarter of so many units. */
  const gapsAt = (quarter: number, behind: number): [string, number] => {
    const part = `${"a".repeat(behind)} ${"a".repeat(quarter - 1 - behind)}`;
    return [part.repeat(4), 0];
  };

  test("begin at gaps about a quarter apart, and each reads the gap that the next begins with", () => {
    const text = fc
      .tuple(letters("aaaaaa ", 1, 40), fc.integer({ min: 400, max: 2_000 }), fc.nat(300), fc.nat(2_000))
      .map(([part, length, run, at]) => {
        const whole = part.repeat(Math.ceil(length / part.length)).slice(0, length);
        return whole.slice(0, at) + "a".repeat(run) + whole.slice(at + run);
      });
    fc.assert(
      fc.property(text, fc.nat(40), (one, cut) => {
        const length = Math.max(0, one.length - cut);
        const lanes = new Lanes();
        // As another text left them.
        for (const column of [lanes.at, lanes.end, lanes.place]) column.fill(9);
        const quarter = length / laneCount;
        const starts = [1, 2, 3].map((lane) => {
          const from = Math.floor(lane * quarter);
          const found = one.indexOf(" ", from);
          return found < 0 || found - from > Math.min(512, quarter) / 2 ? undefined : found;
        });
        const isLong = length >= 512;
        const laid = lanes.lay(one, length, classes);
        expect(laid).toBe(isLong && !starts.includes(undefined));
        if (!laid) return;
        expect([...lanes.at]).toEqual([0, ...starts]);
        expect([...lanes.end]).toEqual([...starts.map((start) => (start as number) + 1), length]);
        expect([...lanes.place]).toEqual([gapRow, rootRow, rootRow, rootRow]);
      }),
      {
        numRuns,
        examples: [
          ["a ".repeat(256), 0],
          ["a ".repeat(256), 1],
          ["a".repeat(700), 0],
          gapsAt(128, 64),
          gapsAt(128, 65),
          gapsAt(2_000, 256),
          gapsAt(2_000, 257),
        ],
      },
    );
  });

  /** Takes one unit at a time, and only what the rows do not say quietly. */
  class CarefulReader implements LaneReader {
    place = rootRow;
    calls = 0;
    /** Units of each lane that were read beyond the first of a call. */
    readonly more = [0, 0, 0, 0];
    readonly #automaton: Automaton;
    readonly #text: string;

    constructor(automaton: Automaton, text: string) {
      this.#automaton = automaton;
      this.#text = text;
    }

    readOn(lane: number, place: number, from: number, to: number): number {
      this.calls++;
      expect(lane).toBeLessThan(laneCount);
      expect(from).toBeLessThan(to);
      const next = nextRow(this.#automaton, place, this.symbolAt(from));
      expect(next).toBeGreaterThanOrEqual(this.#automaton.quietRows);
      let at = from;
      this.place = place;
      do this.place = follow(this.#automaton, this.place, this.symbolAt(at++));
      while (this.place < 0 && at < to);
      this.more[lane] = (this.more[lane] as number) + at - from - 1;
      return at;
    }

    symbolAt(at: number): number {
      return classes[this.#text.charCodeAt(at)] as number;
    }
  }

  test("are read as one after the other would be, until one of them is at its end", () => {
    const patterns = fc
      .array(letters("abcd", 1, 6), { minLength: 1, maxLength: 8 })
      .map((words) => words.map((one) => Uint16Array.from([...one], (letter) => 4 + "abcd".indexOf(letter))));
    const sizes = fc.tuple(fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(60));
    fc.assert(
      fc.property(
        patterns,
        letters("abcd x", 60, 60),
        sizes,
        sizes,
        fc.constantFrom(undefined, 3, 6),
        fc.boolean(),
        (words, text, starts, ends, mostRows, asBytes) => {
          const { automaton } = buildAutomaton(words, types, mostRows);
          const lanes = new Lanes();
          starts.forEach((start, lane) => {
            const end = ends[lane] as number;
            lanes.at[lane] = Math.min(start, end);
            lanes.end[lane] = Math.max(start, end);
            lanes.place[lane] = lane === 0 ? gapRow : rootRow;
          });
          const [from, before] = [[...lanes.at], [...lanes.place]];
          const reader = new CarefulReader(automaton, text);
          const cells = layCells(automaton, classes);
          if (asBytes) readByteLanes(new TextEncoder().encode(text), cells, automaton, lanes, reader);
          else readLanes(text, cells, automaton, lanes, reader);
          let loud = 0;
          let isDone = false;
          for (let lane = 0; lane < laneCount; lane++) {
            const to = lanes.at[lane] as number;
            isDone ||= to === lanes.end[lane];
            expect(to).toBeLessThanOrEqual(lanes.end[lane] as number);
            let place = before[lane] as number;
            for (let at = from[lane] as number; at < to; at++) {
              const symbol = reader.symbolAt(at);
              if (place >= 0 && nextRow(automaton, place, symbol) >= automaton.quietRows) loud++;
              place = follow(automaton, place, symbol);
            }
            expect(lanes.place[lane]).toBe(place);
          }
          expect(isDone).toBe(true);
          // In step, but for what was read on at once.
          const steps = reader.more.map((more, lane) => (lanes.at[lane] as number) - (from[lane] as number) - more);
          expect(new Set(steps).size).toBe(1);
          expect(reader.calls).toBe(loud);
        },
      ),
      { numRuns },
    );
  });
});
