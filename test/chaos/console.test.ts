import { dirname, join } from "node:path";
import { publishWorkspace, signTimestamp } from "@overt/scripts/authority/tuf/publish.ts";
import { addTarget, signRole } from "@overt/scripts/authority/tuf/workspace.ts";
import { buildRoster, rosterTargets } from "@overt/scripts/keys/roster.ts";
import { checkAuditChain } from "@overt/server/domain/audit.ts";
import { createSignInLink } from "@overt/server/domain/sign-in.ts";
import { loadTrust } from "@overt/server/ingest/trust/load.ts";
import { openConsoleStore } from "@overt/server/store/console-store.ts";
import { parseBase64 } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { EventsAnswer } from "@overt/shared/protocol/wire.ts";
import BetterSqlite3 from "better-sqlite3";
import { beforeAll, expect, test } from "vitest";
import { ConsoleClient, remoteConsole } from "../support/console-client.ts";
import { buildDevice, type SimulatedDevice } from "../support/device.ts";
import { findFreePort } from "../support/free-port.ts";
import {
  type IngestProcess,
  newDataFolder,
  startConsoleProcess,
  startIngestProcess,
} from "../support/ingest-process.ts";
import { foundAgency, random, type SharedAgency } from "../support/ingest-world.ts";

const runs = Number(process.env["CHAOS_RUNS"] ?? 20);
const reviewers = ["reviewer-1", "reviewer-2", "reviewer-3"];
const now = () => Math.floor(Date.now() / 1000);
const json = { "content-type": "application/json" };

let shared: SharedAgency;
beforeAll(async () => {
  shared = await foundAgency();
  publishReviewers();
});

/** A roster of several reviewers: claims are only in danger where people compete for them. */
function publishReviewers(): void {
  const { keys, published } = shared.agency;
  const workspace = join(dirname(published), "tuf-workspace");
  const period = { from: now() - 60, until: now() + 86_400 * 365 };
  const roster = buildRoster("reviewers", { keys: [...reviewers, "recovery"].map(keys.public), ...period });
  addTarget(workspace, rosterTargets.reviewers, canonicalBytes(roster), { now: now() });
  for (const role of ["targets-1", "targets-2"]) signRole(workspace, "targets", keys.signing(role), now());
  signRole(workspace, "snapshot", keys.signing("snapshot-1"), now());
  publishWorkspace(workspace, published);
  signTimestamp(published, keys.signing("timestamp-1"), now());
}

/** Two matches with their sealed evidence, all answered. */
async function sendMatches(url: string, device: SimulatedDevice): Promise<void> {
  const level1 = { v: 1, level: 1, host: "chat.invalid", maskedTerm: "c…t" };
  const records = [device.match({ evidence: { level1 } }), device.match({ evidence: { level1 } })];
  const body = JSON.stringify({ v: 1, envelopes: records.map(({ envelope }) => envelope) });
  const answer = EventsAnswer.parse(
    await (await fetch(`${url}/v1/events`, { method: "POST", headers: json, body })).json(),
  );
  expect(answer.results.map(({ status }) => status)).toEqual([201, 201]);
  for (const { sha256, bytes } of records.flatMap(({ blobs }) => blobs)) {
    const path = `/v1/blobs/${sha256}`;
    const headers = { "content-type": "application/octet-stream", ...device.signRequest("PUT", path) };
    expect((await fetch(`${url}${path}`, { method: "PUT", headers, body: bytes as BodyInit })).status).toBe(201);
  }
}

/** A reviewer at work, and what the console told them. */
interface Desk {
  readonly reviewerId: string;
  readonly browser: ConsoleClient;
  /** Each piece of evidence that arrived whole, and the hash of what arrived. */
  readonly opened: { readonly eventHash: string; readonly sha256: string }[];
  /** Alerts whose decision was confirmed. */
  readonly decided: number[];
}

class Cut extends Error {}

/**
 * What a desk opens of an alert before it decides: the newest piece and a few by chance, as a person would. An alert of
 * two hundred pieces, each of them opened afresh after each kill, would never be decided.
 */
function choosePieces(hashes: readonly string[], most = 3): readonly string[] {
  const chosen = new Set(hashes.slice(-1));
  while (chosen.size < Math.min(most, hashes.length)) {
    chosen.add(hashes[Math.floor(Math.random() * hashes.length)] ?? "");
  }
  return [...chosen];
}

/** Claims, opens and decides until the console is gone. `mine` says what this reviewer holds: an answer may have been lost. */
async function review(desk: Desk, mine: () => readonly number[], isCut: () => boolean): Promise<void> {
  try {
    while (!isCut()) {
      const [held] = mine();
      const next = held === undefined ? await ask(desk.browser.post("/queue/next")) : undefined;
      const location = String(next?.headers["location"] ?? `/alerts/${held}`);
      if (location.startsWith("/queue")) {
        await new Promise((done) => setTimeout(done, 10));
        continue;
      }
      await decide(desk, Number(location.split("/")[2]));
    }
  } catch (error) {
    if (!(error instanceof Cut && isCut())) throw error;
  }
}

async function decide(desk: Desk, alertId: number): Promise<void> {
  const page = await ask(desk.browser.get(`/alerts/${alertId}`));
  const leaseId = /name="leaseId" value="([0-9a-f]{32})"/.exec(page.body)?.[1];
  if (leaseId === undefined) return;
  const pieces = new Set([...page.body.matchAll(/data-evidence="([0-9a-f]{64})"/g)].map(([, hash]) => hash ?? ""));
  for (const eventHash of choosePieces([...pieces])) {
    const released = await ask(desk.browser.postJson(`/alerts/${alertId}/evidence`, { leaseId, eventHash, level: 1 }));
    // The device may not have sent the blob yet.
    if (released.statusCode !== 200) {
      expect(released.json()).toMatchObject({ code: "NOT_FOUND" });
      continue;
    }
    const { ciphertext } = released.json() as { ciphertext: string };
    desk.opened.push({ eventHash, sha256: sha256Hex(parseBase64(ciphertext)) });
  }
  const form = {
    leaseId,
    outcome: "false-match",
    reasonCode: "another-meaning",
    told: "All is well.",
    privateNote: "n",
  };
  const answer = await ask(desk.browser.post(`/alerts/${alertId}/decision`, form));
  expect(answer.statusCode).toBe(303);
  desk.decided.push(alertId);
}

let answered = 0;
let onAnswer: () => void = () => undefined;

/** Only a broken connection is the kill's doing. */
async function ask<T>(request: Promise<T>): Promise<T> {
  try {
    const answer = await request;
    answered++;
    onAnswer();
    return answer;
  } catch (error) {
    if (error instanceof TypeError) throw new Cut("the connection broke", { cause: error });
    throw error;
  }
}

/** Resolves a few milliseconds after so many more answers, or soon where nothing is asked. */
function afterAnswers(count: number): Promise<void> {
  const goal = answered + count;
  return new Promise((done) => {
    const soon = setTimeout(done, 1_000);
    onAnswer = () => {
      if (answered < goal) return;
      clearTimeout(soon);
      setTimeout(done, Math.random() * 8);
    };
  });
}

async function openDesks(data: string, origin: string): Promise<Desk[]> {
  const trust = await loadTrust(shared.agency.published, shared.agency.rootSha256);
  const store = await openConsoleStore(join(data, "console.sqlite"));
  const links = await Promise.all(
    reviewers.map((reviewerId) =>
      createSignInLink({ store, reviewers: () => trust.reviewers, now, random }, { reviewerId, lifeSeconds: 3_600 }),
    ),
  );
  await store.close();
  const console_ = await startConsoleProcess({ agency: shared.agency, data }, Number(new URL(origin).port));
  const desks = await Promise.all(
    reviewers.map(async (reviewerId, i) => {
      const browser = await new ConsoleClient(remoteConsole(origin), origin).signIn(links[i] ?? "");
      return { reviewerId, browser, opened: [], decided: [] };
    }),
  );
  await console_.kill("SIGKILL");
  return desks;
}

type Row = Record<string, string | number | null>;
const readAll = (database: BetterSqlite3.Database, sql: string) => database.prepare(sql).all() as Row[];
const column = (database: BetterSqlite3.Database, sql: string) =>
  database.prepare(sql).pluck().all() as (string | number)[];

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error("what was written was not handed over in time");
    await new Promise((done) => setTimeout(done, 20));
  }
}

const counted = (values: readonly (string | number | null)[]) => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return counts;
};

test(`${runs} kills of the console under load lose and double no alert, view, decision or audit row`, {
  timeout: 60_000 + runs * 8_000,
}, async () => {
  const data = newDataFolder(shared.folder);
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const ingest: IngestProcess = await startIngestProcess({ agency: shared.agency, data });
  const devices = reviewers.map(() =>
    buildDevice({
      pack: shared.agency.makePack("http://127.0.0.1:8801"),
      officer: shared.agency.keys.signing("officer-1"),
      ...{ random, now },
    }),
  );
  for (const { enrolment } of devices) {
    const body = JSON.stringify(enrolment);
    expect((await fetch(`${ingest.url}/v1/enrolments`, { method: "POST", headers: json, body })).status).toBe(201);
  }
  const desks = await openDesks(data, origin);
  const console_ = new BetterSqlite3(join(data, "console.sqlite"), { readonly: true });
  const records = new BetterSqlite3(join(data, "ingest.sqlite"), { readonly: true });
  const held = (reviewerId: string) => () =>
    console_
      .prepare("select alert_id from alert where claimed_by = ? order by alert_id")
      .pluck()
      .all(reviewerId) as number[];

  let running: IngestProcess | undefined;
  try {
    for (let run = 0; run < runs; run++) {
      running = await startConsoleProcess({ agency: shared.agency, data }, port);
      let cut = false;
      const sending = Promise.all(devices.map((device) => sendMatches(ingest.url, device)));
      const work = Promise.all(desks.map((desk) => review(desk, held(desk.reviewerId), () => cut)));
      await Promise.race([work, afterAnswers(Math.floor(Math.random() * 30))]);
      cut = true;
      await running.kill("SIGKILL");
      await Promise.all([sending, work]);
    }
    running = await startConsoleProcess({ agency: shared.agency, data }, port);
    const lastRecord = () => column(records, "select max(record_id) from record")[0];
    await until(() => column(console_, "select value from progress where name = 'ingest'")[0] === lastRecord());
    await until(
      () => column(console_, "select (select count(*) from outbox) - (select count(*) from outbox_done)")[0] === 0,
    );
    expect(await running.kill("SIGTERM")).toBe(0);
    const left =
      "select (select max(handover_id) from handover) - (select value from progress where name = 'handover')";
    await until(() => column(records, left)[0] === 0);
    expect(await ingest.kill("SIGTERM")).toBe(0);

    // Every match is one event of one alert.
    const matches = devices.length * runs * 2;
    const events = readAll(console_, "select event_hash, record_id, evidence_json from alert_event order by record_id");
    expect(events.length).toBe(matches);
    expect(events.map((row) => row["record_id"])).toEqual(
      column(records, "select record_id from record order by record_id"),
    );

    // The audit chain is whole; each opened piece has its view and its audit row, and each view one audit row.
    const store = await openConsoleStore(join(data, "console.sqlite"));
    expect((await checkAuditChain(store, undefined)).state).toBe("whole");
    await store.close();
    const views = counted(column(console_, "select about from evidence_view"));
    const audited = counted(
      column(console_, "select replace(object_id, '/1', '') from audit where object = 'evidence'"),
    );
    expect(views).toEqual(audited);
    const evidence = new Map(events.map((row) => [row["event_hash"], String(row["evidence_json"])]));
    const all = desks.flatMap((desk) => desk.opened);
    for (const { eventHash, sha256 } of all) expect(evidence.get(eventHash)).toContain(sha256);
    const opened = counted(all.map(({ eventHash }) => eventHash));
    for (const [hash, times] of opened) expect(views.get(hash) ?? 0).toBeGreaterThanOrEqual(times);

    // A decision is there whole or not at all, once, and every one that was confirmed is there.
    const decisions = readAll(console_, "select decision_id, alert_id, reviewer_id from decision");
    const decidedAlerts = column(console_, "select alert_id from alert where state = 'decided' order by alert_id");
    expect(decisions.map((row) => row["alert_id"]).sort((a, b) => Number(a) - Number(b))).toEqual(decidedAlerts);
    expect(column(console_, "select count(*) from decision_words")[0]).toBe(decisions.length);
    const decisionAudit = column(console_, "select object_id from audit where object = 'decision'");
    expect(counted(decisionAudit)).toEqual(counted(decisions.map((row) => `${row["alert_id"]}/${row["decision_id"]}`)));
    for (const { reviewerId, decided } of desks) {
      for (const alertId of decided) {
        expect(decisions).toContainEqual(expect.objectContaining({ alert_id: alertId, reviewer_id: reviewerId }));
      }
    }
    expect(desks.flatMap((desk) => desk.decided).length).toBeGreaterThan(runs / 8);
    expect(all.length).toBeGreaterThan(runs / 8);

    // What the console wrote is in the log once, and with the device once.
    const leaves = counted(column(records, "select lower(hex(data)) from leaf"));
    const written: readonly [LeafType, string][] = [
      [LeafType.view, "select view_hash from evidence_view"],
      [LeafType.decision, "select decision_hash from decision"],
      [LeafType.audit, "select hash from audit"],
    ];
    for (const [type, sql] of written) {
      const hashes = column(console_, sql);
      expect(hashes.length).toBeGreaterThan(0);
      for (const hash of hashes) expect(leaves.get(`${type.toString(16).padStart(2, "0")}${hash}`)).toBe(1);
    }
    const feed = column(records, "select item from feed");
    expect(feed.length).toBe([...views.values()].reduce((sum, n) => sum + n, 0) + decisions.length);
    expect(new Set(feed).size).toBe(feed.length);
  } finally {
    running?.child.kill("SIGKILL");
    ingest.child.kill("SIGKILL");
    console_.close();
    records.close();
  }
});
