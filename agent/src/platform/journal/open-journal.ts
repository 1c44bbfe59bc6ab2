import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@overt/shared/crypto/seal.ts";
import { StoreError } from "@overt/shared/errors.ts";
import type { Journal } from "../../core/journal.ts";
import { makePrivateFolder } from "../atomic-file.ts";
import { type Db, isDamage, openDatabase } from "./database.ts";
import { type Head, type HeadFile, openHeadFile } from "./head-file.ts";
import { type JournalCaps, journalCaps } from "./room.ts";
import type { Meta } from "./rows.ts";
import { buildSqliteJournal } from "./sqlite-journal.ts";
import { buildStateBox } from "./state-box.ts";

const keptCopies = 3;

export interface JournalOptions {
  readonly folder: string;
  /** H of the acknowledgement: what the first record's `prev` is. */
  readonly chain: string;
  /** True right after enrolment: no record can have been written yet. */
  readonly fresh: boolean;
  /** 32 bytes that encrypt the state beside the records. */
  readonly stateKey: Uint8Array;
  readonly random: Random;
  /** Unix seconds; names the copies of a damaged file. */
  readonly now: () => number;
  readonly caps?: JournalCaps;
}

/**
 * Opens the journal of a folder (0700). A damaged or missing database is set aside and the chain goes on behind the numbers
 * it may have used; `lost()` then says what a gap has to tell. Throws STORE_NEWER, STORE_FAILED.
 */
export function openJournal(options: JournalOptions): Journal {
  makePrivateFolder(options.folder);
  const path = join(options.folder, "journal.db");
  const headFile = openHeadFile(options.folder);
  const existed = existsSync(path);
  const db = openSound(path, options, headFile, existed);
  return buildSqliteJournal(db, headFile, buildStateBox(options.stateKey, options.random), options.caps ?? journalCaps);
}

function openSound(path: string, options: JournalOptions, headFile: HeadFile, existed: boolean): Db {
  let db: Db | undefined;
  try {
    db = openDatabase(path);
    if (existed && hasHead(db, options.chain)) {
      requireWholeChain(db);
      adoptHead(db, headFile, options.chain);
      return db;
    }
  } catch (error) {
    db?.close();
    const damaged = isDamage(error) || (error instanceof StoreError && error.code === "STORE_CORRUPT");
    if (!damaged) throw error;
    setAside(options.folder, options.now());
    db = openDatabase(path);
  }
  startChain(db, headFile, options);
  return db;
}

function hasHead(db: Db, chain: string): boolean {
  const row = db.prepare<[], { chain: string }>("SELECT chain FROM meta WHERE id = 1").get();
  if (row !== undefined && row.chain !== chain) {
    throw new StoreError("STORE_CORRUPT", "The journal belongs to another enrolment.");
  }
  return row !== undefined;
}

/** The last record must be the one that the head names; the whole walk is the verifier's work. */
function requireWholeChain(db: Db): void {
  const meta = db.prepare<[], Meta>("SELECT * FROM meta WHERE id = 1").get();
  const last = db.prepare<[], { hash: string }>("SELECT hash FROM records ORDER BY seq DESC LIMIT 1").get();
  if (meta === undefined || (last !== undefined && last.hash !== meta.head_hash)) {
    throw new StoreError("STORE_CORRUPT", "The journal's head is not its last record.");
  }
}

function adoptHead(db: Db, headFile: HeadFile, chain: string): void {
  if (headFile.find()?.chain === chain) return;
  const meta = db.prepare<[], Meta>("SELECT * FROM meta WHERE id = 1").get() as Meta;
  const delivered = db
    .prepare<[number], { hash: string }>("SELECT hash FROM records WHERE seq = ?")
    .get(meta.delivered_seq);
  const known = delivered !== undefined;
  headFile.start({
    chain,
    reserved: meta.head_seq + 63,
    delivered: known ? meta.delivered_seq : -1,
    deliveredHash: known ? delivered.hash : chain,
  });
}

/** A new database: at the chain's beginning, or behind every number that the lost one may have used. */
function startChain(db: Db, headFile: HeadFile, options: JournalOptions): void {
  const { chain } = options;
  const beginning: Head = { chain, reserved: -1, delivered: -1, deliveredHash: chain };
  const noted = headFile.find();
  const unknown: Head = { ...beginning, reserved: Math.floor(options.now()) };
  const head = noted?.chain === chain ? noted : options.fresh ? beginning : unknown;
  headFile.start(head);
  const lost = head.reserved > head.delivered ? { from: head.delivered + 1, to: head.reserved } : undefined;
  db.prepare(
    "INSERT INTO meta (id, chain, head_seq, head_hash, lost_from, lost_to, delivered_seq) VALUES (1, ?, ?, ?, ?, ?, ?)",
  ).run(chain, head.reserved, head.deliveredHash, lost?.from ?? null, lost?.to ?? null, head.delivered);
}

/** Keeps the damaged files for whoever looks into it: they hold sealed and encrypted bytes only. */
function setAside(folder: string, now: number): void {
  const copies = readdirSync(folder)
    .filter((name) => name.startsWith("journal-damaged-"))
    .sort();
  for (const old of copies.slice(0, Math.max(0, copies.length - keptCopies + 1))) {
    rmSync(join(folder, old), { recursive: true, force: true });
  }
  const aside = freeName(folder, `journal-damaged-${Math.floor(now)}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const name of ["journal.db", "journal.db-wal", "journal.db-shm"]) {
    if (existsSync(join(folder, name))) renameSync(join(folder, name), join(aside, name));
  }
}

function freeName(folder: string, name: string): string {
  for (let n = 0; ; n++) {
    const path = join(folder, n === 0 ? name : `${name}-${n}`);
    if (!existsSync(path)) return path;
  }
}
