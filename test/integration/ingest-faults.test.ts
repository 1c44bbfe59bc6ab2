import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildNodeVerifier } from "@overt/server/crypto/verify.ts";
import { applyBatch, prepareBatch } from "@overt/server/domain/accept.ts";
import { buildAdmission } from "@overt/server/ingest/admission.ts";
import { toHex } from "@overt/shared/bytes.ts";
import {
  addSignature,
  type Envelope,
  envelopeHash,
  readUnverified,
  signEnvelope,
} from "@overt/shared/crypto/envelope.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { CurrentOrder } from "@overt/shared/protocol/wire.ts";
import fc from "fast-check";
import { sql } from "kysely";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { heartbeat } from "../support/device.ts";
import {
  foundAgency,
  type IngestWorld,
  openIngestWorld as open,
  random,
  type SharedAgency,
} from "../support/ingest-world.ts";

let shared: SharedAgency;
beforeAll(async () => {
  shared = await foundAgency();
});
const worlds: IngestWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
async function openIngestWorld(...options: Parameters<typeof open> extends [unknown, ...infer Rest] ? Rest : never) {
  const world = await open(shared, ...options);
  worlds.push(world);
  return world;
}

describe("a list that is not for everybody", () => {
  const hash = "ab".repeat(32);
  const secret = `/tuf/lists/${hash}.adult.bin`;
  const readable = `/tuf/lists/${hash}.shops.bin`;

  function openListWorld() {
    const tufFolder = mkdtempSync(join(shared.folder, "tuf-"));
    mkdirSync(join(tufFolder, "lists"));
    writeFileSync(join(tufFolder, "lists", `${hash}.adult.bin`), "SECRET HOSTS");
    writeFileSync(join(tufFolder, "lists", `${hash}.shops.bin`), "shops");
    return openIngestWorld({ deps: { tufFolder }, trust: { openLists: ["lists/shops.bin"] } });
  }

  test("goes to an enrolled device, and a published open list to anybody", async () => {
    const world = await openListWorld();
    const device = await world.enrolled();
    expect((await world.send({ url: secret })).code).toBe("UNKNOWN_DEVICE");
    const signed = await world.send({ url: secret, headers: device.signRequest("GET", secret) });
    expect(signed).toMatchObject({ status: 200, body: "SECRET HOSTS", headers: { "cache-control": "no-store" } });
    expect((await world.send({ url: readable })).body).toBe("shops");
  });

  test.each([
    `/tuf/%6cists/${hash}.adult.bin`,
    `/tuf/%6C%69sts/${hash}.adult.bin`,
    `/tuf/%256cists/${hash}.adult.bin`,
    `/tuf/lists%2f${hash}.adult.bin`,
    `/tuf/lists//${hash}.adult.bin`,
    `/tuf//lists/${hash}.adult.bin`,
    `//tuf/lists/${hash}.adult.bin`,
    `/tuf/./lists/${hash}.adult.bin`,
    `/tuf/%2e/lists/${hash}.adult.bin`,
    `/tuf/keys/../lists/${hash}.adult.bin`,
    `/tuf/keys/%2e%2e/lists/${hash}.adult.bin`,
    `/tuf/keys%2f..%2flists/${hash}.adult.bin`,
    `/tuf/lists/${hash}.adult.bin/`,
    `/tuf/lists/${hash}.adult.bin%2f`,
    `/tuf/lists/${hash}.adult.bin%00`,
    `/tuf/LISTS/${hash}.adult.bin`,
    `/tuf/lists/${hash.toUpperCase()}.adult.bin`,
    `/tuf/lists\\${hash}.adult.bin`,
    `/tuf/lists/${hash}.adult.bin?x=.shops.bin`,
    `/tuf/lists/${hash}.adult.bin;.shops.bin`,
    `/TUF/lists/${hash}.adult.bin`,
  ])("is not had under another spelling: %s", async (url) => {
    const { status, body } = await (await openListWorld()).send({ url });
    expect([401, 404]).toContain(status);
    expect(String(body)).not.toContain("SECRET");
  });

  test("is not had under any spelling", async () => {
    const world = await openListWorld();
    const spell = (character: string, how: number) => {
      const hex = character.charCodeAt(0).toString(16);
      return (
        [character, `%${hex}`, `%${hex.toUpperCase()}`, `%25${hex}`, `/./${character}`, `//${character}`][how] ?? ""
      );
    };
    const path = fc
      .array(fc.integer({ min: 0, max: 40 }), { minLength: secret.length, maxLength: secret.length })
      .map(
        (how) =>
          `/${[...secret.slice(1)].map((character, i) => spell(character, Math.max(0, (how[i] ?? 0) - 35))).join("")}`,
      );
    const runs = Math.min(20_000, Number(process.env["PROPERTY_RUNS"] ?? 200));
    await fc.assert(
      fc.asyncProperty(path, async (url) => {
        expect((await world.send({ url })).status).not.toBe(200);
      }),
      { numRuns: runs },
    );
  });

  test("stays theirs when the agency publishes it no more", async () => {
    const world = await openListWorld();
    const old = `/tuf/lists/${"cd".repeat(32)}.shops-of-last-year.bin`;
    expect((await world.send({ url: old })).code).toBe("UNKNOWN_DEVICE");
  });
});

describe("an order status", () => {
  function orderOf(change: Partial<Order>): Envelope {
    const order = readUnverified(shared.agency.order, Order, 65_536);
    const keys = ["order-signer-1", "order-signer-2"].map((name) => shared.agency.keys.signing(name));
    return signEnvelope(payloadTypes.order, { ...order, ...change }, keys);
  }
  const seconds = () => Math.floor(Date.now() / 1000);
  function statusOf(order: Envelope, state: OrderStatus["state"], age: number, now = seconds()): Envelope {
    const { orderId, version } = readUnverified(order, Order, 65_536);
    const issuedAt = now - age;
    const times = { issuedAt, confirmedUntil: issuedAt + 86_400 };
    const status = OrderStatus.parse({ v: 1, orderId, version, state, ...times, salt: toHex(random(16)) });
    return signEnvelope(payloadTypes.orderStatus, status, [shared.agency.keys.signing("order-signer-1")]);
  }
  async function send(world: IngestWorld, order: Envelope, orderStatus: Envelope) {
    const { status, code } = await world.send({
      method: "PUT",
      url: "/v1/orders",
      payload: { v: 1, order, orderStatus },
    });
    return code ?? status;
  }
  async function currentOf(world: IngestWorld, device: Awaited<ReturnType<IngestWorld["enrolled"]>>) {
    const url = "/v1/orders/current";
    const { body } = await world.send({ url, headers: device.signRequest("GET", url) });
    const { order, orderStatus } = CurrentOrder.parse(body);
    return { order, orderStatus, state: readUnverified(orderStatus, OrderStatus, 2_048).state };
  }
  // Later than the status that the practice agency signed at its founding.
  const later = -5;

  test("that is older never becomes the current one", async () => {
    const world = await openIngestWorld();
    const device = await world.enrolled();
    const { order } = shared.agency;
    const old = statusOf(order, "in-force", later + 2);
    const revoked = statusOf(order, "revoked", later);
    expect(await send(world, order, revoked)).toBe(201);
    for (const status of [old, revoked, shared.agency.orderStatus, old]) {
      expect(await send(world, order, status)).toBe(201);
      expect((await currentOf(world, device)).orderStatus).toEqual(revoked);
    }
  });

  test("of the same second as a revocation does not undo it", async () => {
    const world = await openIngestWorld();
    const device = await world.enrolled();
    const { order } = shared.agency;
    const now = seconds();
    const [revoked, standing] = [statusOf(order, "revoked", later, now), statusOf(order, "in-force", later, now)];
    await send(world, order, revoked);
    await send(world, order, standing);
    expect((await currentOf(world, device)).state).toBe("revoked");
    const other = await openIngestWorld();
    const there = await other.enrolled();
    await send(other, order, standing);
    await send(other, order, revoked);
    expect((await currentOf(other, there)).state).toBe("revoked");
  });

  test("of a later version counts, whatever its date; one of an earlier version is a rollback", async () => {
    const world = await openIngestWorld();
    const device = await world.enrolled();
    const { order } = shared.agency;
    const confirmed = statusOf(order, "in-force", later);
    await send(world, order, confirmed);
    const varied = orderOf({ version: 2, prev: envelopeHash(order) });
    const status = statusOf(varied, "in-force", 3_600);
    expect(await send(world, varied, status)).toBe(201);
    expect(await currentOf(world, device)).toMatchObject({ order: varied, orderStatus: status });
    expect(await send(world, order, confirmed)).toBe("ROLLBACK");
    expect(await currentOf(world, device)).toMatchObject({ order: varied, orderStatus: status });
  });
});

describe("a record carries exactly one signature", () => {
  test.each(["none", "the same twice", "another device's beside it"])(
    "%s: refused, and nothing is kept",
    async (how) => {
      const world = await openIngestWorld();
      const [device, other] = [await world.enrolled(), await world.enrolled()];
      const { envelope } = device.add(heartbeat);
      const [signature] = envelope.signatures;
      if (signature === undefined) throw new RangeError("The device did not sign.");
      const sent = {
        none: { ...envelope, signatures: [] },
        "the same twice": { ...envelope, signatures: [signature, signature] },
        "another device's beside it": addSignature(envelope, other.signing),
      }[how] as Envelope;
      const before = await world.countRows();
      const { status, body, code } = await world.send({
        method: "POST",
        url: "/v1/events",
        payload: { v: 1, envelopes: [sent] },
      });
      if (how === "none") expect(code).toBe("BAD_SCHEMA");
      else expect([status, body]).toMatchObject([200, { results: [{ status: 422, code: "BAD_SCHEMA" }] }]);
      expect(await world.countRows()).toEqual(before);
    },
  );
});

describe("one commit for many", () => {
  const leaf = (n: number) => n.toString(16).padStart(2, "0").repeat(32);

  test("what fails after it wrote leaves nothing, and takes none of the others along", async () => {
    const world = await openIngestWorld();
    const before = world.store.log.current().size;
    const settled = await Promise.allSettled([
      world.sequencer.run(async (unit) => unit.appendLeaf(LeafType.view, leaf(1))),
      world.sequencer.run(async (unit) => {
        unit.appendLeaf(LeafType.view, leaf(2));
        throw new PolicyError("FORBIDDEN", "refused late");
      }),
      world.sequencer.run(async (unit) => {
        await unit.markTargets(leaf(3));
        throw new Error("broken");
      }),
      world.sequencer.run(async (unit) => unit.appendLeaf(LeafType.view, leaf(4))),
      world.sequencer.run(async () => Promise.reject(new PolicyError("FORBIDDEN", "refused early"))),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled", "rejected"]);
    expect(settled.map((each) => (each.status === "fulfilled" ? each.value : undefined))).toEqual([
      before,
      undefined,
      undefined,
      before + 1,
      undefined,
    ]);
    expect(world.store.log.current().size).toBe(before + 2);
    const rows = await world.database.db
      .selectFrom("leaf")
      .select("data")
      .orderBy("leaf_index", "desc")
      .limit(2)
      .execute();
    expect(rows.map(({ data }) => toHex(new Uint8Array(data)).slice(2)).sort()).toEqual([leaf(1), leaf(4)]);
  });

  test("an enrolment into an erased case leaves no row", async () => {
    const world = await openIngestWorld();
    await world.enrolled();
    await world.store.eraseCase("PRACTICE-001", world.clock.now);
    const before = await world.countRows();
    const answers = await Promise.all([
      world.send({ method: "POST", url: "/v1/enrolments", payload: world.device().enrolment }),
      world.send({ method: "POST", url: "/v1/enrolments", payload: world.device().enrolment }),
    ]);
    expect(answers.map(({ code }) => code)).toEqual(["FORBIDDEN", "FORBIDDEN"]);
    expect(await world.countRows()).toEqual(before);
  });

  test("a record that meets an erasure between its check and its commit leaves no row, and another's record stands", async () => {
    const world = await openIngestWorld();
    const device = await world.enrolled();
    const deps = { store: world.store, verify: buildNodeVerifier().verifyAsync, now: () => world.clock.now };
    const { envelope } = device.add(heartbeat);
    const batch = await prepareBatch([envelope], { ...deps, refreshTrust: async () => undefined });
    await world.store.eraseCase("PRACTICE-001", world.clock.now);
    const before = await world.countRows();
    const settled = await Promise.allSettled([
      world.sequencer.run((unit) => applyBatch(batch, 1, unit)),
      world.sequencer.run(async (unit) => unit.appendLeaf(LeafType.view, leaf(5))),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    const { leaf: leaves, log_hash, ...rest } = await world.countRows();
    expect(rest).toMatchObject(Object.fromEntries(Object.entries(before).filter(([name]) => name in rest)));
    expect(leaves).toBe((before["leaf"] ?? 0) + 1);
    expect(log_hash).toBeGreaterThan(before["log_hash"] ?? 0);
  });
});

describe("under more requests than can be verified", () => {
  test("those above the bound get 503 with Retry-After, cost no verification and are taken later", async () => {
    const { verifyAsync } = buildNodeVerifier();
    let verifications = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((done) => {
      release = done;
    });
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((done) => {
      entered = done;
    });
    const world = await openIngestWorld({
      deps: {
        admission: buildAdmission(2),
        async verify(...input) {
          verifications++;
          if (verifications === 2) entered();
          await gate;
          return verifyAsync(...input);
        },
      },
    });
    const enrol = () => world.send({ method: "POST", url: "/v1/enrolments", payload: world.device().enrolment });
    const first = [enrol(), enrol()];
    await inside;
    const before = await world.countRows();
    const turned = await Promise.all([enrol(), enrol(), world.send({ url: "/v1/feed?after=0" })]);
    for (const { status, code, headers } of turned) {
      expect([status, code]).toEqual([503, "OVERLOADED"]);
      expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    }
    expect(verifications).toBe(2);
    expect(await world.countRows()).toEqual(before);
    expect((await world.send({ url: "/healthz" })).status).toBe(200);
    release();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([201, 201]);
    expect((await enrol()).status).toBe(201);
  });

  test("a batch of more records than there is room for is turned away before any is read", async () => {
    const world = await openIngestWorld({ deps: { admission: buildAdmission(5) } });
    const device = await world.enrolled();
    const envelopes = Array.from({ length: 6 }, () => device.add(heartbeat).envelope);
    const send = (some: readonly Envelope[]) =>
      world.send({ method: "POST", url: "/v1/events", payload: { v: 1, envelopes: some } });
    expect(await send(envelopes)).toMatchObject({ status: 503, code: "OVERLOADED" });
    expect((await send(envelopes.slice(0, 3))).status).toBe(200);
    expect((await send(envelopes.slice(3))).status).toBe(200);
  });
});

describe("readiness says the truth", () => {
  const ask = async (world: IngestWorld) => {
    const { status, body } = await world.send({ url: "/readyz" });
    return [status, Reflect.get(Object(body), "troubles")];
  };

  test("all is well", async () => {
    expect(await ask(await openIngestWorld())).toEqual([200, []]);
  });

  test("the database takes no writes", async () => {
    const world = await openIngestWorld();
    await sql`pragma query_only = on`.execute(world.database.db);
    expect(await ask(world)).toEqual([503, ["log-not-signed", "store-not-writable"]]);
  });

  test("the log refuses to sign", async () => {
    const world = await openIngestWorld();
    await world.publishedLog.checkpoint();
    await sql`drop trigger checkpoint_no_update`.execute(world.database.db);
    await sql`update checkpoint set root = zeroblob(32)`.execute(world.database.db);
    expect(await ask(world)).toEqual([503, ["log-not-signed"]]);
    expect(await world.send({ url: "/log/checkpoint" })).toMatchObject({ status: 500, code: "LOG_DIVERGED" });
  });

  test("what the agency published has expired", async () => {
    const world = await openIngestWorld({ trust: { expires: Math.floor(Date.now() / 1000) } });
    expect(await ask(world)).toEqual([503, ["tuf-expired"]]);
  });
});
