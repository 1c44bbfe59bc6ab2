import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@overt/server/store/database.ts";
import type { Migration } from "@overt/server/store/migrate.ts";
import { describe } from "vitest";
import { findPostgres } from "../support/postgres.ts";

export interface Databases {
  readonly dialect: "sqlite" | "postgres";
  /** A new, empty database at the newest step. */
  open<Tables>(migrations: readonly Migration[]): Promise<OpenedDatabase<Tables>>;
}

export interface OpenedDatabase<Tables> extends Database<Tables> {
  /** Closes and opens the same database, as at a restart. */
  reopen(): Promise<Database<Tables>>;
}

const sqlite: Databases = {
  dialect: "sqlite",
  async open<Tables>(migrations: readonly Migration[]) {
    const folder = mkdtempSync(join(tmpdir(), "overt-contract-"));
    const path = join(folder, "store.sqlite");
    let database = await openDatabase<Tables>(path, migrations);
    return {
      db: database.db,
      dialect: "sqlite" as const,
      async reopen() {
        await database.close();
        database = await openDatabase<Tables>(path, migrations);
        return database;
      },
      async close() {
        await database.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

/** Runs the laws on SQLite and, where a server can be had, on PostgreSQL. */
export function describeOnEach(name: string, laws: (databases: Databases) => void): void {
  describe(`${name} on SQLite`, () => laws(sqlite));
  const postgres = findPostgres();
  describe.skipIf(typeof postgres === "string")(
    `${name} on PostgreSQL${typeof postgres === "string" ? `: ${postgres}` : ""}`,
    () => laws(typeof postgres === "string" ? sqlite : postgres),
  );
}
