import { checkAuditChain, recordAudit } from "@overt/server/domain/audit.ts";
import type { ConsoleStore } from "@overt/server/domain/console-store.ts";
import { consoleMigrations } from "@overt/server/store/console-migrations.ts";
import { buildConsoleStore } from "@overt/server/store/console-store.ts";
import type { ConsoleTables } from "@overt/server/store/console-tables.ts";
import { utf8 } from "@overt/shared/bytes.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { random } from "../support/ingest-world.ts";
import { describeOnEach, type OpenedDatabase } from "./databases.ts";

const hashOf = (n: number) => sha256Hex(utf8(String(n)));
const scope = { group: "group-a" } as Parameters<ConsoleStore["alerts"]["findAlert"]>[1];
const elsewhere = { group: "group-b" } as typeof scope;
const envelope = { payloadType: "application/vnd.overt.view.v1+json", payload: "e30=", signatures: [] };

describeOnEach("the console's store", (databases) => {
  let opened: OpenedDatabase<ConsoleTables>;
  let store: ConsoleStore;
  beforeEach(async () => {
    opened = await databases.open<ConsoleTables>(consoleMigrations);
    store = buildConsoleStore(opened.db, () => opened.close());
  });
  afterEach(() => opened.close());

  let records = 0;
  async function addAlert(at = 1_000, deviceId = "ab".repeat(16)): Promise<number> {
    const alertId = await store.alerts.insertAlert({
      ...{ caseRef: "CASE-1", deviceId, group: "group-a", orderHash: hashOf(1), ruleId: "rule", ruleRevision: 1 },
      ...{ ruleSetVersion: 1, clauseId: "clause-1", category: "chat", severity: "high" as const },
      ...{ firstAt: at, lastAt: at, receivedAt: at + 1, dueAt: at + 100 },
    });
    await store.alerts.insertEvent({
      ...{
        recordId: ++records,
        alertId,
        eventHash: hashOf(1_000 + records),
        seq: records,
        at,
        receivedAt: at + 1,
        leafIndex: records,
      },
      ...{ severity: "high" as const, channel: "extension" as const, cause: "user-navigation" as const, count: 2 },
      ...{ windowSeconds: 0, orderUnconfirmed: false, evidence: [] },
    });
    return alertId;
  }
  const take = (alertId: number, reviewerId: string, now = 100, more: { most?: number; leaseId?: string } = {}) =>
    store.claims.take({
      ...{
        alertId,
        state: "waiting",
        scope,
        reviewerId,
        leaseId: `${reviewerId} ${alertId}`,
        now,
        until: now + 600,
        most: 3,
      },
      ...more,
    });

  test("a transaction is kept whole or not at all, the one inside it too", async () => {
    const failing = store.transaction(async (tx) => {
      await tx.alerts.setCursor(7);
      await tx.transaction(async (inner) => inner.outbox.add([{ leafType: LeafType.view, hash: hashOf(1) }]));
      throw new Error("on purpose");
    });
    await expect(failing).rejects.toThrow("on purpose");
    expect(await store.alerts.findCursor()).toBe(0);
    expect(await store.outbox.listPending(10)).toEqual([]);
    await store.transaction((tx) => tx.alerts.setCursor(8));
    await store.alerts.setCursor(9);
    expect(await store.alerts.findCursor()).toBe(9);
  });

  test("an alert is seen in its scope only, waiting ones by what is due, and grows with its events", async () => {
    const [late, soon] = [await addAlert(2_000), await addAlert(1_000)];
    expect((await store.alerts.listWaiting(scope, undefined, 10)).map(({ alertId }) => alertId)).toEqual([soon, late]);
    expect(await store.alerts.listWaiting(scope, { dueAt: 1_100, alertId: soon }, 10)).toHaveLength(1);
    expect(await store.alerts.listWaiting(elsewhere, undefined, 10)).toEqual([]);
    expect(await store.alerts.findAlert(late, elsewhere)).toBeUndefined();
    expect(await store.alerts.findAlert(late, scope)).toMatchObject({
      alertId: late,
      events: 1,
      matches: 2,
      state: "waiting",
    });
    expect(await store.alerts.countWaiting(scope, late)).toMatchObject({ waiting: 2, newer: 1 });
    const [event] = await store.alerts.listEvents(soon);
    expect(await store.alerts.findAlertIdByEvent(event?.eventHash ?? "")).toBe(soon);
  });

  test("a match joins an unclaimed alert of its kind within the window", async () => {
    const alertId = await addAlert(1_000);
    const key = {
      deviceId: "ab".repeat(16),
      orderHash: hashOf(1),
      ruleId: "rule",
      ruleRevision: 1,
      clauseId: "clause-1",
    };
    const window = { seconds: 1_800, events: 500, now: 1_000 };
    expect((await store.alerts.findGroup(key, 2_800, window))?.alertId).toBe(alertId);
    expect(await store.alerts.findGroup(key, 2_801, window)).toBeUndefined();
    expect(await store.alerts.findGroup({ ...key, ruleId: "other" }, 1_000, window)).toBeUndefined();
    await take(alertId, "reviewer-1", 1_000);
    expect(await store.alerts.findGroup(key, 1_000, window)).toBeUndefined();
  });

  test("of many who claim one alert at once, one gets it; nobody holds more than the bound", async () => {
    const alerts = await Promise.all([1, 2, 3, 4].map((n) => addAlert(n * 10_000)));
    const [first = 0] = alerts;
    const race = await Promise.all(["a", "b", "c", "d", "e"].map((reviewerId) => take(first, reviewerId)));
    expect(race.filter(Boolean)).toHaveLength(1);
    const held = await Promise.all(alerts.slice(1).map((alertId) => take(alertId, "f", 100, { most: 2 })));
    expect(held.filter(Boolean)).toHaveLength(2);
    expect(await store.claims.countHeld("f", 100)).toBe(2);
    expect(await store.claims.countHeld("f", 700)).toBe(0);
    expect(await take(first, "g", 700)).toBe(true);
    expect(
      await store.claims.take({
        alertId: first,
        state: "waiting",
        scope: elsewhere,
        reviewerId: "h",
        leaseId: "l",
        now: 9_999,
        until: 10_000,
        most: 3,
      }),
    ).toBe(false);
  });

  test("a lease that was lost extends, releases and decides nothing", async () => {
    const alertId = await addAlert();
    await take(alertId, "a", 100, { leaseId: "first" });
    await take(alertId, "b", 700, { leaseId: "second" });
    const lost = { alertId, leaseId: "first", now: 701 };
    expect(await store.claims.extend({ ...lost, until: 2_000 })).toBe(false);
    expect(await store.claims.release(lost)).toBe(false);
    expect(await store.decisions.close(lost)).toBe(false);
    expect(await store.decisions.close({ alertId, leaseId: "second", now: 1_300 })).toBe(false);
    expect(await store.decisions.close({ alertId, leaseId: "second", now: 1_299 })).toBe(true);
    expect(await store.alerts.findAlert(alertId, scope)).toMatchObject({ state: "decided", claim: undefined });
    expect(await store.claims.findNextFree(scope, 9_999)).toBeUndefined();
  });

  test("an alert has one first decision, and each is replaced once", async () => {
    const alertId = await addAlert();
    const decide = (n: number, overrideOf?: number) =>
      store.decisions.insert({
        ...{
          decisionId: `d${n}`,
          alertId,
          decisionHash: hashOf(n),
          outcome: "false-match",
          reasonCode: "another-meaning",
        },
        ...{
          reviewerId: "a",
          role: "reviewer",
          attested: "session",
          at: n,
          events: 1,
          told: "Tōld ‘you’ 🙂\nso",
          privateNote: "",
        },
        ...{ overrideOf: overrideOf === undefined ? undefined : `d${overrideOf}`, envelope },
      });
    await decide(1);
    await expect(decide(2)).rejects.toThrow();
    await decide(3, 1);
    await expect(decide(4, 1)).rejects.toThrow();
    const list = await store.decisions.list(alertId);
    expect(list.map(({ decisionId, overrideOf }) => [decisionId, overrideOf])).toEqual([
      ["d1", undefined],
      ["d3", "d1"],
    ]);
    expect(list[0]?.told).toBe("Tōld ‘you’ 🙂\nso");
  });

  test("a draft is each reviewer's own; statements keep the state of each reader", async () => {
    const alertId = await addAlert();
    const words = { outcome: "", reasonCode: "", told: "one", privateNote: "", savedAt: 1 };
    await store.claims.saveDraft(alertId, "a", words);
    await store.claims.saveDraft(alertId, "a", { ...words, told: "two" });
    expect(await store.claims.findDraft(alertId, "a")).toEqual({ ...words, told: "two" });
    expect(await store.claims.findDraft(alertId, "b")).toBeUndefined();
    await store.claims.deleteDrafts(alertId);
    expect(await store.claims.findDraft(alertId, "a")).toBeUndefined();
    const text = { level: 1, commitment: hashOf(1), ciphertextSha256: hashOf(2), bucket: 1024 } as const;
    await store.alerts.insertStatement({
      recordId: 900,
      statementHash: hashOf(5),
      deviceId: "d",
      alertId,
      kind: "explain",
      at: 1,
      receivedAt: 1,
      text,
    });
    await store.evidence.setStatementState(hashOf(5), "a", "released", 1);
    await store.evidence.setStatementState(hashOf(5), "a", "read", 2);
    expect([...(await store.evidence.listStatementStates(alertId, "a"))]).toEqual([[hashOf(5), "read"]]);
    expect((await store.evidence.listStatementStates(alertId, "b")).size).toBe(0);
  });

  test("audit rows of many at once make one chain", async () => {
    const actor = { reviewerId: "a", role: "reviewer", group: "group-a" } as const;
    const fact = { operation: "consultation", object: "queue", objectId: "1" } as const;
    await Promise.all(Array.from({ length: 40 }, () => recordAudit(store, { now: () => 1, random }, actor, fact)));
    expect(await checkAuditChain(store, undefined)).toMatchObject({ state: "whole", entries: 40 });
    expect((await store.audit.list({ kind: "all" } as never, 5, 10)).map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
    expect(await store.audit.list({ kind: "own", reviewerId: "b" } as never, 100, 10)).toEqual([]);
    expect((await store.outbox.listPending(100)).map(({ item }) => item.leafType)).toEqual(
      Array(40).fill(LeafType.audit),
    );
  });

  test("the outbox gives out what waits, in order, until it is marked", async () => {
    await store.outbox.add([1, 2, 3].map((n) => ({ leafType: LeafType.view, hash: hashOf(n) })));
    const [first, second] = await store.outbox.listPending(2);
    expect([first?.item.hash, second?.item.hash]).toEqual([hashOf(1), hashOf(2)]);
    await store.outbox.markSubmitted([first?.id ?? 0, second?.id ?? 0], 5);
    await store.outbox.markSubmitted([second?.id ?? 0], 6);
    expect((await store.outbox.listPending(9)).map(({ item }) => item.hash)).toEqual([hashOf(3)]);
  });

  test("a sign-in link is taken once however many try, and ends; a session has one name at a time", async () => {
    await store.sessions.insertLink({ tokenHash: hashOf(1), reviewerId: "a", createdAt: 1, expiresAt: 100 });
    expect(await store.sessions.findLink(hashOf(1), 99)).toBe("a");
    expect(await store.sessions.findLink(hashOf(1), 100)).toBeUndefined();
    const race = await Promise.all([1, 2, 3].map(() => store.sessions.takeLink(hashOf(1), 50)));
    expect(race.filter((reviewerId) => reviewerId === "a")).toHaveLength(1);
    const session = { reviewerId: "a", startedAt: 1, rotatedAt: 1, seenAt: 1 };
    await store.sessions.insert(hashOf(2), session);
    await store.sessions.touch(hashOf(2), 9);
    expect(await store.sessions.find(hashOf(2), 10)).toEqual({ ...session, seenAt: 9, ending: false });
    await store.sessions.expire(hashOf(2), 20);
    expect(await store.sessions.find(hashOf(2), 19)).toMatchObject({ ending: true });
    expect(await store.sessions.find(hashOf(2), 20)).toBeUndefined();
    await store.sessions.delete(hashOf(2));
    expect(await store.sessions.find(hashOf(2), 10)).toBeUndefined();
  });

  test("a device is one row that changes; coverage and life are kept", async () => {
    const device = {
      deviceId: "d",
      caseRef: "CASE-1",
      group: "group-a",
      state: "active",
      enrolledAt: 1,
      lastSeenAt: undefined,
    };
    await store.devices.upsert(device);
    await store.devices.upsert({ ...device, state: "lost", lastSeenAt: 5 });
    await store.devices.noteRuleSet("d", 3);
    expect(await store.devices.find("d", scope)).toMatchObject({ state: "lost", lastSeenAt: 5, ruleSetVersion: 3 });
    expect(await store.devices.find("d", elsewhere)).toBeUndefined();
    await store.devices.insertCoverage("d", 1, [{ from: 1, to: 5, state: "seen", reason: "none" }]);
    expect(await store.devices.listCoverage("d", 4)).toHaveLength(1);
    expect(await store.devices.listCoverage("d", 5)).toHaveLength(0);
    await store.devices.insertLife("d", { recordId: 1, at: 1, kind: "start", reason: "enrolled" });
    expect(await store.devices.listLife("d", 5)).toHaveLength(1);
  });

  test("what is append-only takes neither an update nor a deletion", async () => {
    const alertId = await addAlert();
    const view = {
      alertId,
      about: hashOf(1),
      level: 1,
      reviewerId: "a",
      role: "reviewer",
      at: 1,
      viewHash: hashOf(2),
    } as const;
    await store.evidence.insertView({ ...view, envelope });
    await store.outbox.add([{ leafType: LeafType.view, hash: hashOf(2) }]);
    expect(await store.evidence.hasView(hashOf(1), 1, "a")).toBe(true);
    for (const [table, column] of [
      ["alert_event", "seq"],
      ["evidence_view", "level"],
      ["outbox", "item_json"],
    ] as const) {
      const change = sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)}`;
      await expect(change.execute(opened.db), table).rejects.toThrow();
      await expect(sql`delete from ${sql.table(table)}`.execute(opened.db), table).rejects.toThrow();
    }
  });
});
