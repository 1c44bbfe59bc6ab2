import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import { envelopeHash, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { EnrolmentPack, EnrolmentToken } from "@overt/shared/protocol/enrolment.ts";
import { OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { publishWorkspace, signTimestamp } from "../../authority/tuf/publish.ts";
import { type TufRole, tufQuorum, tufRoles } from "../../authority/tuf/roles.ts";
import { addTarget, initWorkspace, renewTargets, signRole } from "../../authority/tuf/workspace.ts";
import { prettyJson, writeFileWhole } from "../../keys/files.ts";
import { buildRoster, type RosterKind, type RosterPlan, rosterTargets } from "../../keys/roster.ts";
import { openPracticeKeys, type PracticeKeys } from "./keys.ts";
import { practiceAgencyName, practiceOrder } from "./order.ts";
import { practiceRules } from "./rules.ts";

/** A whole agency for practice: every key a person would hold lies under one folder, and all formats are the real ones. */
export interface PracticeAgency {
  /** The folder that ingest serves as /tuf/. */
  readonly published: string;
  readonly rootSha256: string;
  readonly keys: PracticeKeys;
  readonly order: Envelope;
  readonly orderStatus: Envelope;
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
const renewAfter = 86_400;

/** Opens the agency in the folder, or founds it; what is older than a day is signed again. */
export function openPracticeAgency({ folder, now, random }: PracticeAgencyOptions): PracticeAgency {
  const workspace = join(folder, "tuf-workspace");
  const published = join(folder, "tuf");
  const keys = openPracticeKeys(join(folder, "keys"), random, now);
  const founded = existsSync(join(published, "timestamp.json"));
  if (!founded) found(workspace, keys, now);
  if (!founded || isOlder(join(published, "signed-at.json"), now)) {
    if (founded) renewTargets(workspace, now);
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

function roleKeys(keys: PracticeKeys, role: TufRole) {
  return Array.from({ length: tufQuorum[role].keys }, (_, i) => keys.signing(`${role}-${i + 1}`));
}

function found(workspace: string, keys: PracticeKeys, now: number): void {
  const byRole = <T>(of: (role: TufRole) => T) =>
    Object.fromEntries(tufRoles.map((role) => [role, of(role)])) as Record<TufRole, T>;
  initWorkspace(workspace, {
    now,
    agency: practiceAgencyName,
    practice: true,
    keys: byRole((role) => roleKeys(keys, role).map((key) => key.publicKey)),
    thresholds: byRole((role) => tufQuorum[role].threshold),
  });
  for (const key of roleKeys(keys, "root").slice(0, tufQuorum.root.threshold)) signRole(workspace, "root", key, now);
  for (const [name, value] of rosters(keys, now)) {
    addTarget(workspace, name, canonicalBytes(value), { now });
  }
  addTarget(workspace, "rules/practice.json", canonicalBytes(practiceRules(1, now)), { now });
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

function isOlder(file: string, now: number): boolean {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "{}";
  const { at = 0 } = JSON.parse(text) as { at?: number };
  return now - at > renewAfter;
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
