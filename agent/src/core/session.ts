import { parseHex, toHex } from "@overt/shared/bytes.ts";
import type { Random } from "@overt/shared/crypto/seal.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { isWithinHours, localTime } from "@overt/shared/rules/hours.ts";
import type { CapturePermit, PermitSource } from "../notice/ports.ts";
import { type AgencyKeys, findReviewersAt, requireAgencyKeys } from "./agency-keys.ts";
import { buildChain, type Chain } from "./chain.ts";
import { type Conditions, type CoverageInterval, KeptCoverage, openCoverageLedger } from "./coverage.ts";
import type { DeviceKeys } from "./device-keys.ts";
import type { DocumentStore } from "./document-store.ts";
import { readToken } from "./enrolment-pack.ts";
import type { DoneState } from "./enrolment-state.ts";
import { readAcknowledgement, requireBothSignatures } from "./exchange.ts";
import type { FormStore } from "./form-store.ts";
import { findStandingObstacle, type GateFacts } from "./gate-input.ts";
import type { Journal } from "./journal.ts";
import { type Life, openLife } from "./life.ts";
import { buildMonitor, type Monitor } from "./monitor.ts";
import { type OrderKeeper, openOrderKeeper } from "./order-keeper.ts";
import { type OpenLists, openRuleBooks, type RuleBooks } from "./rule-books.ts";
import { type Clock, openTrustedTime, TimeState, type TrustedTime } from "./trusted-time.ts";
import type { VerifiedTargets } from "./verified-targets.ts";

export interface SessionDeps {
  readonly done: DoneState;
  readonly keys: DeviceKeys;
  readonly journal: Journal;
  readonly documents: DocumentStore;
  readonly targets: VerifiedTargets;
  readonly lastRefresh: () => number | undefined;
  readonly openLists: OpenLists;
  readonly forms: FormStore;
  readonly clock: Clock;
  readonly permits: PermitSource;
  /** Hash of the account this process runs under. */
  readonly account: string;
  readonly browserConnected: () => boolean;
  readonly random: Random;
  readonly onUrgent: () => void;
}

/** An enrolled device at work: everything between a sensor's observation and the journal. */
export interface Session {
  readonly deviceId: string;
  readonly time: TrustedTime;
  readonly chain: Chain;
  readonly monitor: Monitor;
  readonly orders: OrderKeeper;
  readonly books: RuleBooks;
  readonly life: Life;
  agencyKeys(): AgencyKeys;
  take(targets: VerifiedTargets): void;
  gate(permit: CapturePermit | undefined): GateFacts;
  conditions(): Conditions;
  /** Every few seconds: coverage, clock, heartbeat, the order's end. */
  tick(): void;
  /** Tells what coverage is left to tell. */
  flush(): void;
}

/**
 * Opens the session of a countersigned acknowledgement and writes the chain's `start`. Throws NOT_ACKNOWLEDGED-like
 * VerificationErrors where the acknowledgement lacks one of its two signatures: then nothing is ever captured.
 */
export function openSession(deps: SessionDeps): Session {
  const { done, keys, journal, clock, random } = deps;
  let agency = requireAgencyKeys(deps.targets);
  const acknowledgement = requireAcknowledgement(deps, agency);
  const kept = TimeState.safeParse(journal.readState("time"));
  const lastAt = kept.success ? kept.data.lastAt : undefined;
  const state = kept.success ? kept.data : undefined;
  const bootId = () => toHex(random(16));
  const time = openTrustedTime({ clock, state, firstAttestedAt: done.attestedAt, bootId });
  const enrolled = { v: 1, order: done.pack.order, orderStatus: done.pack.orderStatus } as const;
  const orders = openOrderKeeper({ store: deps.documents, enrolled, signers: agency.orderSigners });
  const books = openRuleBooks(deps.openLists, () => orders.acknowledged.value.listKeys, deps.forms);
  books.take(deps.targets);

  const chain = buildChain({
    journal,
    time,
    deviceId: done.deviceId,
    signingKey: keys.signing,
    random,
    orderHash: () => orders.acknowledged.hash,
    recipients: () => recipients(agency, orders, keys, time.now()),
    onUrgent: deps.onUrgent,
  });
  const gate = (permit: CapturePermit | undefined): GateFacts => {
    const now = time.now();
    const known = [orders.acknowledged.value, orders.newest().order.value];
    return {
      orders,
      acknowledgement: { value: acknowledgement, countersigned: true },
      permitLive: permit !== undefined && deps.permits.isLive(permit),
      account: deps.account,
      rulesExpire: Math.max(0, ...books.inForce(now).map((engine) => engine.ruleSet.expires)),
      isProtected: (host) => books.isProtected(known, host),
      now,
    };
  };
  const monitor = buildMonitor({ chain, journal, gate, engines: () => books.inForce(time.now()), now: time.now });
  const sameBoot = clock.bootMarker !== "" && state?.bootMarker === clock.bootMarker;
  const life = openLife({ journal, chain, time, orders, sameBoot });
  const openedAt = time.now();
  const ledger = openCoverageLedger(openedAt, readUntold(journal, lastAt, openedAt, sameBoot));
  const conditions = (): Conditions => {
    const facts = gate(deps.permits.current("browser"));
    return {
      paused: life.state().kind !== "running",
      noticeLive: facts.permitLive,
      accountCovered: acknowledgement.account === deps.account,
      rules: books.condition(facts.now, deps.lastRefresh()),
      extensionConnected: deps.browserConnected(),
      orderUnconfirmed: isUnconfirmed(orders, facts.now),
      withinHours: isWithinAnyHours(orders, facts.now),
      journalFull: monitor.journalFull(),
    };
  };
  const flush = (force: boolean) => {
    const intervals = ledger.take(time.now(), force);
    // Told and no longer kept, in one transaction: a kill between the two would lose or double it.
    if (intervals !== undefined) chain.writeHealth({ kind: "coverage", intervals }, { coverage: ledger.kept() });
  };
  let heartbeatAt = time.now();

  if (life.state().kind !== "ended") {
    const reason = done.started ? "restarted" : "enrolled";
    chain.writeHealth({ kind: "start", reason }, { stopped: false, coverage: ledger.kept() });
  }
  return {
    deviceId: done.deviceId,
    time,
    chain,
    monitor,
    orders,
    books,
    life,
    agencyKeys: () => agency,
    take(targets) {
      agency = requireAgencyKeys(targets);
      books.take(targets);
    },
    gate,
    conditions,
    tick() {
      life.judge();
      if (life.state().kind === "ended") return;
      const now = time.now();
      if (time.takeStep() !== undefined) ledger.note({ from: now, to: now, state: "partly", reason: "clock-step" });
      ledger.tick(now, conditions());
      const { heartbeatSeconds } = orders.acknowledged.value;
      const heartbeatDue = now - heartbeatAt >= heartbeatSeconds || now < heartbeatAt;
      flush(heartbeatDue);
      if (heartbeatDue) {
        heartbeatAt = now;
        monitor.writeHeartbeat();
      }
      journal.writeState({ time: time.state(), coverage: ledger.kept() });
    },
    flush: () => flush(true),
  };
}

/** Why nothing may be seen now, as the gate sees it; for the person's status. */
export function findObstacleNow(session: Session, permits: PermitSource) {
  return findStandingObstacle(session.gate(permits.current("browser")));
}

function requireAcknowledgement({ done, keys }: SessionDeps, agency: AgencyKeys) {
  const own = readAcknowledgement(done.acknowledgement, keys.signing.publicKey);
  const { officerId } = readToken(done.pack);
  // The officer's key may have left the roster since; it had to be there when the officer signed.
  const officerKeys = agency.officers.officers
    .filter((officer) => officer.officerId === officerId && officer.from <= own.at && own.at < officer.until)
    .map((officer) => parseHex(officer.publicKey));
  requireBothSignatures(done.acknowledgement, done.acknowledgement, keys.signing.publicKey, officerKeys);
  if (own.outcome !== "acknowledged") {
    throw new VerificationError("WRONG_TYPE", "The answer was a refusal. Nothing is monitored.");
  }
  return own;
}

function recipients(agency: AgencyKeys, orders: OrderKeeper, keys: DeviceKeys, now: number): Uint8Array[] {
  const reviewers = findReviewersAt(agency.reviewers, orders.acknowledged.value.reviewerGroup, now);
  const boxes = [...reviewers.map((reviewer) => reviewer.boxKey), agency.reviewers.recoveryBoxKey];
  return [...boxes.map(parseHex), keys.box.publicKey];
}

export function isUnconfirmed(orders: OrderKeeper, now: number): boolean {
  const { confirmedUntil } = orders.newest().status.value;
  return now > confirmedUntil + orders.acknowledged.value.offlineGraceSeconds;
}

export function isWithinAnyHours(orders: OrderKeeper, now: number): boolean {
  const { clauses, timeZone } = orders.acknowledged.value;
  const local = localTime(timeZone, now);
  return clauses.some((clause) => isWithinHours(clause.hours, local));
}

/**
 * What the last run had seen and not told, and the time in which the agent did not run, with the plainest reason that fits.
 * After a kill it begins at the last tick that was kept: the seconds behind it count as not seen.
 */
function readUntold(journal: Journal, lastAt: number | undefined, now: number, sameBoot: boolean): CoverageInterval[] {
  const kept = KeptCoverage.safeParse(journal.readState("coverage"));
  const untold = kept.success ? kept.data.intervals : [];
  const from = kept.success ? kept.data.until : lastAt;
  if (from === undefined || now <= from) return untold;
  const stopped = journal.readState("stopped") === true;
  const reason = stopped ? "paused" : sameBoot ? "sensor-unavailable" : "powered-off";
  return [...untold, { from, to: now, state: "not-seen", reason }];
}
