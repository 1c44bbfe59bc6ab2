import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import { envelopeHash, readUnverified, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { limits } from "@overt/shared/limits.ts";
import { EnrolmentPack, EnrolmentToken } from "@overt/shared/protocol/enrolment.ts";
import { Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { RootPlan } from "../../authority/tuf/metadata.ts";
import { publishWorkspace, signTimestamp } from "../../authority/tuf/publish.ts";
import { type TufRole, tufQuorum, tufRoles } from "../../authority/tuf/roles.ts";
import { addTarget, initWorkspace, signRole } from "../../authority/tuf/workspace.ts";
import { prettyJson, writeFileWhole } from "../../keys/files.ts";
import { buildRoster, type RosterKind, type RosterPlan, rosterTargets } from "../../keys/roster.ts";
import { openPracticeKeys, type PracticeKeys } from "./keys.ts";
import { practiceAgencyName, practiceOrder } from "./order.ts";
import { renewPractice, roleKeys, signRoot } from "./renew.ts";
import { practiceRules, practiceRulesTarget } from "./rules.ts";

/** A whole agency for practice: every key a person would hold lies under one folder, and all formats are the real ones. */
export interface PracticeAgency {
  /** The folder that ingest serves as /tuf/. */
  readonly published: string;
  readonly rootSha256: string;
  readonly keys: PracticeKeys;
  readonly order: Envelope;
  readonly orderStatus: Envelope;
  /** What the user should know about an agency that has grown old. */
  readonly news: string | undefined;
  /** A fresh enrolment pack, signed by the practice officer. */
  makePack(serverUrl: string): EnrolmentPack;
}

export interface PracticeAgencyOptions {
  readonly folder: string;
  readonly now: number;
  readonly random: (n: number) => Uint8Array;
}

export const practiceOfficerId = "officer-1";
export const practiceReviewerId = "reviewer-1";
const tenYears = 3_650 * 86_400;

/** Opens the agency in the folder, or founds it; what is older than a day, or near its end, is signed again. */
export function openPracticeAgency({ folder, now, random }: PracticeAgencyOptions): PracticeAgency {
  const workspace = join(folder, "tuf-workspace");
  const published = join(folder, "tuf");
  const keys = openPracticeKeys(join(folder, "keys"), random, now);
  const plan = rootPlan(keys, now);
  const founded = existsSync(join(published, "timestamp.json"));
  if (founded && renewPractice({ workspace, published, plan, keys, now })) sign(workspace, published, keys, now);
  if (!founded) {
    // What a founding that was cut short left behind is known to nobody.
    rmSync(workspace, { recursive: true, force: true });
    rmSync(published, { recursive: true, force: true });
    found(workspace, plan, keys, now);
    sign(workspace, published, keys, now);
  }
  const order = openOrder(folder, keys, now, random);
  const orderStatus = signStatus(order, keys, now, random);
  return {
    published,
    rootSha256: sha256Hex(new Uint8Array(readFileSync(join(published, "1.root.json")))),
    keys,
    order,
    orderStatus,
    news: newsOf(readUnverified(order, Order, limits.payload.order), now),
    makePack(serverUrl) {
      const token = EnrolmentToken.parse({
        v: 1,
        tokenId: toHex(random(16)),
        caseRef: "PRACTICE-001",
        orderHash: envelopeHash(order),
        serverUrl,
        tufRootSha256: this.rootSha256,
        officerId: practiceOfficerId,
        notBefore: now - 60,
        notAfter: now + 86_400,
      });
      const signed = signEnvelope(payloadTypes.enrolmentToken, token, [keys.signing("officer-1")]);
      return EnrolmentPack.parse({ v: 1, token: signed, order, orderStatus });
    },
  };
}

function newsOf(order: Order, now: number): string | undefined {
  if (order.notAfter > now) return undefined;
  return "the practice order has ended, as every order does: monitoring stays off. “npm start -- --fresh” begins a new case";
}

function rootPlan(keys: PracticeKeys, now: number): Omit<RootPlan, "version"> {
  const byRole = <T>(of: (role: TufRole) => T) =>
    Object.fromEntries(tufRoles.map((role) => [role, of(role)])) as Record<TufRole, T>;
  return {
    now,
    agency: practiceAgencyName,
    practice: true,
    keys: byRole((role) => roleKeys(keys, role).map((key) => key.publicKey)),
    thresholds: byRole((role) => tufQuorum[role].threshold),
  };
}

function found(workspace: string, plan: Omit<RootPlan, "version">, keys: PracticeKeys, now: number): void {
  initWorkspace(workspace, plan);
  signRoot(workspace, keys, now);
  for (const [name, value] of rosters(keys, now)) {
    addTarget(workspace, name, canonicalBytes(value), { now });
  }
  addTarget(workspace, practiceRulesTarget, canonicalBytes(practiceRules(1, now)), { now });
}

function rosters(keys: PracticeKeys, now: number): [string, unknown][] {
  const period = { from: now - 86_400, until: now + tenYears };
  const roster = (kind: RosterKind, names: readonly string[], more: Partial<RosterPlan> = {}): [string, unknown] => [
    rosterTargets[kind],
    buildRoster(kind, { keys: names.map(keys.public), ...period, ...more }),
  ];
  const signers = ["order-signer-1", "order-signer-2", "order-signer-3"];
  return [
    roster("order-signers", signers, { threshold: 2, mayConfirmStatus: true }),
    roster("officers", [practiceOfficerId]),
    roster("servers", ["server-receipt", "server-log", "server-console"], { logOrigin: "practice.overt.invalid/log" }),
    roster("reviewers", [practiceReviewerId, "recovery"]),
  ];
}

function sign(workspace: string, published: string, keys: PracticeKeys, now: number): void {
  for (const key of roleKeys(keys, "targets").slice(0, tufQuorum.targets.threshold)) {
    signRole(workspace, "targets", key, now);
  }
  for (const key of roleKeys(keys, "snapshot")) signRole(workspace, "snapshot", key, now);
  publishWorkspace(workspace, published);
  signTimestamp(published, keys.signing("timestamp-1"), now);
  writeFileWhole(join(published, "signed-at.json"), prettyJson({ at: now }));
}

function openOrder(folder: string, keys: PracticeKeys, now: number, random: (n: number) => Uint8Array): Envelope {
  const file = join(folder, "order.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Envelope;
  const order = practiceOrder({ orderId: toHex(random(16)), salt: toHex(random(16)), now });
  const signers = [keys.signing("order-signer-1"), keys.signing("order-signer-2")];
  const signed = signEnvelope(payloadTypes.order, order, signers);
  writeFileWhole(file, prettyJson(signed));
  return signed;
}

function signStatus(order: Envelope, keys: PracticeKeys, now: number, random: (n: number) => Uint8Array): Envelope {
  const { orderId, version } = JSON.parse(Buffer.from(order.payload, "base64").toString("utf8")) as {
    orderId: string;
    version: number;
  };
  const status = OrderStatus.parse({
    v: 1,
    orderId,
    version,
    state: "in-force",
    issuedAt: now,
    confirmedUntil: now + 30 * 86_400,
    salt: toHex(random(16)),
  });
  return signEnvelope(payloadTypes.orderStatus, status, [keys.signing("order-signer-1")]);
}
