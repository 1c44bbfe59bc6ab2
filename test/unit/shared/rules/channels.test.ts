import { buildFold, type Channel, channelKey, channelsOf, readUnits } from "@overt/shared/rules/text/channels.ts";
import { CodePoints } from "@overt/shared/rules/unicode/code-points.ts";
import { characterType, unicodeTables } from "@overt/shared/rules/unicode/tables.ts";
import { describe, expect, test } from "vitest";

const tables = unicodeTables();

/** What a unit becomes, and how: one plain character, several that can be read at once, or neither. */
function describeUnit(channel: Channel, unit: number): { single: number; several: number[] } {
  const out = new CodePoints();
  buildFold(tables, channel)(unit, out);
  const all = Array.from({ length: out.length }, (_, i) => out.at(i));
  const isMark = all.map((one) => tables.rank.get(one) !== 0);
  const type = all.map((one) => tables.type.get(one));
  const none = { single: 0, several: [] };
  if (all.length === 0) return none;
  if (all.length === 1)
    return (all[0] as number) > 0xffff || isMark[0] ? none : { single: all[0] as number, several: [] };
  const isLetter = all.map((_, i) => type[i] === characterType.word && !isMark[i]);
  const inner = isLetter.slice(1, -1).every((letter, i) => letter || type[i + 1] === characterType.gap);
  if (isLetter[0] && isLetter.at(-1) && inner) {
    return { single: 0, several: all.map((one, i) => (isLetter[i] ? one : 0)) };
  }
  const isComposed = all.length === 2 && isLetter[0] && type[1] === characterType.extend && isMark[1];
  return isComposed ? { single: 0, several: [all[0] as number, ~(all[1] as number)] } : none;
}

describe("what the units of a text become", () => {
  const channels = [
    { lookalikes: false, digits: false, spaced: false },
    { lookalikes: true, digits: false, spaced: false },
    { lookalikes: false, digits: true, spaced: true },
  ];
  for (const channel of channels) {
    test(`every unit is one character, or several, exactly where that is all it becomes (${JSON.stringify(channel)})`, () => {
      const { singles, expansions } = readUnits(tables, channel);
      const { units, first, characters } = expansions;
      expect([...units]).toEqual([...units].sort((a, b) => a - b));
      expect(first.length).toBe(units.length + 1);
      expect(first[0]).toBe(0);
      expect(first.at(-1)).toBe(characters.length);
      const several = new Map([...units].map((unit, i) => [unit, [...characters.slice(first[i], first[i + 1])]]));
      const wrong: number[] = [];
      for (let unit = 0; unit < 65_536; unit++) {
        const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
        const right = isSurrogate || unit === 0 ? { single: 0, several: [] } : describeUnit(channel, unit);
        if (singles[unit] !== right.single || String(several.get(unit) ?? []) !== String(right.several))
          wrong.push(unit);
      }
      expect(wrong).toEqual([]);
      expect(units.length).toBeGreaterThan(500);
    });
  }

  test("the tables of a channel are made once, and letters set apart are folded like any", () => {
    const [plain, , digits] = channels as [Channel, Channel, Channel];
    expect(readUnits(tables, plain)).toBe(readUnits(tables, { ...plain, spaced: true }));
    expect(readUnits(tables, digits)).not.toBe(readUnits(tables, plain));
  });

  test("each way of reading has a number of its own", () => {
    const all = [false, true].flatMap((lookalikes) =>
      [false, true].flatMap((digits) => [false, true].map((spaced) => ({ lookalikes, digits, spaced }))),
    );
    expect(all.map(channelKey).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(channelsOf({ text: "a" })).toEqual([{ lookalikes: false, digits: false, spaced: false }]);
    expect(channelsOf({ text: "a", digits: true, spaced: true })).toEqual([
      { lookalikes: false, digits: false, spaced: false },
      { lookalikes: false, digits: true, spaced: false },
      { lookalikes: false, digits: true, spaced: true },
    ]);
  });
});
