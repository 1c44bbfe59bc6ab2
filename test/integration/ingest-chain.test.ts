import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildChain } from "@overt/agent/core/chain.ts";
import type { DeviceApi } from "@overt/agent/core/device-api.ts";
import { openTrustedTime } from "@overt/agent/core/trusted-time.ts";
import { buildUplink } from "@overt/agent/core/uplink.ts";
import { openJournal } from "@overt/agent/platform/journal/open-journal.ts";
import { buildIngestReader } from "@overt/server/store/ingest-reader.ts";
import { toHex } from "@overt/shared/bytes.ts";
import { addSignature, type Envelope, envelopeHash } from "@overt/shared/crypto/envelope.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchFolder } from "../support/agent-journal.ts";
import { heartbeat, type SimulatedDevice } from "../support/device.ts";
import { foundAgency, type IngestWorld, openIngestWorld, random, type SharedAgency } from "../support/ingest-world.ts";

let shared: SharedAgency;
let world: IngestWorld;
beforeAll(async () => {
  shared = await foundAgency();
  world = await openIngestWorld(shared);
});
afterAll(() => world.close());

/** The agent's own journal, chain and uplink, as at a start, talking to the real ingest. */
function startAgent(device: SimulatedDevice, folder: string, options: { fresh: boolean; now: number }) {
  const chainStart = envelopeHash(device.enrolment.acknowledgement);
  const { fresh, now } = options;
  const journal = openJournal({
    folder,
    chain: chainStart,
    fresh,
    stateKey: new Uint8Array(32),
    random,
    now: () => now,
  });
  const time = openTrustedTime({
    clock: { wall: () => now, uptime: () => 100, bootMarker: "boot" },
    ...{ state: undefined, firstAttestedAt: now, bootId: () => toHex(random(16)) },
  });
  const chain = buildChain({
    ...{ journal, time, random, deviceId: device.deviceId, signingKey: device.signing },
    orderHash: () => envelopeHash(shared.agency.order),
    recipients: () => [],
    onUrgent: () => undefined,
  });
  const api = {
    postEvents: (envelopes: readonly Envelope[]) => world.post(envelopes),
  } as Partial<DeviceApi> as DeviceApi;
  const servers = () => shared.trust.servers;
  return { journal, chain, uplink: buildUplink({ journal, api, time, deviceId: device.deviceId, servers }) };
}

describe("a device that lost what it knew goes on behind a signed gap", () => {
  const losses: Record<string, readonly string[]> = {
    "its journal": ["journal.db"],
    "its journal and the file of its numbers": ["journal.db", "chain-head.json"],
  };
  for (const [name, files] of Object.entries(losses)) {
    test(name, async () => {
      const device = await world.enrolled();
      const folder = scratchFolder();
      const first = startAgent(device, folder, { fresh: true, now: world.clock.now });
      for (let i = 0; i < 3; i++) first.chain.writeHealth(heartbeat);
      expect(await first.uplink.deliver()).toBe("done");
      // The server takes these, and the device dies before it can note that.
      first.chain.writeHealth(heartbeat);
      await world.post(first.journal.pending(10, 1e6).map(({ envelope }) => envelope));
      first.journal.close();
      for (const file of [...files, "journal.db-wal", "journal.db-shm"]) rmSync(join(folder, file), { force: true });

      const second = startAgent(device, folder, { fresh: false, now: world.clock.now });
      second.chain.writeHealth(heartbeat);
      expect(await second.uplink.deliver()).toBe("done");
      second.chain.writeHealth(heartbeat);
      expect(await second.uplink.deliver()).toBe("done");
      second.journal.close();
      const records = await buildIngestReader(world.database.db).listDeviceRecords(device.deviceId, 1e15, 10);
      const kinds = records.map(({ body }) => (body?.type === "event" ? body.event.kind : undefined));
      expect(kinds).toEqual(["heartbeat", "heartbeat", "gap", "heartbeat", "heartbeat", "heartbeat", "heartbeat"]);
    });
  }
});

describe("a gap", () => {
  const rows: Record<string, { lostFrom: number; lostTo: number; prev: number | "acknowledgement"; taken: boolean }> = {
    "names the numbers behind the head": { lostFrom: 3, lostTo: 9, prev: 2, taken: true },
    "goes back to a record that is held here": { lostFrom: 1, lostTo: 9, prev: 0, taken: true },
    "goes back to the acknowledgement": { lostFrom: 0, lostTo: 9, prev: "acknowledgement", taken: true },
    "leaves numbers untold": { lostFrom: 5, lostTo: 9, prev: 2, taken: false },
    "names another record than the one before it": { lostFrom: 1, lostTo: 9, prev: 1, taken: false },
    "goes back to the beginning from the head": { lostFrom: 0, lostTo: 9, prev: 2, taken: false },
    "names the acknowledgement in the middle": { lostFrom: 3, lostTo: 9, prev: "acknowledgement", taken: false },
    "ends before it begins": { lostFrom: 4, lostTo: 2, prev: 2, taken: false },
  };
  for (const [name, { lostFrom, lostTo, prev, taken }] of Object.entries(rows)) {
    test(`that ${name} is ${taken ? "taken" : "refused"}`, async () => {
      const device = await world.enrolled();
      const records = [device.add(heartbeat), device.add(heartbeat), device.add(heartbeat)];
      await world.post(records);
      const hash =
        prev === "acknowledgement" ? envelopeHash(device.enrolment.acknowledgement) : (records[prev]?.hash ?? "");
      device.rewind({ seq: lostTo + 1, prev: hash });
      const rowsBefore = await world.countRows();
      const gap = device.add({ kind: "gap", lostFrom, lostTo });
      const { results } = await world.post([gap, device.add(heartbeat)]);
      if (taken) return expect(results.map(({ status }) => status)).toEqual([201, 201]);
      expect(results).toEqual([
        { status: 422, code: "CHAIN_BROKEN" },
        { status: 424, code: "PRECEDING_FAILED" },
      ]);
      expect(await world.countRows()).toEqual(rowsBefore);
    });
  }

  test("of one device cannot begin at another's acknowledgement", async () => {
    const [device, other] = [await world.enrolled(), await world.enrolled()];
    await world.post([device.add(heartbeat)]);
    device.rewind({ seq: 10, prev: envelopeHash(other.enrolment.acknowledgement) });
    const { results } = await world.post([device.add({ kind: "gap", lostFrom: 0, lostTo: 9 })]);
    expect(results).toEqual([{ status: 422, code: "CHAIN_BROKEN" }]);
  });

  test("makes a record that comes back from among the lost numbers a fork, which is kept", async () => {
    const device = await world.enrolled();
    await world.post([device.add(heartbeat)]);
    const before = device.position();
    device.rewind({ seq: 6, prev: before.prev });
    await world.post([device.add({ kind: "gap", lostFrom: 1, lostTo: 5 })]);
    device.rewind(before);
    const late = device.add(heartbeat);
    for (let i = 0; i < 2; i++) expect((await world.post([late])).results).toEqual([{ status: 409, code: "FORK" }]);
    const forks = await world.database.db.selectFrom("fork").select("hash").where("hash", "=", late.hash).execute();
    expect(forks.length).toBe(1);
  });
});

test("a record with any other number of signatures than one is refused, sound or not", async () => {
  const device = await world.enrolled();
  const start = device.position();
  const sound = device.add(heartbeat);
  const officer = shared.agency.keys.signing("officer-1");
  const [signature] = sound.envelope.signatures;
  if (signature === undefined) throw new Error("the record is not signed");
  const before = await world.countRows();
  const crowds = [addSignature(sound.envelope, officer), { ...sound.envelope, signatures: [signature, signature] }];
  for (const envelope of crowds) {
    expect((await world.post([envelope])).results).toEqual([{ status: 422, code: "BAD_SCHEMA" }]);
  }
  const none = { v: 1, envelopes: [{ ...sound.envelope, signatures: [] }] };
  expect((await world.send({ method: "POST", url: "/v1/events", payload: none })).code).toBe("BAD_SCHEMA");
  expect(await world.countRows()).toEqual(before);
  device.rewind(start);
  expect((await world.post([sound])).results[0]?.status).toBe(201);
});
