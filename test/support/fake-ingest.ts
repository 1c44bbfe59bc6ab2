import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { PracticeAgency } from "@overt/scripts/start/practice/agency.ts";
import { buildNodeSigner, buildNodeVerifier } from "@overt/server/crypto/verify.ts";
import { parseBase64, parseHex, parseUtf8, toBase32, utf8 } from "@overt/shared/bytes.ts";
import {
  addSignature,
  type Envelope,
  envelopeHash,
  signEnvelope,
  verifyEnvelope,
} from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { signCheckpoint } from "@overt/shared/log/checkpoint.ts";
import { commitToKey, comparisonCode } from "@overt/shared/protocol/comparison.ts";
import {
  Acknowledgement,
  Commitment,
  type EnrolmentPack,
  EnrolmentToken,
  Reveal,
} from "@overt/shared/protocol/enrolment.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { SignedRequest } from "@overt/shared/protocol/wire.ts";

// As the real server: its signatures are the same, and a test's time is the device's.
const { verify } = buildNodeVerifier();
const sign = buildNodeSigner();

export const readPayload = (envelope: Envelope) => JSON.parse(parseUtf8(parseBase64(envelope.payload)));

interface Taken {
  readonly seq: number;
  readonly hash: string;
  readonly envelope: Envelope;
  readonly receipt: Envelope;
}

/** One device's server in memory, with the real documents and checks that matter to the device, and faults on demand. */
export interface FakeIngest {
  readonly url: string;
  readonly taken: readonly Taken[];
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly enrolled: { acknowledgement: Envelope }[];
  readonly requests: readonly string[];
  /** Every byte that devices sent. */
  wire(): Buffer;
  pack: EnrolmentPack;
  /** The folder behind /tuf/. */
  published: string;
  orderPair: { order: Envelope; orderStatus: Envelope };
  feed: unknown[];
  /** Answers instead of the usual ones, while set. */
  fault: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Changes the result list before it is sent. */
  bend: ((answer: { results: unknown[]; head: number; wantedBlobs: string[] }) => unknown) | undefined;
  /** The server forgets all after this seq, as after a restore. */
  forgetAfter(seq: number): void;
  /** What the officer's tool does: challenge and countersign. Returns the eight digits of the officer's screen. */
  officerStep(change?: (acknowledgement: Envelope) => Envelope): string | undefined;
  close(): Promise<void>;
}

export async function openFakeIngest(agency: PracticeAgency, now: () => number, port = 0): Promise<FakeIngest> {
  const taken: Taken[] = [];
  const blobs = new Map<string, Uint8Array>();
  const wanted = new Set<string>();
  const exchange = new Map<string, unknown>();
  const enrolled: { acknowledgement: Envelope }[] = [];
  const requests: string[] = [];
  const sent: Buffer[] = [];
  const nonces = new Set<string>();
  let leaf = 10;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      sent.push(Buffer.from(`${request.url}\n${JSON.stringify(request.headers)}\n`), body);
      requests.push(`${request.method} ${request.url}`);
      try {
        if (fake.fault?.(request, response)) return;
        route(request, response, body);
      } catch {
        problem(response, 400, "BAD_SCHEMA");
      }
    });
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function route(request: IncomingMessage, response: ServerResponse, body: Buffer): unknown {
    const { pathname } = new URL(request.url ?? "/", url);
    const step = /^\/v1\/enrolments\/exchange\/([0-9a-f]{32})\/([a-z]+)$/.exec(pathname);
    if (pathname.startsWith("/tuf/")) return file(response, join(fake.published, pathname.slice(5)));
    if (pathname === "/log/checkpoint") return send(response, 200, checkpoint());
    if (pathname.startsWith("/v1/tokens/")) {
      const code = toBase32(parseHex(envelopeHash(fake.pack.token))).slice(0, 26);
      return pathname.endsWith(`/${code}`) ? json(response, fake.pack) : problem(response, 404, "NOT_FOUND");
    }
    if (step !== null && request.method === "PUT") {
      const message: unknown = JSON.parse(body.toString("utf8"));
      const held = exchange.get(step[2] as string) ?? message;
      if (!isDeepStrictEqual(held, message)) return problem(response, 409, "FORK");
      exchange.set(step[2] as string, message);
      return json(response, {});
    }
    if (step !== null) {
      const message = exchange.get(step[2] as string);
      return message === undefined ? problem(response, 404, "NOT_FOUND") : json(response, message);
    }
    if (pathname === "/v1/enrolments") {
      const { acknowledgement } = JSON.parse(body.toString("utf8"));
      enrolled.push({ acknowledgement });
      return json(response, { v: 1, deviceId: envelopeHash(acknowledgement).slice(0, 32) });
    }
    if (pathname === "/v1/events") return takeEvents(response, JSON.parse(body.toString("utf8")).envelopes);
    if (!isSigned(request)) return problem(response, 401, "BAD_SIGNATURE");
    if (pathname.startsWith("/v1/blobs/")) {
      const sha256 = pathname.slice("/v1/blobs/".length);
      if (sha256Hex(body) !== sha256) return problem(response, 422, "HASH_MISMATCH");
      blobs.set(sha256, new Uint8Array(body));
      wanted.delete(sha256);
      return json(response, {});
    }
    if (pathname === "/v1/orders/current") return json(response, { v: 1, ...fake.orderPair });
    if (pathname === "/v1/feed") return json(response, { v: 1, items: fake.feed, next: fake.feed.length, at: now() });
    return problem(response, 404, "NOT_FOUND");
  }

  function takeEvents(response: ServerResponse, envelopes: Envelope[]): unknown {
    const device = enrolled.at(-1)?.acknowledgement;
    if (device === undefined) return problem(response, 422, "UNKNOWN_DEVICE");
    let broken = false;
    const results = envelopes.map((envelope) => {
      if (broken) return { status: 424 };
      const document = readPayload(envelope);
      const hash = envelopeHash(envelope);
      const { deviceKey } = readPayload(device);
      verifyEnvelope(envelope, {
        payloadType: envelope.payloadType,
        schema: anything,
        keys: [parseHex(deviceKey)],
        maxBytes: 1e6,
        verify,
      });
      const held = taken.find((one) => one.seq === document.seq);
      if (held !== undefined)
        return held.hash === hash ? { status: 200, receipt: held.receipt } : { status: 409, code: "FORK" };
      if (!follows(document, device)) {
        broken = true;
        return { status: 422, code: "CHAIN_BROKEN" };
      }
      const receipt = signEnvelope(
        payloadTypes.receipt,
        {
          v: 1,
          deviceId: document.deviceId,
          seq: document.seq,
          eventHash: hash,
          receivedAt: now(),
          logOrigin: "ab".repeat(32),
          leafIndex: leaf++,
        },
        [agency.keys.signing("server-receipt")],
        sign,
      );
      taken.push({ seq: document.seq, hash, envelope, receipt });
      for (const reference of [...(document.evidence ?? []), ...(document.text ? [document.text] : [])])
        wanted.add(reference.ciphertextSha256);
      return { status: 201, receipt };
    });
    const answer = { results, head: taken.at(-1)?.seq ?? -1, wantedBlobs: [...wanted].slice(0, 300) };
    return json(response, { v: 1, ...((fake.bend?.(answer) as object | undefined) ?? answer) });
  }

  /** The next number after the head; a gap goes on from any record that is held, or from the acknowledgement. */
  function follows(
    document: { seq: number; prev: string; kind: string; lostFrom: number; lostTo: number },
    acknowledgement: Envelope,
  ): boolean {
    const head = taken.at(-1)?.seq ?? -1;
    const before = document.kind === "gap" ? document.lostFrom - 1 : document.seq - 1;
    if (document.kind === "gap" ? document.lostTo !== document.seq - 1 || before > head : before !== head) return false;
    const held = before === -1 ? envelopeHash(acknowledgement) : taken.find((one) => one.seq === before)?.hash;
    return held === document.prev;
  }

  function isSigned(request: IncomingMessage): boolean {
    const device = enrolled.at(-1)?.acknowledgement;
    const header = request.headers["overt-request"];
    if (device === undefined || typeof header !== "string") return false;
    const envelope: unknown = JSON.parse(parseUtf8(parseBase64(header)));
    const keys = [parseHex(readPayload(device).deviceKey)];
    const { value } = verifyEnvelope(envelope, {
      payloadType: payloadTypes.request,
      schema: SignedRequest,
      keys,
      maxBytes: 1_024,
      verify,
    });
    const fresh = !nonces.has(value.nonce) && Math.abs(value.at - now()) <= 300;
    nonces.add(value.nonce);
    return fresh && value.method === request.method && value.path === request.url;
  }

  const checkpoint = () =>
    signCheckpoint({ origin: "practice.overt.invalid/log", size: leaf, root: new Uint8Array(32), extensions: [] }, [
      { name: "practice.overt.invalid/log", key: agency.keys.signing("server-log") },
    ]);

  const fake: FakeIngest = {
    url,
    taken,
    blobs,
    enrolled,
    requests,
    wire: () => Buffer.concat(sent),
    pack: agency.makePack(url),
    published: agency.published,
    orderPair: { order: agency.order, orderStatus: agency.orderStatus },
    feed: [],
    fault: undefined,
    bend: undefined,
    forgetAfter(seq) {
      taken.splice(0, taken.length, ...taken.filter((one) => one.seq <= seq));
    },
    officerStep(change = (acknowledgement) => acknowledgement) {
      const officer = agency.keys.signing("officer-1");
      const token = EnrolmentToken.parse(readPayload(fake.pack.token));
      const tokenHash = envelopeHash(fake.pack.token);
      const commitment = exchange.get("commitment");
      if (commitment !== undefined && !exchange.has("challenge")) {
        const challenge = {
          v: 1,
          tokenHash,
          commitment: Commitment.parse(commitment).commitment,
          nonce: "5a".repeat(16),
          at: now(),
        };
        exchange.set("challenge", signEnvelope(payloadTypes.challenge, challenge, [officer]));
      }
      const reveal = exchange.get("reveal");
      if (reveal === undefined || exchange.has("countersigned")) return undefined;
      const { acknowledgement, n } = Reveal.parse(reveal);
      const value = Acknowledgement.parse(readPayload(acknowledgement));
      if (commitToKey(value.deviceKey, n) !== Commitment.parse(commitment).commitment)
        throw new Error("commitment differs");
      exchange.set("countersigned", {
        v: 1,
        acknowledgement: addSignature(change(acknowledgement), officer),
        at: now(),
      });
      return comparisonCode({
        tokenHash,
        orderHash: token.orderHash,
        deviceKey: value.deviceKey,
        n,
        nonce: "5a".repeat(16),
      });
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return fake;
}

import { z } from "zod";

const anything = z.record(z.string(), z.unknown());

function send(response: ServerResponse, status: number, body: Uint8Array): void {
  response.writeHead(status).end(Buffer.from(body));
}
function json(response: ServerResponse, value: unknown): void {
  send(response, 200, utf8(JSON.stringify(value)));
}
export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, headers).end(JSON.stringify({ type: "about:blank", title: code, status, code }));
}
function file(response: ServerResponse, path: string): void {
  try {
    send(response, 200, readFileSync(path));
  } catch {
    problem(response, 404, "NOT_FOUND");
  }
}
