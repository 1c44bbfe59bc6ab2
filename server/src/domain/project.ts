import { StoreError } from "@overt/shared/errors.ts";
import { type Event, type MatchEvent, severities } from "@overt/shared/protocol/event.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";
import type { Alert, NewAlert } from "./console-records.ts";
import type { ConsoleStore } from "./console-store.ts";
import { dueAt } from "./due.ts";
import type { IngestReader, StoredRecord } from "./ports.ts";

export interface ProjectDeps {
  readonly store: ConsoleStore;
  readonly ingest: IngestReader;
  readonly now: () => number;
}

const batch = 200;
const group = { seconds: 1_800, events: 500 } as const;

/**
 * Takes ingest's new records into the console's tables, each batch and its cursor in one transaction, so that a record
 * counts once however often the console dies. Returns how many alerts are new or grew.
 */
export async function project(deps: ProjectDeps): Promise<number> {
  let changed = 0;
  await projectDevices(deps);
  for (;;) {
    const after = await deps.store.alerts.findCursor();
    const records = await deps.ingest.listRecords(after, batch);
    const groups = await findGroups(deps.ingest, records);
    await deps.store.transaction(async (tx) => {
      for (const record of records) {
        if (await projectRecord(tx, record, groups, deps.now())) changed++;
      }
      const last = records.at(-1);
      if (last !== undefined) await tx.alerts.setCursor(last.recordId);
    });
    if (records.length < batch) return changed;
  }
}

async function projectDevices({ store, ingest }: ProjectDeps): Promise<void> {
  const devices = await ingest.listDevices();
  const groups = new Map<string, string>();
  for (const { orderHash } of devices) {
    if (!groups.has(orderHash)) groups.set(orderHash, await requireGroup(ingest, orderHash));
  }
  await store.transaction(async (tx) => {
    for (const { deviceId, caseRef, state, enrolledAt, lastSeenAt, orderHash } of devices) {
      const reviewerGroup = groups.get(orderHash) ?? "";
      await tx.devices.upsert({ deviceId, caseRef, state, enrolledAt, lastSeenAt, group: reviewerGroup });
    }
  });
}

/** Order by order the group that reviews it; an order that ingest does not hold stops the projection. */
async function findGroups(
  ingest: IngestReader,
  records: readonly StoredRecord[],
): Promise<ReadonlyMap<string, string>> {
  const groups = new Map<string, string>();
  for (const { body } of records) {
    if (body?.type !== "event" || groups.has(body.event.orderHash)) continue;
    groups.set(body.event.orderHash, await requireGroup(ingest, body.event.orderHash));
  }
  return groups;
}

async function requireGroup(ingest: IngestReader, orderHash: string): Promise<string> {
  const order = await ingest.findOrder(orderHash);
  if (order === undefined)
    throw new StoreError("STORE_CORRUPT", "A record names an order that the server does not hold.");
  return order.reviewerGroup;
}

async function projectRecord(
  store: ConsoleStore,
  record: StoredRecord,
  groups: ReadonlyMap<string, string>,
  now: number,
): Promise<boolean> {
  const { body } = record;
  if (body === undefined) return false;
  if (body.type === "statement") return projectStatement(store, record, body.statement);
  if (body.event.kind === "match") {
    await projectMatch(store, record, body.event, groups.get(body.event.orderHash) ?? "", now);
    return true;
  }
  await projectHealth(store, record, body.event);
  return false;
}

async function projectMatch(
  store: ConsoleStore,
  record: StoredRecord,
  event: MatchEvent,
  reviewerGroup: string,
  now: number,
): Promise<void> {
  const fresh = toAlert(record, event, reviewerGroup);
  const found = await store.alerts.findGroup(fresh, event.at, { ...group, now });
  const alertId = found === undefined ? await store.alerts.insertAlert(fresh) : found.alertId;
  if (found !== undefined) await store.alerts.widenAlert(alertId, widen(found, fresh));
  await store.alerts.insertEvent({
    recordId: record.recordId,
    alertId,
    eventHash: record.hash,
    seq: event.seq,
    at: event.at,
    receivedAt: record.receivedAt,
    leafIndex: record.leafIndex,
    severity: event.severity,
    channel: event.channel,
    cause: event.cause,
    count: event.count,
    windowSeconds: event.windowSeconds,
    orderUnconfirmed: event.orderUnconfirmed ?? false,
    evidence: event.evidence ?? [],
  });
  await store.devices.noteRuleSet(record.deviceId, event.ruleSetVersion);
}

function toAlert(record: StoredRecord, event: MatchEvent, reviewerGroup: string): NewAlert {
  const { ruleId, ruleRevision, ruleSetVersion, clauseId, category, severity, orderHash, at } = event;
  return {
    ...{ caseRef: record.caseRef, deviceId: record.deviceId, group: reviewerGroup, orderHash },
    ...{ ruleId, ruleRevision, ruleSetVersion, clauseId, category, severity },
    ...{ firstAt: at, lastAt: at, receivedAt: record.receivedAt, dueAt: dueAt(record.receivedAt, severity) },
  };
}

function widen(alert: Alert, fresh: NewAlert): Pick<Alert, "firstAt" | "lastAt" | "dueAt" | "severity"> {
  const graver = severities.indexOf(fresh.severity) < severities.indexOf(alert.severity);
  return {
    firstAt: Math.min(alert.firstAt, fresh.firstAt),
    lastAt: Math.max(alert.lastAt, fresh.lastAt),
    dueAt: Math.min(alert.dueAt, fresh.dueAt),
    severity: graver ? fresh.severity : alert.severity,
  };
}

async function projectStatement(store: ConsoleStore, record: StoredRecord, statement: Statement): Promise<boolean> {
  const alertId = statement.about === undefined ? undefined : await store.alerts.findAlertIdByEvent(statement.about);
  const { kind, at, text } = statement;
  const { recordId, deviceId, receivedAt } = record;
  await store.alerts.insertStatement({
    recordId,
    statementHash: record.hash,
    deviceId,
    alertId,
    kind,
    at,
    receivedAt,
    text,
  });
  return alertId !== undefined;
}

async function projectHealth(
  store: ConsoleStore,
  record: StoredRecord,
  event: Exclude<Event, MatchEvent>,
): Promise<void> {
  const { deviceId, recordId } = record;
  switch (event.kind) {
    case "coverage":
      return store.devices.insertCoverage(deviceId, recordId, event.intervals);
    case "gap":
      return store.devices.insertLife(deviceId, { recordId, at: event.at, kind: "gap", reason: "records-lost" });
    case "start":
    case "pause":
    case "resume":
    case "end":
      return store.devices.insertLife(deviceId, { recordId, at: event.at, kind: event.kind, reason: event.reason });
    case "heartbeat":
      return;
  }
}
