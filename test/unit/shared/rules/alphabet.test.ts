import { PolicyError } from "@overt/shared/errors.ts";
import {
  type Alphabet,
  buildAlphabet,
  complex,
  expanded,
  gapSymbol,
  openAlphabet,
  otherSymbol,
  otherUnspaced,
  paired,
  stopColumn,
  unspaced,
} from "@overt/shared/rules/text/alphabet.ts";
import { plainChannel, readUnits } from "@overt/shared/rules/text/channels.ts";
import { characterType, unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import { describe, expect, test } from "vitest";

const tables = unicodeTables();
const units = readUnits(tables, plainChannel);

/** How often each character is used: the first most. */
const use = (characters: readonly number[]) =>
  new Map(characters.map((character, i) => [character, characters.length - i]));
const codes = (text: string) => [...text].map((one) => one.codePointAt(0) as number);

/** Letters, a mark, characters of a script without spaces, and one beyond the first plane. */
const few = codes("eta赌\u0301场й🎰ß\u3099");
/** Of so many, with 10,000 patterns, only the first 120 have a symbol each. */
const many = [
  ...codes("eta\u0301"),
  ...Array.from({ length: 150 }, (_, i) => 0x4e00 + i),
  ...Array.from({ length: 150 }, (_, i) => 0x1200 + i).filter((one) => tables.type.get(one) === characterType.word),
];

const worlds: readonly (readonly [string, readonly number[], number])[] = [
  ["few characters", few, 3],
  ["as many characters as have a symbol each", many.slice(0, 240), 10_000],
  ["one character more", many.slice(0, 241), 10_000],
  ["many characters", many, 10_000],
  ["many characters and few patterns", many, 1_000],
];

describe.each(worlds)("an alphabet of %s", (_, used, patterns) => {
  const alphabet: Alphabet = buildAlphabet(use(used), patterns, tables, units);
  const isPaired = used.length > 240 && patterns === 10_000;
  const alone = isPaired ? 120 : used.length;

  test("the characters that are used most have a symbol each, and all a number of their own", () => {
    used.forEach((character, i) => {
      const number = alphabet.numberOf(character);
      if (i < alone) expect(number).toBe(4 + i);
      else expect(number).toBe(alphabet.stride + i - alone);
    });
    for (const other of codes("zq龍ж\u0302🎱")) {
      if (!used.includes(other)) expect(alphabet.numberOf(other)).toBe(otherSymbol);
    }
    const digit = Math.ceil(Math.sqrt(used.length - alone));
    expect(alphabet.stride).toBe(4 + alone + 2 * digit);
    expect(alphabet.types.length).toBe(alphabet.stride);
  });

  test("a number without a symbol has two, which no other has", () => {
    const pairs = new Set<string>();
    for (const character of used.slice(alone)) {
      const number = alphabet.numberOf(character);
      const [high, low] = [alphabet.highOf(number), alphabet.lowOf(number)];
      const half = (alphabet.stride - 4 - alone) / 2;
      expect(high).toBeGreaterThanOrEqual(4 + alone);
      expect(high).toBeLessThan(4 + alone + half);
      expect(low).toBeGreaterThanOrEqual(4 + alone + half);
      expect(low).toBeLessThan(alphabet.stride);
      pairs.add(`${high} ${low}`);
    }
    expect(pairs.size).toBe(used.length - alone);
  });

  test("every unit has the class and the column of what it becomes", () => {
    const { singles, expansions } = units;
    const several = new Map([...expansions.units].map((unit, n) => [unit, n]));
    const wrong: number[] = [];
    for (let unit = 0; unit < 65_536; unit++) {
      const expansion = several.get(unit);
      const single = singles[unit] as number;
      const is = [alphabet.classes[unit], alphabet.columns[unit]];
      const [a, b] = expansion === undefined ? describeSingle(single, unit === 0) : describeSeveral(expansion);
      if (is[0] !== a || is[1] !== b) wrong.push(unit);
    }
    expect(wrong).toEqual([]);
  });

  function describeSingle(single: number, isZero: boolean): [number, number] {
    if (single === 0 && !isZero) return [complex, stopColumn];
    const type = tables.type.get(single);
    if (type === characterType.gap) return [gapSymbol, gapSymbol];
    if (type !== characterType.word && type !== characterType.unspaced) return [complex, stopColumn];
    const number = used.includes(single) ? alphabet.numberOf(single) : undefined;
    if (type === characterType.unspaced) {
      const own = number ?? otherUnspaced;
      // Where symbols come in pairs they are all of scripts with spaces.
      return [unspaced + own, isPaired || own >= alphabet.stride ? stopColumn : own];
    }
    if (number === undefined) return [otherSymbol, otherSymbol];
    return number < alphabet.stride ? [number, number] : [paired + number, stopColumn];
  }

  function describeSeveral(n: number): [number, number] {
    const { first, characters } = units.expansions;
    const own = [...characters.slice(first[n], first[n + 1])];
    return own.some((one) => used.includes(one)) ? [expanded + n, stopColumn] : [otherSymbol, otherSymbol];
  }

  test("each symbol is of the kind of its character; where symbols come in pairs, all are letters", () => {
    const { word, gap } = characterType;
    const types = [...alphabet.types];
    if (isPaired) {
      expect(types.every((type) => type === word)).toBe(true);
      return;
    }
    expect(types.slice(0, 4)).toEqual([gap, word, word, characterType.unspaced]);
    expect(types.slice(4)).toEqual(used.map((character) => tables.type.get(character)));
  });

  test("a letter with a mark has the symbols of both, where each has one", () => {
    const { units: expanding, first, characters } = units.expansions;
    const wrong: number[] = [];
    let known = 0;
    for (let n = 0; n < expanding.length; n++) {
      const from = first[n] as number;
      const [letter, mark] = [characters[from] as number, characters[from + 1] as number];
      const own = mark < 0 ? [alphabet.numberOf(letter), alphabet.numberOf(~mark)] : [];
      const hasBoth = own.length > 0 && own.every((number) => number < alphabet.stride);
      const right = hasBoth ? own : [stopColumn, stopColumn];
      if (alphabet.composed[2 * n] !== right[0] || alphabet.composed[2 * n + 1] !== right[1]) wrong.push(n);
      if (hasBoth) known++;
    }
    expect(alphabet.composed.length).toBe(2 * expanding.length);
    expect(wrong).toEqual([]);
    expect(known).toBeGreaterThan(0);
  });

  test("what was kept is opened as what was built", () => {
    const again = openAlphabet(structuredClone(alphabet.data));
    expect(again.composed).toEqual(alphabet.composed);
    for (const character of [...used, 0x7a, 0x1f3b1]) {
      const number = alphabet.numberOf(character);
      expect(again.numberOf(character)).toBe(number);
      if (number < alphabet.stride) continue;
      expect([again.highOf(number), again.lowOf(number)]).toEqual([alphabet.highOf(number), alphabet.lowOf(number)]);
    }
  });
});

describe("what an alphabet has room for", () => {
  const letters = Array.from({ length: 0x30000 }, (_, i) => 0x20 + i).filter(
    (one) => tables.type.get(one) === characterType.word || tables.type.get(one) === characterType.unspaced,
  );

  test("the more patterns, the fewer characters have a symbol of their own, but 120 always do", () => {
    const aloneOf = (patterns: number) => {
      const alphabet = buildAlphabet(use(letters.slice(0, 3_000)), patterns, tables, units);
      return letters.filter((one) => alphabet.numberOf(one) < alphabet.stride && alphabet.numberOf(one) >= 4).length;
    };
    expect([10, 1_000, 2_000, 5_000, 20_000].map(aloneOf)).toEqual([1_000, 1_000, 500, 200, 120]);
  });

  test("characters used as often come in their own order", () => {
    const same = new Map([0x63, 0x61, 0x62].map((one) => [one, 2]));
    const alphabet = buildAlphabet(same, 3, tables, units);
    expect(codes("abc").map(alphabet.numberOf)).toEqual([4, 5, 6]);
  });

  test("more characters than fit are refused, and no fewer", () => {
    const fits = (count: number) => {
      try {
        buildAlphabet(use(letters.slice(0, count)), 1, tables, units);
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(PolicyError);
        return false;
      }
    };
    // Numbers up to 0x4000: four, a thousand, two digits of the others, and the others.
    const most = Array.from({ length: 20_000 }, (_, i) => i).findLast(
      (count) => count <= 2_000 || 4 + 1_000 + 2 * Math.ceil(Math.sqrt(count - 1_000)) + count - 1_000 < 0x4000,
    ) as number;
    expect(fits(most)).toBe(true);
    expect(fits(most + 1)).toBe(false);
  });
});
