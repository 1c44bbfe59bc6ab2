import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkAuditChain, recordAudit } from "@overt/server/domain/audit.ts";
import { openConsoleStore } from "@overt/server/store/console-store.ts";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "overt-audit-"));
  file = join(folder, "console.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const deps = { now: () => 1_000, random: (n: number) => new Uint8Array(n).fill(7) };
const actor = { reviewerId: "reviewer-1", role: "reviewer", group: "group-a" } as const;

async function writeEntries(count: number): Promise<void> {
  const store = await openConsoleStore(file);
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      recordAudit(store, deps, actor, { operation: "consultation", object: "alert", objectId: String(i) }),
    ),
  );
  await store.close();
}

async function check(most?: number) {
  const store = await openConsoleStore(file);
  const result = await checkAuditChain(store, most);
  await store.close();
  return result;
}

describe("the audit chain", () => {
  test("stays whole over concurrent writers, and each entry's hash waits for the log", async () => {
    await writeEntries(50);
    expect(await check()).toMatchObject({ state: "whole", entries: 50 });
    const store = await openConsoleStore(file);
    expect(await store.outbox.listPending(100)).toHaveLength(50);
    await store.close();
  });

  test("can be checked over its newest entries alone", async () => {
    await writeEntries(20);
    expect(await check(5)).toMatchObject({ state: "whole", checked: 5, entries: 20 });
    expect(await check(100)).toMatchObject({ state: "whole", checked: 20, entries: 20 });
  });

  test.each(["audit", "decision", "evidence_view", "alert_event", "statement", "outbox"])(
    "the database refuses to change or delete rows of %s",
    async (table) => {
      await writeEntries(1);
      const database = new Database(file);
      const triggers = database
        .prepare("select name from sqlite_master where type = 'trigger' and tbl_name = ?")
        .all(table);
      expect(triggers).toHaveLength(2);
      if (table === "audit") {
        expect(() => database.exec("update audit set actor = 'other'")).toThrow("append-only");
        expect(() => database.exec("delete from audit")).toThrow("append-only");
      }
      database.close();
    },
  );

  test.each([
    ["another actor", "update audit set actor = 'other' where seq = 3", 3],
    ["another object", "update audit set object_id = '99' where seq = 2", 2],
    ["a missing entry", "delete from audit where seq = 4", 4],
    ["another time", "update audit set at = 5 where seq = 5", 5],
  ])("shows the first broken entry after somebody went round the triggers: %s", async (_, statement, seq) => {
    await writeEntries(6);
    const database = new Database(file);
    database.exec("drop trigger audit_no_update; drop trigger audit_no_delete");
    database.exec(statement);
    database.close();
    expect(await check()).toEqual({ state: "broken", atSeq: seq });
  });
});
