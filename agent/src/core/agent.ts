import { OvertError } from "@overt/shared/errors.ts";
import { z } from "zod";
import type { AgentMessage, ExtensionMessage } from "../bridge/messages.ts";
import type { PermitKeeper } from "../notice/permit.ts";
import type { AgentStatus, NoticeSource } from "../notice/ports.ts";
import { asOvertError, nextWait, retryAfterOf } from "./backoff.ts";
import { type BrowserLink, buildBrowserLink } from "./browser-link.ts";
import { buildEnrolmentApi } from "./device-api.ts";
import { type Enrolment, openEnrolment } from "./enrolment.ts";
import type { DoneState } from "./enrolment-state.ts";
import type { DeviceFacts } from "./exchange.ts";
import { type Loop, startLoop, type Wait } from "./loop.ts";
import { buildNoticeSource } from "./notice-source.ts";
import { findObstacleNow } from "./session.ts";
import { judgeIdle, judgeStatus } from "./status.ts";
import { findWork, type Work, type WorkDeps } from "./work.ts";

export interface AgentDeps extends WorkDeps {
  readonly permits: PermitKeeper;
  readonly facts: Omit<DeviceFacts, "account">;
  readonly wait: Wait;
  /** False where it is not, or this system does not say. */
  readonly isScreenLocked: () => Promise<boolean>;
  readonly sendToBrowser: (connection: number, message: AgentMessage) => void;
  /** Where the notice is, once it is open; the extension's popup leads there. */
  readonly noticeUrl: () => string;
  /** A fault of the program itself: whoever runs it ends it, and starts it again. */
  readonly onFault: (error: unknown) => void;
}

/** The agent of one person on one device, from the first page of the enrolment to its removal. */
export interface Agent {
  readonly source: NoticeSource;
  readonly permits: PermitKeeper;
  readonly enrolment: Enrolment;
  start(): void;
  /** Resolves when what was enrolled is at work, or it is clear that it cannot be now. */
  ready(): Promise<void>;
  /** A checked message of the browser extension, and the end of its connection. */
  browserSaid(connection: number, message: ExtensionMessage): void;
  browserClosed(connection: number): void;
  /** The person stops the program: a dated record, delivered where that is possible soon. */
  stop(): Promise<void>;
  /** The person takes it off: a dated end, delivered where that is possible soon; keys go, a proof of the end stays. */
  remove(): Promise<void>;
  /** Ends without a word, as at log-out. */
  close(): Promise<void>;
}

const tickSeconds = 5;
const exchangeSeconds = 1;
const lastDeliverySeconds = 10;

export function buildAgent(deps: AgentDeps): Agent {
  const { documents, keyStore, clock, permits, random } = deps;
  let work: Work | undefined;
  let opening: Promise<void> | undefined;
  let loops: Loop[] = [];
  let deliverLoop: Loop | undefined;
  let enrolmentLoop: Loop | undefined;
  let started = false;
  let ticks = 0;

  const enrolment = openEnrolment({
    documents,
    keyStore,
    authority: deps.authority,
    apiFor: (serverUrl) => buildEnrolmentApi(deps.transportFor(serverUrl)),
    facts: (keys) => ({ ...deps.facts, account: deps.accountHash(keys.accountSalt) }),
    random,
    wall: clock.wall,
    onChange: () => {
      enrolmentLoop?.wake();
      tellBrowsers();
    },
  });
  const capturing = () => (work?.session.life.state().kind === "running" ? work.session.monitor : undefined);
  const link: BrowserLink = buildBrowserLink({ permits, monitor: capturing, send: deps.sendToBrowser });
  const source = buildNoticeSource({ enrolment, work: () => work, status, proofOfEnd, onChange: tellBrowsers });

  function proofOfEnd(): string | undefined {
    const proof = documents.find("proof-of-end", z.record(z.string(), z.unknown()));
    return proof && `${JSON.stringify(proof, undefined, 2)}\n`;
  }

  function status(): AgentStatus {
    const state = enrolment.state();
    const issuer = state === undefined || state.step === "ended" ? undefined : state.issuer;
    const base = {
      practice: issuer?.practice ?? false,
      agency: issuer?.name,
      deviceId: state !== undefined && "deviceId" in state ? state.deviceId : undefined,
      browserConnected: link.connected(),
    };
    if (work === undefined) {
      const nothing = { ruleSet: undefined, lastDeliveredAt: undefined, pausedUntil: undefined };
      const idle = { ...nothing, waiting: 0, now: clock.wall() };
      return { ...base, ...idle, ...judgeIdle(state) };
    }
    const { session, sync, journal } = work;
    const now = session.time.now();
    const life = session.life.state();
    const ruleSet = session.books.inForce(now)[0]?.ruleSet;
    return {
      ...base,
      ...judgeStatus({
        life,
        obstacle: findObstacleNow(session, permits),
        conditions: session.conditions(),
        serverAway: sync.serverAway(),
        stuck: sync.stuck(),
        badgePinned: link.pinned(),
      }),
      ruleSet: ruleSet && { bundle: ruleSet.bundle, version: ruleSet.version, expires: ruleSet.expires },
      lastDeliveredAt: sync.uplink.lastDeliveredAt(),
      waiting: journal.size().waiting,
      pausedUntil: life.kind === "not-me" ? life.until : undefined,
      now,
    };
  }

  function tellBrowsers(): void {
    const { state, practice } = status();
    const order = source.order()?.order;
    const known = ({ "not-enrolled": "paused", enrolling: "paused" } as const)[state as "enrolling"];
    const sees = [...new Set(order?.clauses.flatMap((clause) => clause.signals))];
    link.tell({ type: "status", state: known ?? (state as "on"), practice, noticeUrl: deps.noticeUrl(), sees });
  }

  /** The enrolment's own loop: the exchange, then opening the session; ends when the device is at work. */
  async function enrolStep(failures: { count: number }): Promise<number> {
    try {
      const state = enrolment.state();
      if (state?.step === "exchange") {
        await enrolment.step();
        failures.count = 0;
        return exchangeSeconds;
      }
      if (state?.step === "done" && state.outcome === "declined") {
        if (await enrolment.step()) keyStore.remove();
        return 3_600;
      }
      if (state?.step === "done" && work === undefined) await openOnce(state);
      failures.count = 0;
      return 3_600;
    } catch (error) {
      if (!(error instanceof OvertError)) throw error;
      return nextWait(failures.count++, random, retryAfterOf(error));
    }
  }

  function openOnce(done: DoneState): Promise<void> {
    opening ??= openWork(done).finally(() => {
      opening = undefined;
    });
    return opening;
  }

  async function openWork(done: DoneState): Promise<void> {
    const now = () => work?.session.time.now() ?? clock.wall();
    const opened = await findWork(deps, done, {
      now,
      isWanted: () => started,
      browserConnected: link.connected,
      onUrgent: () => deliverLoop?.wake(),
      deliverEnrolment: enrolment.step,
      onChange: tellBrowsers,
    });
    if (opened === undefined) return;
    enrolment.markStarted();
    work = opened;
    const { sync } = opened;
    deliverLoop = startLoop(sync.deliver, deps.wait, deps.onFault);
    loops = [
      deliverLoop,
      startLoop(sync.feed, deps.wait, deps.onFault),
      startLoop(sync.refresh, deps.wait, deps.onFault),
    ];
    tellBrowsers();
  }

  async function tick(): Promise<number> {
    if (ticks++ % 2 === 0) link.challenge();
    await endPauseAtLock();
    if (work !== undefined) {
      work.session.tick();
      const life = work.session.life.state();
      const { journal } = work;
      if (life.kind === "ended" && journal.size().waiting === 0 && journal.pendingBlobs(1).length === 0) {
        await finish(life.reason);
      }
    }
    tellBrowsers();
    return tickSeconds;
  }

  /** Asked only while somebody else uses the account: a locked screen is the end of their turn. */
  async function endPauseAtLock(): Promise<void> {
    if (work?.session.life.state().kind !== "not-me") return;
    if (await deps.isScreenLocked()) work?.session.life.goOn();
  }

  /** Everything is delivered or the person wants to go: the proof stays, the keys do not. */
  async function finish(reason: "order-ended" | "order-revoked" | "removed"): Promise<void> {
    if (work === undefined) return;
    documents.write("proof-of-end", JSON.parse(source.exportAll().json));
    const at = work.session.time.now();
    await stopLoops();
    enrolment.end(reason, at);
    keyStore.remove();
    tellBrowsers();
  }

  async function stopLoops(): Promise<void> {
    const held = work;
    const stopping = loops.splice(0);
    deliverLoop = undefined;
    await Promise.all(stopping.map((loop) => loop.stop()));
    work = undefined;
    held?.journal.close();
  }

  /** Gives delivery a few seconds; what does not get through stays in the journal. */
  async function deliverLast(): Promise<void> {
    const held = work;
    if (held === undefined) return;
    // One batch at a time: the loop's own step ends first.
    const stopping = loops.splice(0);
    await Promise.all(stopping.map((loop) => loop.stop()));
    const deadline = clock.uptime() + lastDeliverySeconds;
    const left = () => held.journal.size().waiting > 0 || held.journal.pendingBlobs(1).length > 0;
    for (let tries = 0; left() && tries < 20 && clock.uptime() < deadline; tries++) {
      await held.sync.deliver();
      if (held.sync.serverAway() || held.sync.stuck()) return;
    }
  }

  let tickLoop: Loop | undefined;
  const closeAll = async () => {
    started = false;
    await Promise.all([tickLoop?.stop(), enrolmentLoop?.stop(), opening]);
    work?.session.life.leave();
    await stopLoops();
  };

  return {
    source,
    permits,
    enrolment,
    start() {
      if (started) return;
      started = true;
      const failures = { count: 0 };
      enrolmentLoop = startLoop(() => enrolStep(failures), deps.wait, deps.onFault);
      tickLoop = startLoop(tick, deps.wait, deps.onFault);
    },
    async ready() {
      const state = enrolment.state();
      if (state?.step === "done" && state.outcome === "acknowledged" && work === undefined) {
        await openOnce(state).catch(asOvertError);
      }
    },
    browserSaid(connection, message) {
      link.receive(connection, message);
      if (message.type === "hello" || message.type === "answer") tellBrowsers();
    },
    browserClosed(connection) {
      link.closed(connection);
      tellBrowsers();
    },
    async stop() {
      work?.session.flush();
      work?.session.life.stop();
      await deliverLast();
      await closeAll();
    },
    async remove() {
      work?.session.flush();
      work?.session.life.remove();
      await deliverLast();
      await finish("removed");
      if (enrolment.state()?.step !== "ended") enrolment.end("removed", clock.wall());
      keyStore.remove();
      await closeAll();
    },
    close: closeAll,
  };
}
