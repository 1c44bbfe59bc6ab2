import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Chain } from "@overt/agent/core/chain.ts";
import { buildChain } from "@overt/agent/core/chain.ts";
import type { Journal } from "@overt/agent/core/journal.ts";
import { openTrustedTime } from "@overt/agent/core/trusted-time.ts";
import { openJournal } from "@overt/agent/platform/journal/open-journal.ts";
import type { JournalCaps } from "@overt/agent/platform/journal/room.ts";
import { parseBase64, parseUtf8, toHex } from "@overt/shared/bytes.ts";
import { signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { type Envelope, envelopeHash } from "@overt/shared/crypto/envelope.ts";
import { boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import { Event } from "@overt/shared/protocol/event.ts";
import { onTestFinished } from "vitest";

export const random = (n: number) => new Uint8Array(randomBytes(n));
export const ackHash = "ac".repeat(32);

/** A folder that goes away after the test, after whatever was started in it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "overt-agent-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Book {
  readonly folder: string;
  readonly device: {
    readonly sign: ReturnType<typeof signingKeyFromSeed>;
    readonly box: ReturnType<typeof boxKeyFromSeed>;
  };
  readonly stateKey: Uint8Array;
}
export function newBook(): Book {
  return {
    folder: scratchFolder(),
    device: { sign: signingKeyFromSeed(random(32)), box: boxKeyFromSeed(random(32)) },
    stateKey: random(32),
  };
}

export function openBook(
  book: Book,
  options: { fresh?: boolean; caps?: JournalCaps; now?: number } = {},
): { journal: Journal; chain: Chain } {
  const now = options.now ?? 1_800_000_000;
  const journal = openJournal({
    folder: book.folder,
    chain: ackHash,
    fresh: options.fresh ?? false,
    stateKey: book.stateKey,
    random,
    now: () => now,
    ...(options.caps && { caps: options.caps }),
  });
  const time = openTrustedTime({
    clock: { wall: () => now, uptime: () => 100, bootMarker: "boot" },
    state: undefined,
    firstAttestedAt: now,
    bootId: () => toHex(random(16)),
  });
  const chain = buildChain({
    journal,
    time,
    deviceId: "de".repeat(16),
    signingKey: book.device.sign,
    random,
    orderHash: () => "0d".repeat(32),
    recipients: () => [book.device.box.publicKey],
    onUrgent: () => undefined,
  });
  return { journal, chain };
}

export const someFacts = {
  ruleId: "some-rule",
  ruleRevision: 1,
  ruleSetVersion: 1,
  clauseId: "clause-1",
  category: "adult-content",
  severity: "normal",
  channel: "extension",
  cause: "user-navigation",
  count: 1,
  windowSeconds: 0,
  orderUnconfirmed: false,
} as const;
export const somethingSeen = {
  maxLevel: 1,
  host: "a.example",
  maskedTerm: "t•••",
  url: "https://a.example/",
  title: "A page",
  context: "",
} as const;

export function readEvent(envelope: Envelope | undefined): Event {
  if (envelope === undefined) throw new Error("there is no such record");
  return Event.parse(JSON.parse(parseUtf8(parseBase64(envelope.payload))));
}

/** Throws where numbers or links do not follow, a gap excepted, whose own link jumps over what was lost. */
export function requireWholeChain(
  records: readonly { seq: number; hash: string; envelope: Envelope }[],
  first = ackHash,
): void {
  let [seq, hash] = [-1, first];
  for (const record of records) {
    const event = JSON.parse(parseUtf8(parseBase64(record.envelope.payload)));
    if (envelopeHash(record.envelope) !== record.hash || event.prev !== hash)
      throw new Error(`broken link at ${event.seq}`);
    const follows =
      event.seq === seq + 1 || (event.kind === "gap" && event.lostFrom === seq + 1 && event.lostTo === event.seq - 1);
    if (!follows) throw new Error(`${event.seq} does not follow ${seq}`);
    [seq, hash] = [event.seq, record.hash];
  }
}

/** All bytes of all files below a folder. */
export function bytesBelow(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return Buffer.concat(files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path)));
}

/** The spellings under which a secret text might lie in bytes. */
export function encodingsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text, "utf8");
  const base64 = [0, 1, 2].map((shift) => {
    // The middle of the text in base64, for each way it may fall on the three-byte grid.
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return whole.slice(4, -4);
  });
  const texts = [text, bytes.toString("hex"), bytes.toString("hex").toUpperCase(), encodeURIComponent(text), ...base64];
  const url64 = base64.map((part) => part.replaceAll("+", "-").replaceAll("/", "_"));
  return [
    ...[...texts, ...url64].map((each) => Buffer.from(each, "utf8")),
    Buffer.from(text, "utf16le"),
    Buffer.from(JSON.stringify(text).slice(1, -1)),
  ];
}
