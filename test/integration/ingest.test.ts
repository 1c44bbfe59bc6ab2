import { buildHandover } from "@overt/server/store/ingest-reader.ts";
import { parseHex, toBase32, utf8 } from "@overt/shared/bytes.ts";
import { type Envelope, envelopeHash, verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { verifyCheckpoint } from "@overt/shared/log/checkpoint.ts";
import { LeafType, leafData } from "@overt/shared/log/leaf.ts";
import { leafHash, rootOf } from "@overt/shared/log/merkle.ts";
import { parseEntryBundle } from "@overt/shared/log/tiles.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Receipt } from "@overt/shared/protocol/receipt.ts";
import { CurrentOrder, FeedAnswer } from "@overt/shared/protocol/wire.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heartbeat } from "../support/device.ts";
import { foundAgency, type IngestWorld, openIngestWorld, type SharedAgency } from "../support/ingest-world.ts";

let shared: SharedAgency;
let world: IngestWorld;
beforeAll(async () => {
  shared = await foundAgency();
  world = await openIngestWorld(shared);
});
afterAll(() => world.close());

const octets = { "content-type": "application/octet-stream" };
const readReceipt = (envelope: Envelope | undefined) =>
  verifyEnvelope(envelope, {
    payloadType: payloadTypes.receipt,
    schema: Receipt,
    keys: [shared.agency.keys.signing("server-receipt").publicKey],
    maxBytes: 2_048,
  }).value;

describe("from enrolment to feed", () => {
  test("an enrolled device gets a receipt for each record, delivers its blobs and reads its feed", async () => {
    const device = await world.enrolled();
    const start = device.add({ kind: "start", reason: "enrolled" });
    const match = device.match({ evidence: { level1: { v: 1, level: 1, host: "chat.invalid", maskedTerm: "c…t" } } });
    const answer = await world.post([start, match]);
    expect(answer.results.map(({ status }) => status)).toEqual([201, 201]);
    expect(answer.head).toBe(1);
    expect(answer.wantedBlobs).toEqual(match.blobs.map(({ sha256 }) => sha256));
    const receipt = readReceipt(answer.results[1]?.receipt);
    expect(receipt).toMatchObject({ deviceId: device.deviceId, seq: 1, eventHash: match.hash });

    for (const { sha256, bytes } of match.blobs) {
      const url = `/v1/blobs/${sha256}`;
      const put = () =>
        world.send({
          method: "PUT",
          url,
          headers: { ...octets, ...device.signRequest("PUT", url) },
          payload: Buffer.from(bytes),
        });
      expect((await put()).status).toBe(201);
      expect((await put()).status).toBe(200);
    }
    expect((await world.post([match])).wantedBlobs).toEqual([]);

    const view = match.envelope;
    const hash = sha256Hex(utf8(device.deviceId));
    const handed = {
      leafType: LeafType.view,
      hash,
      reply: { deviceId: device.deviceId, item: { kind: "view" as const, view } },
    };
    await buildHandover(world.database.db).submit([handed]);
    await buildHandover(world.database.db).submit([handed]);
    await world.sequencer.run((unit) => unit.drainHandover(100));
    const feed = async (after: number) =>
      FeedAnswer.parse(
        (
          await world.send({
            url: `/v1/feed?after=${after}`,
            headers: device.signRequest("GET", `/v1/feed?after=${after}`),
          })
        ).body,
      );
    const first = await feed(0);
    expect(first.items).toEqual([{ kind: "view", cursor: first.next, view }]);
    expect((await feed(first.next)).items).toEqual([]);
  });

  test("the same envelope again gets the same receipt, byte for byte", async () => {
    const device = await world.enrolled();
    const records = [device.add(heartbeat), device.add(heartbeat)];
    const before = await world.post(records);
    world.clock.now += 100;
    const again = await world.post(records);
    expect(again.results.map(({ status }) => status)).toEqual([200, 200]);
    expect(again.results.map(({ receipt }) => receipt)).toEqual(before.results.map(({ receipt }) => receipt));
  });

  test("every record and enrolment is a leaf of the signed log, at the place its receipt names", async () => {
    const device = await world.enrolled();
    const answer = await world.post([device.add(heartbeat)]);
    const { leafIndex, eventHash } = readReceipt(answer.results[0]?.receipt);
    const note = new Uint8Array((await world.app.inject("/log/checkpoint")).rawPayload);
    const name = shared.trust.servers.logOrigin;
    const { checkpoint } = verifyCheckpoint(note, {
      name,
      publicKey: shared.agency.keys.signing("server-log").publicKey,
    });
    const width = checkpoint.size % 256;
    const bundle = await world.app.inject(`/log/tile/entries/000${checkpoint.size < 256 ? `.p/${width}` : ""}`);
    const entries = parseEntryBundle(new Uint8Array(bundle.rawPayload));
    expect(entries[leafIndex]).toEqual(leafData(LeafType.event, eventHash));
    expect(rootOf(entries.map(leafHash))).toEqual(checkpoint.root);
    expect(entries).toContainEqual(leafData(LeafType.acknowledgement, envelopeHash(device.enrolment.acknowledgement)));
    const again = new Uint8Array((await world.app.inject("/log/checkpoint")).rawPayload);
    expect(again).toEqual(note);
  });

  test("an order reaches its device only, signed by its signers", async () => {
    const device = await world.enrolled();
    const headers = device.signRequest("GET", "/v1/orders/current");
    const { body } = await world.send({ url: "/v1/orders/current", headers });
    expect(CurrentOrder.parse(body).order).toEqual(shared.agency.order);
  });

  test("a token is fetched by its typed code until it ends", async () => {
    const pack = shared.agency.makePack("http://127.0.0.1:8801");
    const code = toBase32(parseHex(envelopeHash(pack.token))).slice(0, 26);
    expect((await world.send({ url: `/v1/tokens/${code}` })).status).toBe(404);
    expect((await world.send({ method: "PUT", url: "/v1/tokens", payload: pack })).status).toBe(201);
    expect((await world.send({ url: `/v1/tokens/${code}` })).body).toEqual(pack);
    world.clock.now += 2 * 86_400;
    expect((await world.send({ url: `/v1/tokens/${code}` })).status).toBe(404);
    world.clock.now -= 2 * 86_400;
  });

  test("a declined notice is recorded and makes no device", async () => {
    const device = await world.enrolled({ outcome: "declined" });
    const answer = await world.post([device.add(heartbeat)]);
    expect(answer.results).toEqual([{ status: 422, code: "UNKNOWN_DEVICE" }]);
  });

  test("the published folder is served, and nothing beside it", async () => {
    expect((await world.send({ url: "/tuf/1.root.json" })).status).toBe(200);
    expect((await world.send({ url: "/tuf/timestamp.json" })).headers["cache-control"]).toBe("no-cache");
    for (const url of [
      "/tuf/signed-at.json",
      "/tuf/../order.json",
      "/tuf/%2e%2e/order.json",
      "/tuf/",
      "/tuf/keys",
      "/tuf/99.root.json",
    ]) {
      expect((await world.send({ url })).code, url).toBe("NOT_FOUND");
    }
  });

  test("the API describes every route it has", async () => {
    const { body } = await world.send({ url: "/openapi.json" });
    const { openapi, paths } = body as { openapi: string; paths: Record<string, Record<string, unknown>> };
    expect(openapi).toBe("3.1.0");
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(described.length).toBe(17);
    for (const line of described) {
      const [method = "", path = ""] = line.split(" ");
      const url = path
        .replace("{file}", "*")
        .replace("{tile}", "*")
        .replaceAll(/\{(\w+)\}/g, ":$1");
      expect(world.app.hasRoute({ method: method.toUpperCase() as "GET", url }), line).toBe(true);
    }
  });
});
