import { buildNeighbours, type Place } from "@overt/shared/rules/text/neighbours.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 5_000), 100_000);

const place = fc
  .tuple(fc.nat(40), fc.integer({ min: 1, max: 12 }))
  .map(([start, length]): Place => ({ start, end: start + length }));

test("a place is near to one of many as it is near to each of them by itself", () => {
  fc.assert(
    fc.property(
      fc.array(place, { maxLength: 6 }),
      place,
      fc.nat(5),
      fc.integer({ min: 1, max: 5 }),
      (places, one, words, width) => {
        // Words of one length, one after the other: as many as begin there.
        const reach = (from: number, to: number) => Math.ceil(to / width) - Math.ceil(from / width);
        const { isNear, touches } = buildNeighbours(places, words, reach);
        const near = places.some(
          ({ start, end }) =>
            (start >= one.end && reach(one.end, start) <= words) ||
            (end <= one.start && reach(end, one.start) <= words),
        );
        const overlaps = places.some(({ start, end }) => start < one.end && end > one.start);
        expect(isNear(one)).toBe(near);
        expect(touches(one)).toBe(near || overlaps);
      },
    ),
    { numRuns },
  );
});
