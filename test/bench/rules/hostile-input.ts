import type { Random } from "../frame/random.ts";

/** A way to make an input of about so many UTF-16 units that is meant to be slow; `known` is what the matcher looks for. */
export type Trap = (random: Random, units: number, known: readonly string[]) => string;

const fill = (units: number, next: () => string) => {
  let text = "";
  while (text.length < units) text += next();
  return text.slice(0, units);
};
const cutShort = (random: Random, known: readonly string[]) => {
  const one = random.pick(known);
  return one.slice(0, Math.max(1, one.length - 1 - random.below(3)));
};

export const hostTraps: readonly Trap[] = [
  // As many suffixes to ask about as a name can have.
  (_, units) => fill(units - 1, () => "a.").replace(/\.$/, "b"),
  (random, units, known) => fill(Math.max(0, units - 40), () => "x.") + random.pick(known),
  // Listed names one inside the other.
  (random, units, known) => fill(units, () => `${random.pick(known)}.`).replace(/^\.|\.$/g, "b"),
  (random, units) => fill(units, () => String.fromCharCode(97 + random.below(26))),
  (random, units, known) => `${fill(Math.max(0, units - 40), () => "y")}${cutShort(random, known)}.com`,
  (random) => Array.from({ length: 4 }, () => random.below(256)).join("."),
];

export const urlTraps: readonly Trap[] = [
  (random, units, known) => `https://a.test/${fill(units, () => cutShort(random, known))}`,
  (random, units, known) => `https://a.test${fill(units, () => random.pick(known))}`,
  (_, units) => `https://a.test/${fill(units, () => "a")}`,
  (_, units) => `https://a.test/${fill(units, () => "/")}`,
  (_, units) => `https://a.test/${fill(units - 2, () => "%2f")}`,
  (_, units) => `https://a.test/?${fill(units - 2, () => "%F0%9F%98%80")}`,
  (_, units) => `https://a.test/${fill(units - 2, () => "%ff")}`,
  (random, units) => `https://a.test/${fill(units, () => random.pick(["-", "_", "/", "A", "z", "0"]))}`,
  (random, units) => `https://a.test/?q=${fill(units, () => `${random.below(9)}&q=`)}`,
  (_, units) => `https://${fill(Math.min(units, 240) - 1, () => "a.")}test/`,
];

export const textTraps: readonly Trap[] = [
  (random, units, known) => fill(units, () => cutShort(random, known)),
  (random, units, known) => fill(units, () => `${random.pick(known)} `),
  (random, units, known) => {
    const one = random.pick(known);
    return fill(units, () => `${one} `);
  },
  (_, units) => fill(units, () => "a"),
  (_, units) => fill(units, () => " ."),
  (random, units, known) => fill(units, () => [...random.pick(known)].join(" ")),
  (random, units, known) => fill(units, () => [...random.pick(known)].join("\u200b")),
  (random, units, known) => fill(units, () => [...random.pick(known)].join("\u0301\u0323")),
  (_, units) => fill(units, () => "\u0301"),
  (_, units) => fill(units, () => "\ufdfa"),
  (_, units) => fill(units, () => "\ud800"),
  (random, units) => fill(units, () => random.pick(["가", "漢", "🏴", "é", "ß", "İ", "ﬃ", "a"])),
  (random, units, known) =>
    fill(units, () => random.pick(known).replaceAll("o", "0").replaceAll("e", "3").replaceAll("a", "4")),
  (random, units) => fill(units, () => String.fromCharCode(random.below(65_536))),
];
