import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@overt/server/store/database.ts";
import type { Migration } from "@overt/server/store/migrate.ts";
import { afterAll, beforeAll, describe } from "vitest";
import { findPostgresFolder, type Postgres, startPostgres } from "../support/postgres.ts";

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

function onPostgres(server: () => Postgres): Databases {
  return {
    dialect: "postgres",
    async open<Tables>(migrations: readonly Migration[]) {
      const { name, ...first } = await server().create<Tables>(migrations);
      let database: Database<Tables> = first;
      return {
        db: database.db,
        dialect: "postgres" as const,
        async reopen() {
          await database.close();
          database = await server().open<Tables>(name, migrations);
          return database;
        },
        close: () => database.close(),
      };
    },
  };
}

/** Runs the laws on SQLite and, where its programs are installed, on a PostgreSQL of this file's own. */
export function describeOnEach(name: string, laws: (databases: Databases) => void): void {
  describe(`${name} on SQLite`, () => laws(sqlite));
  const found = findPostgresFolder();
  const missing = "missing" in found ? found.missing : undefined;
  describe.skipIf(missing !== undefined)(`${name} on PostgreSQL${missing === undefined ? "" : `: ${missing}`}`, () => {
    let running: Postgres | undefined;
    beforeAll(async () => {
      if ("folder" in found) running = await startPostgres(found.folder);
    });
    afterAll(() => running?.close());
    laws(
      onPostgres(() => {
        if (running === undefined) throw new RangeError("PostgreSQL did not start.");
        return running;
      }),
    );
  });
}
