import { chmodSync } from "node:fs";
import { StoreError } from "@overt/shared/errors.ts";
import Database from "better-sqlite3";
import { journalSchema, journalVersion } from "./schema.ts";

export type Db = Database.Database;

/**
 * Opens or makes the file. Throws STORE_CORRUPT where it is no sound database, STORE_NEWER where a newer program wrote it.
 * A reopened WAL database would run with synchronous NORMAL, under which the last commits can vanish on power loss.
 */
export function openDatabase(path: string): Db {
  let db: Db | undefined;
  try {
    db = new Database(path);
    chmodSync(path, 0o600);
    db.pragma("busy_timeout = 5000");
    requirePragma(db, "journal_mode", "wal", "WAL");
    requirePragma(db, "synchronous", 2, "FULL");
    requirePragma(db, "foreign_keys", 1, "ON");
    requirePragma(db, "secure_delete", 1, "ON");
    requireSound(db);
    migrate(db);
    return db;
  } catch (cause) {
    db?.close();
    if (cause instanceof StoreError) throw cause;
    if (isDamage(cause)) throw new StoreError("STORE_CORRUPT", "The journal's file is damaged.", { cause });
    throw new StoreError("STORE_FAILED", "The journal cannot be opened.", { cause });
  }
}

/** True where SQLite found the file itself to be wrong, as against a full disk or a missing right. */
export function isDamage(error: unknown): boolean {
  const code = error instanceof Database.SqliteError ? error.code : "";
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB" || code === "SQLITE_FORMAT";
}

function requirePragma(db: Db, name: string, wanted: string | number, setting: string): void {
  db.pragma(`${name} = ${setting}`);
  if (db.pragma(name, { simple: true }) !== wanted) {
    throw new StoreError("STORE_FAILED", `The journal does not run with ${name} ${setting}.`);
  }
}

function requireSound(db: Db): void {
  if (db.pragma("quick_check(1)", { simple: true }) !== "ok") {
    throw new StoreError("STORE_CORRUPT", "The journal's file is damaged.");
  }
}

function migrate(db: Db): void {
  const version = db.pragma("user_version", { simple: true });
  if (version === journalVersion) return;
  if (version !== 0) throw new StoreError("STORE_NEWER", "The journal was written by a newer version of this program.");
  db.transaction(() => {
    db.exec(journalSchema);
    db.pragma(`user_version = ${journalVersion}`);
  })();
}
