import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
} from "node:fs";
import { join } from "node:path";
import { ConfigError, StoreError, VerificationError } from "@overt/shared/errors.ts";
import type { NoteVerifier } from "@overt/shared/log/note.ts";
import BetterSqlite3 from "better-sqlite3";
import { Kysely } from "kysely";
import { checkpointPath, type ServerConfig } from "./config.ts";
import { logVerifiers } from "./ingest/open.ts";
import { openTrust } from "./ingest/trust/source.ts";
import { openCheckpointCopy, type Published, readCheckpoint } from "./log/checkpoint-copy.ts";
import { hasSignedCheckpoint, openTree } from "./store/ingest-log.ts";
import type { IngestTables } from "./store/ingest-tables.ts";
import { lockLog } from "./store/log-lock.ts";
import { openSqlite } from "./store/sqlite.ts";

const databases = ["console.sqlite", "ingest.sqlite"] as const;
const note = "log-checkpoint";

/** What a copy was held against. */
export interface Checked {
  /** Leaves of the log in the copy. */
  readonly leaves: number;
  /** Leaves that the checkpoint covers; undefined where none was ever signed. */
  readonly published: number | undefined;
}

/**
 * Copies both databases and the checkpoint into a new folder, while the server runs or not, and holds the copied log
 * against the copied checkpoint. The checkpoint first and ingest last: the log may then be ahead of the checkpoint and of
 * what the console took in, never behind. Throws FILE_EXISTS, MISSING_FILE, LOG_DIVERGED, STORE_CORRUPT.
 */
export async function makeBackup(config: ServerConfig, folder: string): Promise<Checked> {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new ConfigError("FILE_EXISTS", `${folder} is not empty. Name a new folder for the backup.`);
  }
  const verifiers = await readVerifiers(config);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const copy = checkpointPath(config);
  if (existsSync(copy)) copyWhole(copy, join(folder, note));
  for (const name of databases) copyDatabase(join(config.OVERT_DATA, name), join(folder, name));
  sync(folder);
  return checkLog(join(folder, "ingest.sqlite"), openCheckpointCopy(join(folder, note), verifiers).find());
}

/**
 * Puts the databases of a backup in place of the present ones, which are kept beside them under another name. The log is
 * held against the checkpoint copy that the server has, if it has one: a backup older than that would sign history again.
 * Throws LOG_DIVERGED then, and changes nothing; STORE_FAILED while ingest runs.
 */
export async function restoreBackup(config: ServerConfig, folder: string, now: number): Promise<Checked> {
  for (const name of databases) {
    if (!existsSync(join(folder, name))) throw new ConfigError("MISSING_FILE", `${folder} holds no ${name}.`);
  }
  const verifiers = await readVerifiers(config);
  mkdirSync(config.OVERT_DATA, { recursive: true, mode: 0o700 });
  const lock = lockLog(join(config.OVERT_DATA, "ingest.lock"));
  try {
    const path = checkpointPath(config);
    const kept = openCheckpointCopy(path, verifiers).find();
    const carried = openCheckpointCopy(join(folder, note), verifiers).find();
    // Checked where it will lie, under another name: the backup itself is never written to.
    for (const name of databases) copyWhole(join(folder, name), drafted(config, name));
    const checked = await checkLog(drafted(config, "ingest.sqlite"), kept ?? carried);
    for (const name of databases) swapIn(config, name, now);
    if (kept === undefined && carried !== undefined) copyWhole(join(folder, note), path);
    sync(config.OVERT_DATA);
    return checked;
  } finally {
    lock.close();
  }
}

/**
 * Takes a checkpoint that a reader of the log kept as the server's own copy, after holding the database against it.
 * Throws LOG_DIVERGED where the log is another one or behind it; ROLLBACK where the present copy is newer.
 */
export async function adoptCheckpoint(config: ServerConfig, file: string): Promise<Checked> {
  if (!existsSync(file)) throw new ConfigError("MISSING_FILE", `There is no file ${file}.`);
  const verifiers = await readVerifiers(config);
  const bytes = new Uint8Array(readFileSync(file));
  const published = readCheckpoint(bytes, verifiers, file);
  const lock = lockLog(join(config.OVERT_DATA, "ingest.lock"));
  try {
    requireNotNewer(config, verifiers, published);
    const checked = await checkLog(join(config.OVERT_DATA, "ingest.sqlite"), published);
    openCheckpointCopy(checkpointPath(config), verifiers).save(bytes);
    return checked;
  } finally {
    lock.close();
  }
}

function requireNotNewer(config: ServerConfig, verifiers: readonly NoteVerifier[], published: Published): void {
  let present: Published | undefined;
  try {
    present = openCheckpointCopy(checkpointPath(config), verifiers).find();
  } catch (error) {
    // A torn copy is what the operator is about to replace.
    if (!(error instanceof StoreError)) throw error;
  }
  if (present === undefined || present.size <= published.size) return;
  throw new VerificationError(
    "ROLLBACK",
    `The server's own copy covers ${present.size} entries, this checkpoint ${published.size}. The newer one stays.`,
  );
}

async function readVerifiers(config: ServerConfig): Promise<readonly NoteVerifier[]> {
  const trust = await openTrust({ folder: config.OVERT_TUF, rootSha256: config.OVERT_TUF_ROOT_SHA256 });
  return logVerifiers(trust.current());
}

async function checkLog(path: string, published: Published | undefined): Promise<Checked> {
  if (!existsSync(path)) throw new ConfigError("MISSING_FILE", `There is no database ${path}.`);
  const db = new Kysely<IngestTables>({ dialect: openSqlite(path) });
  try {
    if (published === undefined && (await hasSignedCheckpoint(db))) {
      throw new StoreError(
        "LOG_DIVERGED",
        "This log has signed checkpoints, and no copy of the newest one came with it.",
      );
    }
    const tree = await openTree(db, published === undefined ? [] : [published]);
    return { leaves: tree.size, published: published?.size };
  } finally {
    await db.destroy();
  }
}

/** One snapshot of the file, taken in a read transaction beside whoever writes; pages that were freed are left behind. */
function copyDatabase(from: string, to: string): void {
  if (!existsSync(from)) throw new ConfigError("MISSING_FILE", `There is no database ${from}.`);
  const database = new BetterSqlite3(from, { readonly: true, timeout: 10_000 });
  try {
    database.prepare("vacuum into ?").run(to);
  } finally {
    database.close();
  }
  chmodSync(to, 0o600);
  sync(to);
}

function swapIn(config: ServerConfig, name: string, now: number): void {
  const path = join(config.OVERT_DATA, name);
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.before-${now}${suffix}`);
  }
  renameSync(drafted(config, name), path);
}

const drafted = (config: ServerConfig, name: string) => join(config.OVERT_DATA, `${name}.restoring`);

function copyWhole(from: string, to: string): void {
  copyFileSync(from, `${to}.writing`);
  chmodSync(`${to}.writing`, 0o600);
  sync(`${to}.writing`);
  renameSync(`${to}.writing`, to);
}

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
