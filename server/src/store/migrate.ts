import { createHash } from "node:crypto";
import { StoreError } from "@overt/shared/errors.ts";
import { type Kysely, sql } from "kysely";
import { type Dialect, formatStatement } from "./dialect.ts";

/** One forward-only step. Statements are SQL with the words of `dialect.ts` in braces; a released step never changes. */
export type Migration = { readonly name: string; readonly statements: readonly string[] };

type Applied = { readonly position: number; readonly name: string; readonly hash: string };

/**
 * Brings a database to the newest step of `migrations`, each in its own transaction. Throws STORE_NEWER for a database
 * with steps this program does not know, STORE_CORRUPT where an applied step is not the one in the list.
 */
export async function migrate(db: Kysely<unknown>, dialect: Dialect, migrations: readonly Migration[]): Promise<void> {
  await run(
    db,
    dialect,
    "create table if not exists migration (position {key}, name text not null, hash text not null)",
  );
  for (const [position, migration] of migrations.entries()) {
    await db.transaction().execute(async (trx) => {
      // Read inside the transaction: another process may have taken the step meanwhile.
      const applied = await listApplied(trx);
      requirePrefix(applied, migrations);
      if (applied.length > position) return;
      for (const statement of migration.statements) await run(trx, dialect, statement);
      await sql`insert into migration (position, name, hash) values (${position}, ${migration.name}, ${hashMigration(migration)})`.execute(
        trx,
      );
    });
  }
  requirePrefix(await listApplied(db), migrations);
}

async function run(db: Kysely<unknown>, dialect: Dialect, statement: string): Promise<void> {
  for (const text of formatStatement(statement, dialect)) await sql.raw(text).execute(db);
}

function hashMigration(migration: Migration): string {
  return createHash("sha256").update(JSON.stringify(migration)).digest("hex");
}

async function listApplied(db: Kysely<unknown>): Promise<readonly Applied[]> {
  const { rows } = await sql<Applied>`select position, name, hash from migration order by position`.execute(db);
  return rows;
}

function requirePrefix(applied: readonly Applied[], migrations: readonly Migration[]): void {
  if (applied.length > migrations.length) {
    throw new StoreError("STORE_NEWER", "The database was written by a newer version of this program.");
  }
  const changed = applied.find((row, i) => row.hash !== hashMigration(migrations[i] as Migration));
  if (changed !== undefined) {
    throw new StoreError("STORE_CORRUPT", `The database's step ${changed.name} is not the one this program knows.`);
  }
}
