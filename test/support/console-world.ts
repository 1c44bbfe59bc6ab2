import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildConsole } from "@overt/server/console/app.ts";
import type { Actor, Role } from "@overt/server/domain/actor.ts";
import type { ConsoleStore } from "@overt/server/domain/console-store.ts";
import type { EvidenceDeps } from "@overt/server/domain/open-evidence.ts";
import { project } from "@overt/server/domain/project.ts";
import { createSignInLink, type SignInDeps } from "@overt/server/domain/sign-in.ts";
import type { Trust } from "@overt/server/domain/trust.ts";
import { openConsoleStore } from "@overt/server/store/console-store.ts";
import { toHex, utf8 } from "@overt/shared/bytes.ts";
import { signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { sha256 } from "@overt/shared/crypto/hash.ts";
import { boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import { Reviewers } from "@overt/shared/protocol/roster.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import type { FastifyInstance } from "fastify";
import { SimulatedIngest } from "./ingest-store.ts";

/** Monday 23 November 2026, 10:00 UTC. */
export const monday = 1_795_428_000;
const random = (n: number) => new Uint8Array(randomBytes(n));
export const reviewerBox = (name: string) => boxKeyFromSeed(sha256(utf8(`${name} box`)));

const people: readonly (readonly [id: string, role: Role, group: string])[] = [
  ["reviewer-1", "reviewer", "group-a"],
  ["reviewer-2", "reviewer", "group-a"],
  ["senior-1", "senior-reviewer", "group-a"],
  ["auditor-1", "auditor", "group-a"],
  ["stranger-1", "reviewer", "group-b"],
];

/** A console over a simulated ingest store, its own database in a folder of its own, and a clock that tests turn. */
export interface ConsoleWorld {
  readonly ingest: SimulatedIngest;
  readonly store: ConsoleStore;
  readonly services: EvidenceDeps;
  readonly signIn: SignInDeps;
  readonly clock: { now: number };
  readonly order: Order;
  readonly trust: Trust;
  actor(reviewerId: string): Actor;
  poll(): Promise<number>;
  /** `live` polls each second on the real clock's pace. */
  buildApp(
    origin: string,
    options?: { readonly live?: boolean; readonly assets?: string; readonly store?: ConsoleStore },
  ): FastifyInstance;
  link(reviewerId: string): Promise<string>;
  close(): Promise<void>;
}

export async function openConsoleWorld(options: { readonly maxEvidence?: 0 | 1 | 2 } = {}): Promise<ConsoleWorld> {
  const folder = mkdtempSync(join(tmpdir(), "overt-console-"));
  const clock = { now: monday };
  const now = () => clock.now;
  const recipients = people.filter(([, , group]) => group === "group-a").map(([name]) => reviewerBox(name).publicKey);
  const ingest = new SimulatedIngest({ now, random, recipients });
  const store = await openConsoleStore(join(folder, "console.sqlite"));
  const signingKey = signingKeyFromSeed(sha256(utf8("console")));
  const trust = makeTrust();
  const services = { store, ingest, now, random, signingKey };
  const signIn = { ...services, reviewers: () => trust.reviewers };
  return {
    ...{ ingest, store, services, signIn, clock, trust },
    order: makeOrder(options.maxEvidence ?? 2),
    actor(reviewerId) {
      const [, role, group] = people.find(([name]) => name === reviewerId) ?? ["", "reviewer", ""];
      return { reviewerId, role, group };
    },
    poll: () => project(services),
    buildApp: (origin, { live = false, assets = folder, ...changed } = {}) =>
      buildConsole({
        ...services,
        ...changed,
        handover: ingest,
        trust: { current: () => trust },
        sessionKey: sha256(utf8("session key of the tests")),
        practice: true,
        origin,
        assets,
        pollSeconds: live ? 1 : 0,
        log: undefined,
      }),
    link: (reviewerId) => createSignInLink(signIn, { reviewerId, lifeSeconds: 3_600 }),
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeTrust(): Trust {
  const period = { from: monday - 86_400 * 30, until: monday + 86_400 * 3_650 };
  const reviewers = Reviewers.parse({
    v: 1,
    reviewers: people.map(([reviewerId, role, group]) => ({
      ...{ reviewerId, role, group, boxKey: toHex(reviewerBox(reviewerId).publicKey), passkeys: [], ...period },
    })),
    recoveryBoxKey: toHex(reviewerBox("recovery").publicKey),
  });
  const key = { publicKey: toHex(signingKeyFromSeed(sha256(utf8("console"))).publicKey), ...period };
  const keys = { receiptKeys: [key], logKeys: [key], consoleKeys: [key] };
  return {
    ...{ targetsVersion: 1, targetsSha256: "00".repeat(32), practice: true, reviewers, openLists: [] },
    orderSigners: { v: 1, threshold: 1, signers: [{ ...key, mayConfirmStatus: true }] },
    officers: { v: 1, officers: [{ officerId: "officer-1", ...key }] },
    servers: { v: 1, logOrigin: "tests.example/log", ...keys },
    ruleSets: [makeRuleSet()],
    expires: period.until,
  };
}

function makeRuleSet(): RuleSet {
  return RuleSet.parse({
    ...{ v: 1, bundle: "tests", version: 7, issuedAt: monday - 86_400, expires: monday + 86_400 * 90, unicode: "16.0" },
    rules: [
      {
        ...{ ruleId: "example-rule", revision: 2, action: "alert", signal: "navigation", category: "example-category" },
        reason: "Visits to the example shop, which the order names.",
        knownFailures: "News pages that quote the shop’s address.",
        ...{ severity: "normal", evidence: 2, cooldownSeconds: 60, budgetPerDay: 20, mode: "live" },
        hosts: { names: ["shop.example"], lists: [] },
        examples: { match: [{ url: "https://shop.example/" }], noMatch: [{ url: "https://news.example/" }] },
      },
    ],
    ...{ behaviours: [], lists: [], engines: [], wrappers: [] },
  });
}

function makeOrder(maxEvidence: 0 | 1 | 2): Order {
  return Order.parse({
    ...{
      v: 1,
      orderId: "0a".repeat(16),
      caseRef: "CASE-0042",
      agency: "example-force",
      jurisdiction: "england-and-wales",
    },
    ...{ version: 1, issuedAt: monday - 86_400 * 10, notBefore: monday - 86_400 * 10, notAfter: monday + 86_400 * 355 },
    clauses: [
      {
        clauseId: "clause-1",
        text: "You must not visit the website known as the example shop, and you must allow software that shows whether you do.",
        ...{ signals: ["navigation", "title"], categories: ["example-category"], maxEvidence },
      },
    ],
    ...{ timeZone: "Europe/London", protectedHosts: { lists: [], hosts: [] }, heartbeatSeconds: 900 },
    ...{
      offlineGraceSeconds: 86_400,
      reviewerGroup: "group-a",
      notices: [{ language: "en", sha256: "11".repeat(32) }],
    },
    contact: { office: "Example office", telephone: "0000 000 000", hours: "Weekdays" },
    salt: "22".repeat(16),
  });
}
