/** A stretch of the original text. */
export type Place = { readonly start: number; readonly end: number };

/** Words between two units of the text. */
export type Reach = (from: number, to: number) => number;

export type Neighbours = {
  /** One of them has at most so many words between it and the place, and does not overlap it. */
  isNear(place: Place): boolean;
  /** As `isNear`, or one of them overlaps the place. */
  touches(place: Place): boolean;
};

/** Places to be near to. Only the closest on either side has to be asked, so the work does not grow with their number. */
export function buildNeighbours(places: readonly Place[], words: number, reach: Reach): Neighbours {
  const starts = places.map((one) => one.start).sort((a, b) => a - b);
  const ends = places.map((one) => one.end).sort((a, b) => a - b);
  const isNear = ({ start, end }: Place) => {
    const right = starts[firstAtLeast(starts, end)];
    if (right !== undefined && reach(end, right) <= words) return true;
    const left = ends[firstAtLeast(ends, start + 1) - 1];
    return left !== undefined && reach(left, start) <= words;
  };
  return {
    isNear,
    touches(place) {
      // Some overlap: not all of them begin after it or end before it.
      const after = starts.length - firstAtLeast(starts, place.end);
      const before = firstAtLeast(ends, place.start + 1);
      return after + before < places.length || isNear(place);
    },
  };
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
