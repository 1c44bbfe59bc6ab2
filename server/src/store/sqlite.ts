import { StoreError } from "@overt/shared/errors.ts";
import BetterSqlite3 from "better-sqlite3";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
} from "kysely";

const cachedStatements = 500;

/** `pragma → value it must read back as`. A reopened WAL database otherwise runs synchronous=NORMAL and loses answered rows. */
const pragmas: readonly (readonly [name: string, set: string, reads: string | number])[] = [
  ["journal_mode", "WAL", "wal"],
  ["synchronous", "FULL", 2],
  ["foreign_keys", "ON", 1],
  ["busy_timeout", "5000", 5000],
  // An erased body must not stay readable in a freed page.
  ["secure_delete", "ON", 1],
  ["wal_autocheckpoint", "4000", 4000],
  ["cache_size", "-65536", -65536],
  ["trusted_schema", "OFF", 0],
];

/** A Kysely dialect over one connection to the file, with every pragma asserted. Throws STORE_FAILED. */
export function openSqlite(path: string): SqliteDialect {
  let database: BetterSqlite3.Database;
  try {
    database = new BetterSqlite3(path);
  } catch (cause) {
    throw new StoreError("STORE_FAILED", "The database file cannot be opened.", { cause });
  }
  try {
    for (const [name, set, reads] of pragmas) requirePragma(database, name, set, reads);
  } catch (error) {
    database.close();
    throw error;
  }
  return new ImmediateSqliteDialect({ database: withStatementCache(database) });
}

function requirePragma(database: BetterSqlite3.Database, name: string, set: string, reads: string | number): void {
  database.pragma(`${name} = ${set}`);
  const is = database.pragma(name, { simple: true });
  if (is !== reads) throw new StoreError("STORE_FAILED", `The database does not take ${name} = ${set}.`);
}

/** Statements are compiled once: an insert of the same width comes with every commit. */
function withStatementCache(database: BetterSqlite3.Database): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();
  return {
    close: () => {
      cache.clear();
      database.close();
    },
    prepare: (text) => {
      const known = cache.get(text);
      if (known !== undefined) return known;
      const statement: SqliteStatement = database.prepare(text);
      if (cache.size >= cachedStatements) cache.delete(cache.keys().next().value as string);
      cache.set(text, statement);
      return statement;
    },
  };
}

/**
 * A transaction takes the write lock when it begins: one that reads first and writes later would fail at once, busy
 * timeout or not, if another process wrote in between.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }
  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#config);
  }
}
