import type { Kysely } from "kysely";
import type { ConsoleStore } from "../domain/console-store.ts";
import { buildAlertStore } from "./console-alerts.ts";
import { buildAuditStore, buildOutboxStore } from "./console-audit.ts";
import { buildClaimStore } from "./console-claims.ts";
import { buildDecisionStore, buildEvidenceStore } from "./console-decisions.ts";
import { buildDeviceStore } from "./console-devices.ts";
import { consoleMigrations } from "./console-migrations.ts";
import { buildSessionStore } from "./console-sessions.ts";
import type { ConsoleTables } from "./console-tables.ts";
import { openDatabase } from "./database.ts";

/** Opens (or makes) the console's database in this SQLite file. Throws STORE_FAILED, STORE_NEWER, STORE_CORRUPT. */
export async function openConsoleStore(path: string): Promise<ConsoleStore> {
  const { db, close } = await openDatabase<ConsoleTables>(path, consoleMigrations);
  return buildConsoleStore(db, close);
}

export function buildConsoleStore(db: Kysely<ConsoleTables>, close: () => Promise<void>): ConsoleStore {
  return {
    ...storesOver(db),
    transaction: (work) => db.transaction().execute((trx) => work(insideTransaction(trx))),
    close,
  };
}

/** The same stores on the transaction's connection; a transaction asked for inside is this one. */
function insideTransaction(trx: Kysely<ConsoleTables>): ConsoleStore {
  const store: ConsoleStore = {
    ...storesOver(trx),
    transaction: (work) => work(store),
    close: async () => {
      throw new RangeError("A transaction does not close the store.");
    },
  };
  return store;
}

function storesOver(db: Kysely<ConsoleTables>) {
  return {
    alerts: buildAlertStore(db),
    claims: buildClaimStore(db),
    evidence: buildEvidenceStore(db),
    decisions: buildDecisionStore(db),
    devices: buildDeviceStore(db),
    audit: buildAuditStore(db),
    outbox: buildOutboxStore(db),
    sessions: buildSessionStore(db),
  };
}
