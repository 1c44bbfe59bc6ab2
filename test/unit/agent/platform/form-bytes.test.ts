import { readForm, writeForm } from "@overt/agent/platform/forms/form-bytes.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const numRuns = Math.min(Number(process.env["PROPERTY_RUNS"] ?? 1_000), 20_000);

const table = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint16Array({ maxLength: 20 }),
  fc.uint32Array({ maxLength: 20 }),
  fc.int32Array({ maxLength: 20 }),
  fc.float64Array({ maxLength: 20 }),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    table,
    fc.string(),
    fc.integer(),
    fc.constant(undefined),
    tie("list"),
    tie("map"),
    tie("record"),
  ),
  list: fc.array(tie("any"), { maxLength: 5 }),
  map: fc.array(fc.tuple(fc.integer(), tie("any")), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  record: fc.dictionary(fc.string({ maxLength: 4 }), tie("any"), { maxKeys: 4, noNullPrototype: true }),
})).any;

/** All tables of a value, in no order. */
function tablesOf(one: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(one)) return [one];
  if (one instanceof Map) return [...one.values()].flatMap(tablesOf);
  return typeof one === "object" && one !== null ? Object.values(one).flatMap(tablesOf) : [];
}

const write = (one: unknown) => Buffer.concat(writeForm(one));

test("what was written is read, wherever the bytes begin, and no table is copied where it need not be", () => {
  fc.assert(
    fc.property(value, fc.nat(16), (one, lead) => {
      const bytes = write(one);
      const buffer = new Uint8Array(lead + bytes.length);
      buffer.set(bytes, lead);
      const read = readForm(buffer.subarray(lead));
      expect(read).toEqual(one);
      for (const part of tablesOf(read)) expect(part.buffer === buffer.buffer).toBe(lead % 8 === 0);
    }),
    { numRuns },
  );
});

test("a table that stands in two places is one table in both, and a part of a larger one is that part", () => {
  const whole = Int32Array.of(1, 2, 3, 4);
  const read = readForm(write({ a: whole, b: [whole], part: whole.subarray(1, 3) })) as {
    a: Int32Array;
    b: [Int32Array];
    part: Int32Array;
  };
  expect(read.a).toBe(read.b[0]);
  expect(read.part).toEqual(Int32Array.of(2, 3));
});

test("a kind of table that is not known is refused when it is written", () => {
  expect(() => writeForm({ table: new BigInt64Array(2) })).toThrow(TypeError);
  expect(() => writeForm([new DataView(new ArrayBuffer(8))])).toThrow(TypeError);
});
