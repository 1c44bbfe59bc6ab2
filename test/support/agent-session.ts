import { join } from "node:path";
import type { DoneState } from "@overt/agent/core/enrolment-state.ts";
import { openSession, type Session } from "@overt/agent/core/session.ts";
import type { VerifiedTargets } from "@overt/agent/core/verified-targets.ts";
import { buildPermitKeeper, type PermitKeeper } from "@overt/agent/notice/permit.ts";
import { openFileDocuments } from "@overt/agent/platform/documents/file-documents.ts";
import { openFileForms } from "@overt/agent/platform/forms/file-forms.ts";
import { openJournal } from "@overt/agent/platform/journal/open-journal.ts";
import { makeFolderSource } from "@overt/agent/platform/tuf/folder-source.ts";
import { openTufKeeper } from "@overt/agent/platform/tuf/keeper.ts";
import { openPublishedLists } from "@overt/agent/platform/tuf/published-lists.ts";
import { openPracticeAgency, type PracticeAgency } from "@overt/scripts/start/practice/agency.ts";
import { brandVerified } from "@overt/shared/brand.ts";
import { toHex } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { type SigningKey, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { type Envelope, envelopeHash, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import { limits } from "@overt/shared/limits.ts";
import { type Acknowledgement, EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import { type Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import { onTestFinished } from "vitest";
import { random, scratchFolder } from "./agent-journal.ts";
import { readPayload } from "./fake-ingest.ts";

export const startedAt = 1_800_000_000;
export const ownAccount = "ac".repeat(32);

export interface TestAgency {
  readonly agency: PracticeAgency;
  readonly targets: VerifiedTargets;
  signOrder(change: Partial<Order>, base?: Envelope): Envelope;
  signStatus(order: Envelope, change?: Partial<OrderStatus>): Envelope;
}

/** A practice agency that exists at `startedAt`, with its published files as a device holds them. */
export async function openTestAgency(folder: string): Promise<TestAgency> {
  const agency = openPracticeAgency({ folder: join(folder, "agency"), now: startedAt, random });
  const keeper = openTufKeeper({
    folder: join(folder, "published"),
    pinnedRootSha256: agency.rootSha256,
    shippedRoots: [],
    source: makeFolderSource(agency.published),
    clock: () => performance.now(),
    refreshTimeoutMs: 60_000,
  });
  const outcome = await keeper.refresh(startedAt);
  if (!("targets" in outcome)) throw new Error("the practice agency is not in order");
  const { keys } = agency;
  return {
    agency,
    targets: outcome.targets,
    signOrder(change, base = agency.order) {
      const order = { ...readPayload(base), ...change };
      return signEnvelope(payloadTypes.order, order, [keys.signing("order-signer-1"), keys.signing("order-signer-2")]);
    },
    signStatus(order, change = {}) {
      const { orderId, version } = readPayload(order);
      const times = { issuedAt: startedAt, confirmedUntil: startedAt + 30 * 86_400 };
      const status = OrderStatus.parse({
        v: 1,
        orderId,
        version,
        state: "in-force",
        ...times,
        salt: "00".repeat(16),
        ...change,
      });
      return signEnvelope(payloadTypes.orderStatus, status, [keys.signing("order-signer-1")]);
    },
  };
}

/** The same agency with other rules published. */
export function withRules(world: TestAgency, change: (rules: RuleSet) => unknown): TestAgency {
  const { targets } = world;
  const changed = (name: string): RuleSet | undefined => {
    const found = name.startsWith("rules/") ? targets.findDocument(name, RuleSet, limits.payload.ruleSet) : undefined;
    return found && RuleSet.parse(change(RuleSet.parse(found)));
  };
  return {
    ...world,
    targets: {
      ...targets,
      targetsSha256: toHex(random(32)),
      // What is kept of compiled rules is bound to these bytes, so they have to be those of the changed rules.
      findBytes(name) {
        const rules = changed(name);
        return rules === undefined ? targets.findBytes(name) : brandVerified(canonicalBytes(rules));
      },
      findChecked<T>(name: string) {
        const rules = changed(name);
        return rules === undefined ? targets.findChecked<T>(name) : brandVerified(rules as T);
      },
      findDocument(name, schema, maxBytes) {
        const rules = changed(name);
        return rules === undefined ? targets.findDocument(name, schema, maxBytes) : brandVerified(schema.parse(rules));
      },
    },
  };
}

export interface Device {
  readonly acknowledgement: Envelope;
  readonly signingKey: SigningKey;
  readonly session: Session;
  readonly journal: ReturnType<typeof openJournal>;
  readonly permits: PermitKeeper;
  readonly folder: string;
  /** Lets time pass on every clock. */
  pass(seconds: number): void;
  stepWall(seconds: number): void;
  /** Monotonic clock of the permit alone. */
  breakMonotonic(value: number | undefined): void;
  /** A notice page answers: the permit of every sensor. */
  showNotice(): void;
  browserConnected: boolean;
  reopen(options?: { account?: string; restart?: boolean }): Device;
}

export interface DeviceOptions {
  readonly order?: Envelope;
  readonly status?: Envelope;
  readonly account?: string;
  readonly acknowledgement?: Partial<Acknowledgement>;
  /** Who signs the acknowledgement: both, or one of them. */
  readonly signedBy?: readonly ("device" | "officer")[];
}

/** A device whose enrolment has just been countersigned; nothing of it runs by itself. */
export function openDevice(world: TestAgency, options: DeviceOptions = {}): Device {
  const { agency } = world;
  const keys = {
    signing: signingKeyFromSeed(random(32)),
    box: boxKeyFromSeed(random(32)),
    stateKey: random(32),
    accountSalt: random(32),
    formKey: random(32),
  };
  const order = options.order ?? agency.order;
  const orderStatus = options.status ?? world.signStatus(order);
  const token = readPayload(agency.makePack("http://127.0.0.1:9").token);
  const officer = agency.keys.signing("officer-1");
  const pack = EnrolmentPack.parse({
    v: 1,
    order,
    orderStatus,
    token: signEnvelope(payloadTypes.enrolmentToken, { ...token, orderHash: envelopeHash(order) }, [officer]),
  });
  const value = {
    v: 1,
    tokenHash: envelopeHash(pack.token),
    caseRef: "PRACTICE-001",
    deviceKey: toHex(keys.signing.publicKey),
    deviceBoxKey: toHex(keys.box.publicKey),
    orderHash: envelopeHash(order),
    account: ownAccount,
    noticeSha256: "00".repeat(32),
    language: "en",
    screens: [{ id: "about", sha256: "00".repeat(32), seconds: 9 }],
    outcome: "acknowledged",
    copyGiven: true,
    agentVersion: "0.1.0",
    buildSha256: "00".repeat(32),
    os: "linux",
    keyStorage: "software-unprotected",
    at: startedAt,
    code: "00000000",
    salt: "00".repeat(16),
    ...options.acknowledgement,
  };
  const signers = (options.signedBy ?? ["device", "officer"]).map((who) => (who === "device" ? keys.signing : officer));
  const acknowledgement = signEnvelope(payloadTypes.acknowledgement, value, signers);
  const ackHash = envelopeHash(acknowledgement);
  const done: DoneState = {
    v: 1,
    step: "done",
    pack,
    issuer: { agency: "practice-agency", name: "practice-agency", practice: true },
    outcome: "acknowledged",
    acknowledgement,
    ackHash,
    deviceId: ackHash.slice(0, 32),
    attestedAt: startedAt,
    delivered: true,
    started: false,
  };
  return runDevice(
    world,
    { keys, done, folder: scratchFolder(), wall: startedAt, uptime: 100, boot: 1 },
    options.account ?? ownAccount,
  );
}

interface Machine {
  readonly keys: Parameters<typeof openSession>[0]["keys"];
  readonly done: DoneState;
  readonly folder: string;
  wall: number;
  uptime: number;
  boot: number;
}

function runDevice(world: TestAgency, machine: Machine, account: string): Device {
  let monotonic: number | undefined;
  const permits = buildPermitKeeper({ monotonic: () => monotonic ?? machine.uptime, random });
  const journal = openJournal({
    folder: join(machine.folder, "journal"),
    chain: machine.done.ackHash,
    fresh: !machine.done.started,
    stateKey: machine.keys.stateKey,
    random,
    now: () => machine.wall,
  });
  let open = true;
  const close = () => {
    if (open) journal.close();
    open = false;
  };
  const device = { browserConnected: true };
  const session = openSession({
    done: machine.done,
    keys: machine.keys,
    journal,
    documents: openFileDocuments(join(machine.folder, "documents")),
    targets: world.targets,
    lastRefresh: () => startedAt,
    openLists: openPublishedLists,
    forms: openFileForms({ folder: join(machine.folder, "forms"), key: machine.keys.formKey, program: "tests" }),
    clock: { wall: () => machine.wall, uptime: () => machine.uptime, bootMarker: `boot-${machine.boot}` },
    permits,
    account,
    browserConnected: () => device.browserConnected,
    random,
    onUrgent: () => undefined,
  });
  onTestFinished(close);
  return Object.assign(device, {
    acknowledgement: machine.done.acknowledgement,
    signingKey: machine.keys.signing,
    session,
    journal,
    permits,
    folder: machine.folder,
    pass(seconds: number) {
      machine.wall += seconds;
      machine.uptime += seconds;
    },
    stepWall(seconds: number) {
      machine.wall += seconds;
    },
    breakMonotonic(value: number | undefined) {
      monotonic = value;
    },
    showNotice() {
      permits.answer("page", { challenge: permits.challenge("page"), inView: true });
    },
    reopen(change: { account?: string; restart?: boolean } = {}) {
      close();
      if (change.restart) Object.assign(machine, { boot: machine.boot + 1, uptime: 1 });
      return runDevice(world, { ...machine, done: { ...machine.done, started: true } }, change.account ?? account);
    },
  });
}
