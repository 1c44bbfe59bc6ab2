import { once } from "node:events";
import { connect } from "node:net";
import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import { errorCodes } from "@overt/shared/errors.ts";
import { EventsAnswer, Problem } from "@overt/shared/protocol/wire.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { heartbeat, type MadeRecord, type SimulatedDevice } from "../support/device.ts";
import { foundAgency, type IngestWorld, openIngestWorld, type SharedAgency } from "../support/ingest-world.ts";

const runs = Math.min(20_000, Number(process.env["PROPERTY_RUNS"] ?? 80));
let shared: SharedAgency;
let world: IngestWorld;
beforeAll(async () => {
  shared = await foundAgency();
  world = await openIngestWorld(shared);
});
afterAll(() => world.close());

type Mutation =
  | { readonly how: "drop" | "double" | "front"; readonly at: number }
  | { readonly how: "byte"; readonly at: number; readonly mask: number }
  | { readonly how: "insert"; readonly at: number; readonly text: string }
  | { readonly how: "cut"; readonly at: number };

const place = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ how: fc.constantFrom("drop" as const, "double" as const, "front" as const), at: place }),
  fc.record({ how: fc.constant("byte" as const), at: place, mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({
    how: fc.constant("insert" as const),
    at: place,
    text: fc.oneof(
      fc.constantFrom('"v":1,', "{", "[[[[", "\\u0000", "null", "1e9", '"}', " "),
      fc.string({ maxLength: 5 }),
    ),
  }),
  fc.record({ how: fc.constant("cut" as const), at: place }),
);

/** Mutations of the list, then of the text. */
function mutate(records: readonly MadeRecord[], mutations: readonly Mutation[]): Buffer {
  const envelopes: Envelope[] = records.map(({ envelope }) => envelope);
  for (const { how, at } of mutations) {
    const i = Math.floor(at * envelopes.length);
    if (how === "drop") envelopes.splice(i, 1);
    else if (how === "double") envelopes.splice(i, 0, ...envelopes.slice(i, i + 1));
    else if (how === "front") envelopes.unshift(...envelopes.splice(i, 1));
  }
  let bytes = Buffer.from(JSON.stringify({ v: 1, envelopes }));
  for (const each of mutations) {
    const at = Math.floor(each.at * bytes.length);
    if (each.how === "byte" && bytes.length > 0) bytes.writeUInt8(bytes.readUInt8(at) ^ each.mask, at);
    else if (each.how === "insert")
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(each.text), bytes.subarray(at)]);
    else if (each.how === "cut") bytes = bytes.subarray(0, at);
  }
  return bytes;
}

async function storedHashes(device: SimulatedDevice): Promise<string[]> {
  const rows = await world.database.db
    .selectFrom("record")
    .innerJoin("device", "device.device_key", "record.device_key")
    .innerJoin("receipt", "receipt.record_id", "record.record_id")
    .innerJoin("body", "body.record_id", "record.record_id")
    .select("hash")
    .where("device_id", "=", device.deviceId)
    .orderBy("seq")
    .execute();
  return rows.map(({ hash }) => Buffer.from(hash).toString("hex"));
}

test("of a mutated batch only a beginning of what the device signed is kept, each with its receipt", async () => {
  const cases = fc.record({
    count: fc.integer({ min: 1, max: 4 }),
    mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }),
  });
  let done = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ count, mutations }) => {
      // Every row is counted twice in each case: a database that only grows would take the time squared.
      if (++done % 500 === 0) {
        await world.close();
        world = await openIngestWorld(shared);
      }
      const device = await world.enrolled();
      const records = Array.from({ length: count }, () => device.add(heartbeat));
      const before = await world.countRows();
      const answer = await world.app.inject({
        method: "POST",
        url: "/v1/events",
        headers: { "content-type": "application/json" },
        payload: mutate(records, mutations),
      });
      let taken = 0;
      if (answer.statusCode === 200) {
        const { results } = EventsAnswer.parse(answer.json());
        taken = results.filter(({ status }) => status === 201).length;
        for (const { status, receipt } of results) expect(receipt !== undefined).toBe(status === 200 || status === 201);
      } else {
        const { code, status } = Problem.parse(answer.json());
        expect(errorCodes).toContain(code);
        expect([413, 422]).toContain(status);
      }
      const after = await world.countRows();
      for (const table of ["record", "receipt", "body", "leaf"]) {
        expect((after[table] ?? 0) - (before[table] ?? 0), table).toBe(taken);
      }
      expect(after["fork"]).toBe(before["fork"]);
      expect(await storedHashes(device)).toEqual(records.slice(0, taken).map(({ hash }) => hash));

      const again = await world.post(records);
      expect(again.results.map(({ status }) => status)).toEqual(records.map((_, i) => (i < taken ? 200 : 201)));
      expect(again.head).toBe(count - 1);
    }),
    { numRuns: runs },
  );
});

test("a body that comes too slowly is cut off with 408 and leaves no row", async () => {
  const slow = await openIngestWorld(shared, { deps: { requestTimeoutMs: 150 } });
  try {
    const device = await slow.enrolled();
    const body = JSON.stringify({ v: 1, envelopes: [device.add(heartbeat).envelope] });
    const before = await slow.countRows();
    const { port } = new URL(await slow.app.listen({ host: "127.0.0.1", port: 0 }));
    const socket = connect(Number(port), "127.0.0.1");
    let said = "";
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
    socket.write(
      `POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, -1)}`,
    );
    await once(socket, "close");
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(Problem.parse(JSON.parse(said.slice(said.indexOf("\r\n\r\n") + 4)))).toMatchObject({ status: 408 });
    expect(await slow.countRows()).toEqual(before);
    expect((await slow.post([JSON.parse(body).envelopes[0]])).results[0]?.status).toBe(201);
  } finally {
    await slow.close();
  }
});
