/** A text that people wrote, by the name they know it under. */
export type Source = { readonly path: string; readonly text: string };

/** A stretch of a source: UTF-16 offsets, `end` exclusive. */
export type Place = { readonly source: Source; readonly start: number; readonly end: number };

export type Problem = {
  /** Advice does not keep a bundle from being compiled. */
  readonly kind: "error" | "advice";
  readonly place: Place;
  readonly message: string;
  /** What to write instead. */
  readonly write: string | undefined;
};

/** Gathers what is wrong, so that one reading tells everything. */
export class Problems {
  readonly #all: Problem[] = [];

  error(place: Place, message: string, write?: string): void {
    this.#all.push({ kind: "error", place, message, write });
  }

  advise(place: Place, message: string, write?: string): void {
    this.#all.push({ kind: "advice", place, message, write });
  }

  get hasErrors(): boolean {
    return this.#all.some((one) => one.kind === "error");
  }

  hasErrorIn({ source, start, end }: Place): boolean {
    return this.#all.some(
      ({ kind, place }) => kind === "error" && place.source === source && place.start >= start && place.start <= end,
    );
  }

  hasErrorAbout(path: string): boolean {
    return this.#all.some(({ kind, place }) => kind === "error" && place.source.path === path);
  }

  /** By file and place; the same thing said twice of one place is said once. */
  list(): readonly Problem[] {
    const seen = new Set<string>();
    return [...this.#all]
      .sort((a, b) => compare(a.place.source.path, b.place.source.path) || a.place.start - b.place.start)
      .filter(({ place, message }) => {
        const key = `${place.source.path}\0${place.start}\0${message}`;
        return seen.has(key) ? false : seen.add(key);
      });
  }
}

export type Position = { readonly line: number; readonly column: number };

/** Line and column from 1; a column is a character, not a UTF-16 unit. CR LF, LF and CR each end a line. */
export function positionOf({ source, start }: Place): Position {
  const before = source.text.slice(0, start);
  const lines = before.split(/\r\n|\r|\n/);
  // An offset between CR and LF belongs to the line that they end.
  const last = lines.at(-1) ?? "";
  return { line: lines.length, column: [...last].length + 1 };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
