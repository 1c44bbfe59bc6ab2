import { findNearest } from "./nearest.ts";
import type { Place, Problems } from "./problems.ts";
import { describeKind, type Entry, type MapValue, plainText, type Value } from "./value.ts";

/** Reads one value; where it cannot, it says why in `problems` and gives undefined. */
export type Read<T> = (value: Value, problems: Problems) => T | undefined;

/** The keys of one group: each is asked for by name, and what nobody asks for is unknown. */
export class Fields {
  readonly place: Place;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #problems: Problems;
  readonly #what: string;
  /** Known keys that an unknown one was meant to be: they are not missing as well. */
  readonly #meant = new Set<string>();

  constructor(value: MapValue, what: string, known: readonly string[], problems: Problems) {
    this.place = value.place;
    this.#what = what;
    this.#problems = problems;
    this.#entries = new Map(value.entries.map((entry) => [entry.key, entry]));
    for (const { key, keyPlace } of value.entries) {
      if (known.includes(key)) continue;
      const near = findNearest(key, known);
      if (near !== undefined) this.#meant.add(near);
      problems.error(
        keyPlace,
        `${what} has no key "${key}"`,
        near === undefined ? `one of ${known.join(", ")}` : `${near}:`,
      );
    }
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  isMissing(key: string): boolean {
    return !this.#entries.has(key) && !this.#meant.has(key);
  }

  find(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  placeOf(key: string): Place {
    return this.#entries.get(key)?.value.place ?? this.place;
  }

  optional<T>(key: string, read: Read<T>): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.value.kind === "nothing") {
      this.#problems.error(entry.keyPlace, `"${key}" has no value`, "a value, or leave the key out");
      return undefined;
    }
    return read(entry.value, this.#problems);
  }

  required<T>(key: string, read: Read<T>, example: string): T | undefined {
    if (this.#entries.has(key)) return this.optional(key, read);
    if (this.isMissing(key))
      this.#problems.error(headOf(this.place), `${this.#what} needs "${key}"`, `${key}: ${example}`);
    return undefined;
  }
}

/** Undefined, and said so, where the value is no group of keys. */
export function openFields(
  value: Value,
  what: string,
  known: readonly string[],
  problems: Problems,
): Fields | undefined {
  if (value.kind === "map") return new Fields(value, what, known, problems);
  problems.error(
    headOf(value.place),
    `${what} is a group of keys, and this is ${describeKind(value)}`,
    `${known[0]}: …`,
  );
  return undefined;
}

export const readText: Read<string> = (value, problems) => {
  const text = plainText(value);
  if (text === undefined)
    problems.error(headOf(value.place), `text belongs here, and this is ${describeKind(value)}`, "a text");
  else if (text.trim() === "") problems.error(value.place, "the text is empty", "a text, or leave the key out");
  else if (/^[“”„‘’«].*[“”‘’»]$/s.test(text.trim())) {
    problems.error(headOf(value.place), "curly quotes are part of the text", `"${text.trim().slice(1, -1)}"`);
  } else return text.trim();
  return undefined;
};

export function readInteger(what: string, least: number, most: number): Read<number> {
  return (value, problems) => {
    const { place } = value;
    const number = value.kind === "number" ? value.number : Number.NaN;
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    problems.error(headOf(place), `${what} is a whole number from ${least} to ${most}`, `${least}`);
    return undefined;
  };
}

/** One of a few words; `meant` gives what people write instead. */
export function readWord<W extends string>(
  what: string,
  words: readonly W[],
  meant: Readonly<Record<string, W>> = {},
): Read<W> {
  return (value, problems) => {
    const text = plainText(value)?.trim();
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const near = text === undefined ? undefined : (meant[text.toLowerCase()] ?? findNearest(text, words));
    problems.error(
      headOf(value.place),
      text === undefined ? `${what} is a word, and this is ${describeKind(value)}` : `${what} "${text}" is not known`,
      near ?? `one of ${words.join(", ")}`,
    );
    return undefined;
  };
}

/** A list; one value alone counts as a list of one. An item that cannot be read is left out. */
export function readList<T>(read: Read<T>): Read<T[]> {
  return (value, problems) => {
    const items = value.kind === "list" ? value.items : [value];
    if (items.length === 0) {
      problems.error(value.place, "the list is empty", "at least one entry, or leave the key out");
      return undefined;
    }
    return items.flatMap((item) => {
      if (item.kind === "nothing") {
        problems.error(item.place, "an entry of the list is empty", "delete it, or quote it");
        return [];
      }
      const one = read(item, problems);
      return one === undefined ? [] : [one];
    });
  };
}

/** True where the key says so; there is no other value, for what is off is left out. */
export const readYes: Read<true> = (value, problems) => {
  if (value.kind === "flag" && value.flag) return true;
  if (value.kind === "text" && /^(yes|on)$/i.test(value.text)) return true;
  problems.error(value.place, "this is true, or it is left out", "true");
  return undefined;
};

/** The first line of a long stretch: what an excerpt can show. */
export function headOf({ source, start, end }: Place): Place {
  const stop = source.text.slice(start, end).search(/[\r\n]/);
  return { source, start, end: stop < 0 ? end : start + stop };
}

/** Leaves out what is undefined, so that the compiled object has only what was said. */
export function compact<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
