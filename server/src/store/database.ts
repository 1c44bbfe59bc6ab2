import { Kysely } from "kysely";
import type { Dialect } from "./dialect.ts";
import { type Migration, migrate } from "./migrate.ts";
import { openSqlite } from "./sqlite.ts";

/** An open database at the newest step of its migrations. */
export interface Database<Tables> {
  readonly db: Kysely<Tables>;
  readonly dialect: Dialect;
  close(): Promise<void>;
}

/** Opens the SQLite file and migrates it. Throws STORE_FAILED, STORE_NEWER, STORE_CORRUPT. */
export async function openDatabase<Tables>(path: string, migrations: readonly Migration[]): Promise<Database<Tables>> {
  const db = new Kysely<Tables>({ dialect: openSqlite(path) });
  try {
    await migrate(db as Kysely<unknown>, "sqlite", migrations);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, dialect: "sqlite", close: () => db.destroy() };
}
