import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HealthFields } from "@overt/shared/protocol/build-event.ts";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bytesBelow,
  encodingsOf,
  newBook,
  openBook,
  random,
  readEvent,
  requireWholeChain,
  someFacts,
  somethingSeen,
} from "../../../support/agent-journal.ts";

const heartbeat: HealthFields = {
  kind: "heartbeat",
  totals: { observed: 1, matched: 0, suppressed: 0, droppedByGate: 0 },
  rules: [],
};
const receipt = (leafIndex: number) => ({
  envelope: {
    payloadType: "application/vnd.overt.receipt.v1+json",
    payload: "",
    signatures: [{ keyid: "00".repeat(32), sig: "" }],
  },
  receivedAt: 1_800_000_001,
  leafIndex,
});
const taken = (seq: number) => ({ seq, status: 201, code: undefined, receipt: receipt(seq) }) as const;
const oldestFirst = <T extends { seq: number }>(records: readonly T[]) => [...records].sort((a, b) => a.seq - b.seq);

describe("the chain in the journal", () => {
  test("a reopened journal goes on where it stopped, with its state", () => {
    const book = newBook();
    const first = openBook(book, { fresh: true });
    first.chain.writeHealth({ kind: "start", reason: "enrolled" });
    first.chain.writeMatch(someFacts, somethingSeen, { suppression: { day: 3 } });
    first.journal.close();
    const second = openBook(book);
    expect(second.journal.readState("suppression")).toEqual({ day: 3 });
    second.chain.writeHealth(heartbeat);
    const records = oldestFirst(second.journal.list(undefined, 10));
    expect(records.map((record) => record.seq)).toEqual([0, 1, 2]);
    requireWholeChain(records);
    second.journal.close();
  });
  test("records, receipts and seals cannot be changed or removed by any statement", () => {
    const book = newBook();
    const { journal, chain } = openBook(book, { fresh: true });
    chain.writeMatch(someFacts, somethingSeen, {});
    journal.settle([taken(0)]);
    journal.close();
    const db = new Database(join(book.folder, "journal.db"));
    for (const statement of [
      "UPDATE records SET kind = 'x'",
      "DELETE FROM records",
      "UPDATE receipts SET leaf_index = 9",
      "DELETE FROM receipts",
      "UPDATE blobs SET bytes = x'00'",
    ]) {
      expect(() => db.exec(statement), statement).toThrow(/append-only|kept until/);
    }
    db.close();
  });
  test("delivered records wait for a checkpoint, and wait for delivery again where the server forgot them", () => {
    const { journal, chain } = openBook(newBook(), { fresh: true });
    for (let i = 0; i < 5; i++) chain.writeHealth(heartbeat);
    journal.settle([taken(0), taken(1), taken(2)]);
    expect(journal.pending(10, 1e6).map((record) => record.seq)).toEqual([3, 4]);
    expect(journal.findUncoveredLeaf()).toBe(2);
    journal.cover(3);
    expect(journal.findUncoveredLeaf()).toBeUndefined();
    journal.resendAfter(0);
    expect(journal.pending(10, 1e6).map((record) => record.seq)).toEqual([1, 2, 3, 4]);
    journal.close();
  });
  test("a batch keeps the order of the chain and says where the first urgent record stands", () => {
    const { journal, chain } = openBook(newBook(), { fresh: true });
    chain.writeHealth(heartbeat);
    chain.writeHealth(heartbeat);
    chain.writeMatch(someFacts, somethingSeen, {});
    expect(journal.findFirstUrgent()).toBe(2);
    expect(journal.pending(100, 1e6).map((record) => record.kind)).toEqual(["heartbeat", "heartbeat", "match"]);
    expect(journal.pending(100, 10).length).toBe(1);
    journal.close();
  });
});

describe("a full journal", () => {
  const caps = { records: 10, bytes: 1e9 };
  test("drops reports first, then matches, and tells what was lost with a signed gap once there is room", () => {
    const { journal, chain } = openBook(newBook(), { fresh: true, caps });
    for (let i = 0; i < 9; i++) expect(chain.writeHealth(heartbeat)).toBeDefined();
    expect(chain.writeHealth(heartbeat)).toBeUndefined();
    expect(chain.writeHealth(heartbeat)).toBeUndefined();
    expect(journal.lost()).toEqual({ from: 9, to: 10 });
    expect(chain.writeMatch(someFacts, somethingSeen, {})).toBeDefined();
    expect(journal.lost()).toBeUndefined();
    expect(chain.writeMatch(someFacts, somethingSeen, { kept: 1 })).toBeUndefined();
    expect(journal.readState("kept")).toBe(1);
    journal.settle(journal.pending(100, 1e9).map((record) => taken(record.seq)));
    journal.cover(100);
    expect(chain.writeMatch(someFacts, somethingSeen, {})).toBeDefined();
    const all = journal.list(undefined, 100);
    const gaps = oldestFirst(all)
      .map((record) => readEvent(record.envelope))
      .filter((event) => event.kind === "gap");
    expect(gaps.map((gap) => [gap.lostFrom, gap.lostTo])).toEqual([
      [9, 10],
      [13, 13],
    ]);
    expect(journal.size().records).toBeLessThanOrEqual(caps.records);
    journal.close();
  });
  test("never takes a record away that is not covered", () => {
    const { journal, chain } = openBook(newBook(), { fresh: true, caps });
    for (let i = 0; i < 30; i++) chain.writeMatch(someFacts, somethingSeen, {});
    journal.settle(journal.pending(100, 1e9).map((record) => taken(record.seq)));
    for (let i = 0; i < 5; i++) expect(chain.writeMatch(someFacts, somethingSeen, {})).toBeUndefined();
    expect(oldestFirst(journal.list(undefined, 100))[0]?.seq).toBe(0);
    journal.close();
  });
});

describe("a damaged journal", () => {
  const damage: Record<string, (path: string) => void> = {
    "torn in the middle": (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
    "overwritten with noise": (path) => writeFileSync(path, random(8_192)),
    emptied: (path) => truncateSync(path, 0),
    removed: (path) => rmSync(path),
    "a folder's worth of flipped bytes": (path) => {
      const bytes = readFileSync(path);
      for (let at = 100; at < bytes.length; at += 97) bytes[at] = (bytes[at] as number) ^ 0x5a;
      writeFileSync(path, bytes);
    },
  };
  for (const [name, harm] of Object.entries(damage)) {
    test(`${name}: the chain goes on behind its numbers with a signed gap`, () => {
      const book = newBook();
      const first = openBook(book, { fresh: true });
      for (let i = 0; i < 40; i++) first.chain.writeMatch(someFacts, somethingSeen, {});
      first.journal.settle([taken(0), taken(1), taken(2)]);
      const delivered = oldestFirst(first.journal.list(undefined, 100)).slice(0, 3);
      first.journal.close();
      for (const file of ["journal.db-wal", "journal.db-shm"]) rmSync(join(book.folder, file), { force: true });
      harm(join(book.folder, "journal.db"));
      const second = openBook(book);
      second.chain.writeHealth(heartbeat);
      const after = oldestFirst(second.journal.list(undefined, 100));
      requireWholeChain([...delivered, ...after]);
      expect(readEvent(after[0]?.envelope)).toMatchObject({ kind: "gap", lostFrom: 3 });
      expect(after[0]?.seq).toBeGreaterThan(39);
      second.journal.close();
      const third = openBook(book);
      expect(third.journal.head().seq).toBe(after.at(-1)?.seq);
      third.journal.close();
    });
  }
  test("damage time and again leaves at most three copies aside", () => {
    const book = newBook();
    openBook(book, { fresh: true }).journal.close();
    for (let i = 0; i < 6; i++) {
      writeFileSync(join(book.folder, "journal.db"), "not a database at all, just some text that is long enough");
      openBook(book, { now: 1_800_000_000 + i }).journal.close();
    }
    expect(readdirSync(book.folder).filter((name) => name.startsWith("journal-damaged-")).length).toBe(3);
  });
  test("with the numbers' own file lost too, no number is used twice", () => {
    const book = newBook();
    const first = openBook(book, { fresh: true });
    first.chain.writeHealth(heartbeat);
    first.journal.close();
    rmSync(join(book.folder, "chain-head.json"));
    rmSync(join(book.folder, "journal.db"));
    const second = openBook(book);
    second.chain.writeHealth(heartbeat);
    expect(readEvent(oldestFirst(second.journal.list(undefined, 9))[0]?.envelope)).toMatchObject({
      kind: "gap",
      lostFrom: 0,
    });
    expect(existsSync(join(book.folder, "chain-head.json"))).toBe(true);
    second.journal.close();
  });
});

describe("what lies on the disk", () => {
  test("no word of what was seen, in any common encoding, in database, write-ahead log or freed pages", () => {
    const word = fc.string({
      unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyzäöü0123456789"),
      minLength: 16,
      maxLength: 40,
    });
    fc.assert(
      fc.property(word, word, word, word, word, (host, url, title, context, remembered) => {
        const book = newBook();
        const { journal, chain } = openBook(book, { fresh: true, caps: { records: 4, bytes: 1e9 } });
        const seen = { maxLevel: 2, host, maskedTerm: "m•••", url, title, context } as const;
        for (let i = 0; i < 6; i++) chain.writeMatch(someFacts, seen, { behaviour: { hosts: [remembered, host] } });
        chain.writeStatement({ kind: "explain", about: undefined, text: context });
        journal.settle(journal.pending(100, 1e9).map((record) => taken(record.seq)));
        journal.cover(1_000);
        chain.writeMatch(someFacts, seen, {});
        const open = bytesBelow(book.folder);
        journal.close();
        const closed = bytesBelow(book.folder);
        for (const secret of [host, url, title, context, remembered]) {
          for (const spelling of encodingsOf(secret)) {
            expect(open.includes(spelling) || closed.includes(spelling)).toBe(false);
          }
        }
      }),
      { numRuns: 10 },
    );
  });
  test("the search itself finds a secret that was written in clear", () => {
    const book = newBook();
    writeFileSync(join(book.folder, "x"), Buffer.from("a planted secret word").toString("base64"));
    const found = encodingsOf("planted secret").some((spelling) => bytesBelow(book.folder).includes(spelling));
    expect(found).toBe(true);
  });
});
