import { buildFrameReader, encodeFrame, type FrameReader } from "@overt/agent/bridge/frame.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const cap = 256;
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 500);

/** What a reader makes of chunks: the messages it yielded, and whether it refused the rest. */
function readAll(reader: FrameReader, chunks: readonly Uint8Array[]): { messages: unknown[]; refused: boolean } {
  const messages: unknown[] = [];
  try {
    for (const chunk of chunks) {
      for (const body of reader.push(chunk)) messages.push(JSON.parse(Buffer.from(body).toString()));
    }
    return { messages, refused: false };
  } catch (error) {
    expect(error).toMatchObject({ code: "TOO_LARGE" });
    return { messages, refused: true };
  }
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
}

const message = fc.record({ text: fc.string({ maxLength: 20, unit: "grapheme" }), n: fc.integer() });
const cuts = fc.array(fc.nat(5_000), { maxLength: 40 });

test("any split of the byte stream gives the same messages", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 10 }), cuts, (sent, places) => {
      const stream = Buffer.concat(sent.map((one) => encodeFrame(one, cap)));
      expect(readAll(buildFrameReader(cap), split(stream, places))).toEqual({ messages: sent, refused: false });
    }),
    { numRuns },
  );
});

test("a length beyond the cap is refused at any split, after the messages before it", () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 5 }),
      fc.integer({ min: cap + 1, max: 2 ** 32 - 1 }),
      cuts,
      (sent, size, at) => {
        const header = Buffer.alloc(4);
        header.writeUInt32LE(size);
        const stream = Buffer.concat([...sent.map((one) => encodeFrame(one, cap)), header]);
        expect(readAll(buildFrameReader(cap), split(stream, at))).toEqual({ messages: sent, refused: true });
      },
    ),
    { numRuns },
  );
});

test("a message of exactly the cap passes and one byte more is refused on both ends", () => {
  const exact = "x".repeat(cap - 2);
  const frame = encodeFrame(exact, cap);
  expect(readAll(buildFrameReader(cap), [frame])).toEqual({ messages: [exact], refused: false });
  expect(() => encodeFrame(`${exact}x`, cap)).toThrow(expect.objectContaining({ code: "TOO_LARGE" }));
  expect(readAll(buildFrameReader(cap), [encodeFrame(`${exact}x`, cap + 1)])).toEqual({ messages: [], refused: true });
});
