import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parseBase64, toBase64, utf8 } from "@overt/shared/bytes.ts";
import { type Envelope, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { limits } from "@overt/shared/limits.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Problem } from "@overt/shared/protocol/wire.ts";
import BetterSqlite3 from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildDevice, heartbeat, type MadeRecord, type SimulatedDevice } from "../support/device.ts";
import { signRaw } from "../support/envelopes.ts";
import { type IngestProcess, newDataFolder, startIngestProcess } from "../support/ingest-process.ts";
import { foundAgency, random, type SharedAgency } from "../support/ingest-world.ts";

const now = () => Math.floor(Date.now() / 1000);
const json = { "content-type": "application/json" };
const octets = { "content-type": "application/octet-stream" };

let shared: SharedAgency;
let server: IngestProcess;
let database: BetterSqlite3.Database;
beforeAll(async () => {
  shared = await foundAgency();
  const data = newDataFolder(shared.folder);
  server = await startIngestProcess({ agency: shared.agency, data });
  database = new BetterSqlite3(join(data, "ingest.sqlite"), { readonly: true });
});
afterAll(async () => {
  database.close();
  await server.kill("SIGTERM");
});

function newDevice(): SimulatedDevice {
  const pack = shared.agency.makePack("http://127.0.0.1:8801");
  return buildDevice({ pack, officer: shared.agency.keys.signing("officer-1"), random, now });
}

/** Rows of every table but those that a refused request may use: spent nonces, and what the server notes for itself. */
function countRows(): Record<string, number> {
  const names = database
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name")
    .pluck()
    .all() as string[];
  const count = (name: string) => Number(database.prepare(`select count(*) from "${name}"`).pluck().get());
  const own = ["nonce", "progress", "checkpoint", "record_hash"];
  return Object.fromEntries(names.filter((name) => !own.includes(name)).map((name) => [name, count(name)]));
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** The status, and the code of the problem or, for a batch that was read, of its first result. */
async function send(sent: Sent): Promise<string> {
  const { method = "POST", path = "/v1/events", headers = json, body = "" } = sent;
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers,
    ...(method === "GET" ? {} : { body: body as BodyInit }),
  });
  const read: unknown = await answer.json();
  if (answer.ok) {
    const results = Reflect.get(Object(read), "results") as { status: number; code?: string }[] | undefined;
    return [answer.status, ...(results ?? []).map((each) => each.code ?? each.status)].join(" ");
  }
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json\b/);
  const problem = Problem.parse(read);
  expect(problem.status).toBe(answer.status);
  return `${answer.status} ${problem.code}`;
}

async function enrolled(): Promise<SimulatedDevice> {
  const device = newDevice();
  expect(await send({ path: "/v1/enrolments", body: JSON.stringify(device.enrolment) })).toBe("201");
  return device;
}

const batch = (...envelopes: unknown[]) => JSON.stringify({ v: 1, envelopes });
const sealed = (record: MadeRecord) => record.envelope;
const flip = (base64: string, at: number) => {
  const bytes = parseBase64(base64);
  bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) ?? 0) ^ 1;
  return toBase64(bytes);
};
const flipSignature = (envelope: Envelope): Envelope => ({
  ...envelope,
  signatures: envelope.signatures.map((each) => ({ ...each, sig: flip(each.sig, 40) })),
});
/** The device's good signature over bytes that no builder of ours makes. */
const signBytes = (device: SimulatedDevice, text: string) => signRaw(payloadTypes.event, utf8(text), [device.signing]);
const textOf = (record: MadeRecord) => Buffer.from(record.envelope.payload, "base64").toString("utf8");

describe("a batch that is", () => {
  const rows: Record<string, { expect: string; make: (device: SimulatedDevice) => Sent }> = {
    "no body": { expect: "422 BAD_JSON", make: () => ({}) },
    "cut short": { expect: "422 BAD_JSON", make: (d) => ({ body: batch(sealed(d.add(heartbeat))).slice(0, -7) }) },
    "not text": { expect: "422 BAD_ENCODING", make: () => ({ body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]) }) },
    "behind a byte-order mark": {
      expect: "422 BAD_JSON",
      make: (d) => ({ body: `\ufeff${batch(sealed(d.add(heartbeat)))}` }),
    },
    "named twice at the top": {
      expect: "422 BAD_JSON",
      make: (d) => ({ body: batch(sealed(d.add(heartbeat))).replace('"v":1', '"v":1,"v":1') }),
    },
    "named twice in another spelling": {
      expect: "422 BAD_JSON",
      make: (d) => ({ body: batch(sealed(d.add(heartbeat))).replace('"v":1', '"v":1,"\\u0076":1') }),
    },
    "named twice inside an envelope": {
      expect: "422 BAD_JSON",
      make: (d) => ({ body: batch(sealed(d.add(heartbeat))).replace('"payloadType":', '"payload":"","payloadType":') }),
    },
    "nested deeply": { expect: "413 TOO_LARGE", make: () => ({ body: "[".repeat(100_000) }) },
    "nested one level too deep": {
      expect: "413 TOO_LARGE",
      make: () => ({ body: "[".repeat(limits.jsonDepth + 1) + "]".repeat(limits.jsonDepth + 1) }),
    },
    "of another version": { expect: "422 BAD_SCHEMA", make: () => ({ body: '{"v":2,"envelopes":[]}' }) },
    "no list": { expect: "422 BAD_SCHEMA", make: () => ({ body: '{"v":1,"envelopes":{}}' }) },
    "an empty list": { expect: "422 BAD_SCHEMA", make: () => ({ body: batch() }) },
    "a list of nothing": { expect: "422 BAD_SCHEMA", make: () => ({ body: batch(null) }) },
    "a number past all bounds": { expect: "422 BAD_SCHEMA", make: () => ({ body: '{"v":1e999,"envelopes":[]}' }) },
    "with a field that nobody knows": {
      expect: "422 BAD_SCHEMA",
      make: (d) => ({ body: JSON.stringify({ v: 1, envelopes: [sealed(d.add(heartbeat))], extra: 1 }) }),
    },
    "with __proto__": {
      expect: "422 BAD_SCHEMA",
      make: (d) => ({ body: batch(sealed(d.add(heartbeat))).replace('"v":1', '"v":1,"__proto__":{}') }),
    },
    "one record too many": {
      expect: "422 BAD_SCHEMA",
      make: (d) => ({
        body: batch(...Array.from({ length: limits.eventsPerBatch + 1 }, () => sealed(d.add(heartbeat)))),
      }),
    },
    "one byte too large": {
      expect: "413 TOO_LARGE",
      make: () => ({ body: " ".repeat(limits.eventsBody + 1) }),
    },
    "of another media type": {
      expect: "422 WRONG_TYPE",
      make: (d) => ({ headers: { "content-type": "text/plain" }, body: batch(sealed(d.add(heartbeat))) }),
    },
    "said to be octets": {
      expect: "422 WRONG_TYPE",
      make: (d) => ({ headers: octets, body: batch(sealed(d.add(heartbeat))) }),
    },
    "a form": {
      expect: "422 WRONG_TYPE",
      make: (d) => ({
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `v=1&envelopes=${encodeURIComponent(batch(sealed(d.add(heartbeat))))}`,
      }),
    },
    compressed: {
      expect: "422 WRONG_TYPE",
      make: (d) => ({
        headers: { ...json, "content-encoding": "gzip" },
        body: new Uint8Array(gzipSync(batch(sealed(d.add(heartbeat))))),
      }),
    },
    "compressed and does not say so": {
      expect: "422 BAD_ENCODING",
      make: (d) => ({ body: new Uint8Array(gzipSync(batch(sealed(d.add(heartbeat))))) }),
    },
  };
  for (const [name, row] of Object.entries(rows)) {
    test(`${name}: ${row.expect}, and no row`, async () => {
      const device = await enrolled();
      const before = countRows();
      expect(await send(row.make(device))).toBe(row.expect);
      expect(countRows()).toEqual(before);
    });
  }
});

describe("a record that is", () => {
  const rows: Record<string, { expect: string; make: (device: SimulatedDevice, other: SimulatedDevice) => unknown[] }> =
    {
      "signed with a flipped bit": {
        expect: "200 BAD_SIGNATURE",
        make: (d) => [flipSignature(sealed(d.add(heartbeat)))],
      },
      "changed by one space": {
        expect: "200 NOT_CANONICAL",
        make: (d) => {
          const record = d.add(heartbeat);
          return [{ ...record.envelope, payload: toBase64(utf8(textOf(record).replace('"seq":0', '"seq": 0'))) }];
        },
      },
      "changed in one number": {
        expect: "200 BAD_SIGNATURE",
        make: (d) => {
          const record = d.add(heartbeat);
          return [{ ...record.envelope, payload: toBase64(utf8(textOf(record).replace('"seq":0', '"seq":1'))) }];
        },
      },
      "signed by another device": {
        expect: "200 BAD_SIGNATURE",
        make: (d, other) => [signEnvelope(payloadTypes.event, JSON.parse(textOf(d.add(heartbeat))), [other.signing])],
      },
      "of a device that nobody knows": {
        expect: "200 UNKNOWN_DEVICE",
        make: () => [sealed(newDevice().add(heartbeat))],
      },
      "in the wrong order": {
        expect: "200 CHAIN_BROKEN PRECEDING_FAILED",
        make: (d) => [sealed(d.add(heartbeat)), sealed(d.add(heartbeat))].reverse(),
      },
      "ahead of the chain": { expect: "200 CHAIN_BROKEN", make: (d) => [sealed(d.add(heartbeat, { seq: 7 }))] },
      "behind another record than the last": {
        expect: "200 CHAIN_BROKEN",
        make: (d) => [sealed(d.add(heartbeat, { prev: "00".repeat(32) }))],
      },
      "of another kind than its type says": {
        expect: "200 BAD_SCHEMA",
        make: (d) => [signEnvelope(payloadTypes.statement, JSON.parse(textOf(d.add(heartbeat))), [d.signing])],
      },
      "of a type that nobody knows": {
        expect: "422 BAD_SCHEMA",
        make: (d) => [{ ...sealed(d.add(heartbeat)), payloadType: "application/json" }],
      },
      "of a type of ours that is no record": {
        expect: "200 WRONG_TYPE",
        make: (d) => [signEnvelope(payloadTypes.view, JSON.parse(textOf(d.add(heartbeat))), [d.signing])],
      },
      "in base64 for URLs": {
        expect: "200 BAD_ENCODING",
        make: (d) => [{ ...sealed(d.add(heartbeat)), payload: "eyJ2IjoxLCJ4Ijoi_-8ifQ==" }],
      },
      "larger than a record may be": {
        expect: "200 TOO_LARGE",
        make: (d) => [
          signBytes(d, textOf(d.add(heartbeat)).replace("{", `{"a":"${"x".repeat(limits.payload.event)}",`)),
        ],
      },
      "nested deeply": { expect: "200 TOO_LARGE", make: (d) => [signBytes(d, "[".repeat(30_000))] },
      "named twice, and signed so": {
        expect: "200 NOT_CANONICAL",
        make: (d) => [signBytes(d, textOf(d.add(heartbeat)).replace('"seq":0', '"seq":0,"seq":0'))],
      },
      "signed with a field that nobody knows": {
        expect: "200 BAD_SCHEMA",
        make: (d) => [sealed(d.add(heartbeat, { title: "free text" }))],
      },
      "signed with a word for a number": {
        expect: "200 BAD_SCHEMA",
        make: (d) => [sealed(d.add(heartbeat, { elapsedSeconds: "1" }))],
      },
      "signed with a fraction": {
        expect: "200 BAD_SCHEMA",
        make: (d) => [sealed(d.add(heartbeat, { elapsedSeconds: 1.5 }))],
      },
      "no object at all": { expect: "200 BAD_SCHEMA", make: (d) => [signBytes(d, "7")] },
    };
  for (const [name, row] of Object.entries(rows)) {
    test(`${name}: ${row.expect}, and no row`, async () => {
      const [device, other] = [await enrolled(), await enrolled()];
      const before = countRows();
      expect(await send({ body: batch(...row.make(device, other)) })).toBe(row.expect);
      expect(countRows()).toEqual(before);
    });
  }

  test("sent again gets 200, one that was good before a bad one stands, and what is behind the bad one does not", async () => {
    const device = await enrolled();
    const [first, second, third] = [device.add(heartbeat), device.add(heartbeat), device.add(heartbeat)].map(sealed);
    const bad = flipSignature(second as Envelope);
    const before = countRows();
    expect(await send({ body: batch(first, bad, third) })).toBe("200 201 BAD_SIGNATURE PRECEDING_FAILED");
    expect(countRows()["record"]).toBe((before["record"] ?? 0) + 1);
    const after = countRows();
    expect(await send({ body: batch(first) })).toBe("200 200");
    expect(countRows()).toEqual(after);
    expect(await send({ body: batch(first, second, third) })).toBe("200 200 201 201");
  });

  test("another one under a number that is taken is a fork, written down once", async () => {
    const device = await enrolled();
    const place = device.position();
    const first = device.add(heartbeat);
    device.rewind(place);
    const second = device.add(heartbeat);
    expect(await send({ body: batch(first.envelope) })).toBe("200 201");
    const before = countRows();
    expect(await send({ body: batch(second.envelope) })).toBe("200 FORK");
    const after = countRows();
    expect(after["record"]).toBe(before["record"]);
    expect(after["fork"]).toBe((before["fork"] ?? 0) + 1);
    expect(await send({ body: batch(second.envelope) })).toBe("200 FORK");
    expect(countRows()).toEqual(after);
  });
});

describe("a sealed blob that is", () => {
  type Given = { device: SimulatedDevice; path: string; bytes: Uint8Array; sha256: string };
  const put = ({ device, path, bytes }: Given, change: Partial<Sent> = {}): Sent => ({
    method: "PUT",
    path,
    body: bytes,
    headers: { ...octets, ...device.signRequest("PUT", path) },
    ...change,
  });
  const rows: Record<string, { expect: string; make: (given: Given) => Sent }> = {
    "changed by one bit": {
      expect: "422 HASH_MISMATCH",
      make: (g) => put(g, { body: g.bytes.map((byte, i) => (i === 99 ? byte ^ 1 : byte)) }),
    },
    "cut short": { expect: "422 HASH_MISMATCH", make: (g) => put(g, { body: g.bytes.slice(0, -1) }) },
    empty: { expect: "422 HASH_MISMATCH", make: (g) => put(g, { body: new Uint8Array() }) },
    "longer by one byte": {
      expect: "422 HASH_MISMATCH",
      make: (g) => put(g, { body: new Uint8Array([...g.bytes, 0]) }),
    },
    "larger than any": {
      expect: "413 TOO_LARGE",
      make: (g) => put(g, { body: new Uint8Array(limits.blob + 1) }),
    },
    "said to be JSON": {
      expect: "422 WRONG_TYPE",
      make: (g) => put(g, { headers: { ...json, ...g.device.signRequest("PUT", g.path) } }),
    },
    "named by no record": {
      expect: "403 BLOB_NOT_EXPECTED",
      make: (g) => {
        const path = `/v1/blobs/${sha256Hex(utf8("another"))}`;
        return put({ ...g, path, bytes: utf8("another") });
      },
    },
    "under no hash": {
      expect: "404 NOT_FOUND",
      make: (g) =>
        put(g, { path: "/v1/blobs/abc", headers: { ...octets, ...g.device.signRequest("PUT", "/v1/blobs/abc") } }),
    },
    "not signed for": { expect: "401 UNKNOWN_DEVICE", make: (g) => put(g, { headers: octets }) },
    "signed for in rubbish": {
      expect: "422 BAD_ENCODING",
      make: (g) => put(g, { headers: { ...octets, "overt-request": "%%%" } }),
    },
    "signed for at length": {
      expect: "413 TOO_LARGE",
      make: (g) => put(g, { headers: { ...octets, "overt-request": "a".repeat(5_000) } }),
    },
    "signed for in another way": {
      expect: "401 BAD_SIGNATURE",
      make: (g) => put(g, { headers: { ...octets, ...g.device.signRequest("GET", g.path) } }),
    },
    "signed for another blob": {
      expect: "401 BAD_SIGNATURE",
      make: (g) => put(g, { headers: { ...octets, ...g.device.signRequest("PUT", `${g.path}0`) } }),
    },
    "signed for long ago": {
      expect: "401 STALE_REQUEST",
      make: (g) => put(g, { headers: { ...octets, ...g.device.signRequest("PUT", g.path, { at: now() - 400 }) } }),
    },
    "signed for in the future": {
      expect: "401 STALE_REQUEST",
      make: (g) => put(g, { headers: { ...octets, ...g.device.signRequest("PUT", g.path, { at: now() + 400 }) } }),
    },
  };
  for (const [name, row] of Object.entries(rows)) {
    test(`${name}: ${row.expect}, and no row`, async () => {
      const device = await enrolled();
      const record = device.match({
        evidence: { level1: { v: 1, level: 1, host: "chat.invalid", maskedTerm: "c…t" } },
      });
      await send({ body: batch(record.envelope) });
      const [blob] = record.blobs;
      if (blob === undefined) throw new RangeError("The record names no blob.");
      const given = { device, path: `/v1/blobs/${blob.sha256}`, ...blob };
      const before = countRows();
      expect(await send(row.make(given))).toBe(row.expect);
      expect(countRows()).toEqual(before);
      expect(await send(put(given))).toBe("201");
    });
  }

  test("signed for with a request that was used before: 409 REPLAYED", async () => {
    const device = await enrolled();
    const headers = device.signRequest("GET", "/v1/feed?after=0");
    expect(await send({ method: "GET", path: "/v1/feed?after=0", headers })).toBe("200");
    expect(await send({ method: "GET", path: "/v1/feed?after=0", headers })).toBe("409 REPLAYED");
  });
});

describe("an enrolment that is", () => {
  type Body = SimulatedDevice["enrolment"];
  const rows: Record<string, { expect: string; make: (body: Body) => unknown }> = {
    "without an acknowledgement": { expect: "422 BAD_SCHEMA", make: ({ acknowledgement: _, ...rest }) => rest },
    "under another token": {
      expect: "422 HASH_MISMATCH",
      make: (body) => ({ ...body, token: shared.agency.makePack("http://127.0.0.1:8801").token }),
    },
    "with a flipped bit in the order": {
      expect: "401 BAD_SIGNATURE",
      make: (body) => ({ ...body, order: flipSignature(body.order) }),
    },
    "with a flipped bit in the token": {
      expect: "401 BAD_SIGNATURE",
      make: (body) => ({ ...body, token: flipSignature(body.token) }),
    },
    "not signed by the officer": {
      expect: "422 THRESHOLD",
      make: (body) => ({
        ...body,
        acknowledgement: { ...body.acknowledgement, signatures: body.acknowledgement.signatures.slice(0, 1) },
      }),
    },
    "with order and status swapped": {
      expect: "422 BAD_SCHEMA",
      make: (body) => ({ ...body, order: body.orderStatus, orderStatus: body.order }),
    },
    "larger than one may be": {
      expect: "413 TOO_LARGE",
      make: (body) => ({ ...body, x: " ".repeat(limits.enrolmentBody) }),
    },
  };
  for (const [name, row] of Object.entries(rows)) {
    test(`${name}: ${row.expect}, and no row`, async () => {
      const device = newDevice();
      const before = countRows();
      const body = JSON.stringify(row.make(device.enrolment));
      expect(await send({ path: "/v1/enrolments", body })).toBe(row.expect);
      expect(countRows()).toEqual(before);
      expect(await send({ path: "/v1/enrolments", body: JSON.stringify(device.enrolment) })).toBe("201");
    });
  }
});

describe("what is hardly a request", () => {
  async function raw(text: string, then?: "close"): Promise<string> {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    let said = "";
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
    socket.on("error", () => undefined);
    socket.write(text);
    if (then === "close") socket.end();
    await once(socket, "close");
    const [head = "", body = ""] = said.split("\r\n\r\n");
    const problem = body === "" ? undefined : Problem.parse(JSON.parse(body));
    return `${/^HTTP\/1\.1 ([0-9]+)/.exec(head)?.[1] ?? "closed"} ${problem?.code ?? ""}`.trim();
  }

  test("huge headers: 431 TOO_LARGE", async () => {
    expect(await raw(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(40_000)}\r\n\r\n`)).toBe("431 TOO_LARGE");
  });

  test("rubbish: 400 BAD_FORM", async () => {
    expect(await raw("\x16\x03\x01 this is not HTTP\r\n\r\n")).toBe("400 BAD_FORM");
  });

  test("a body shorter than it says it is leaves no row", async () => {
    const device = await enrolled();
    const body = batch(sealed(device.add(heartbeat)));
    const before = countRows();
    const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length + 1}\r\n\r\n`;
    expect(await raw(head + body, "close")).toMatch(/^(closed|400)/);
    expect(countRows()).toEqual(before);
    expect(await send({ body })).toBe("200 201");
  });
});
