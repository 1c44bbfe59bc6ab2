import { request } from "node:http";
import { type Notice, openNotice } from "@overt/agent/notice/open-notice.ts";
import { buildPermitKeeper, type PermitKeeper } from "@overt/agent/notice/permit.ts";
import type { AgentStatus, EnrolmentView, NoticeSource, RuleSummary, SentRecord } from "@overt/agent/notice/ports.ts";
import { type OvertError, PolicyError } from "@overt/shared/errors.ts";
import { noticeLanguages, noticeText } from "@overt/shared/notice/text.ts";
import type { Event } from "@overt/shared/protocol/event.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";

export const noticeNow = 1_795_000_000;
const hash = (digit: string) => digit.repeat(64);

/** What the pages show, to be changed by a test; and what they asked for. */
export interface NoticeWorld {
  status: AgentStatus;
  order: Order | undefined;
  rules: RuleSummary[];
  records: SentRecord[];
  view: EnrolmentView;
  /** What bringing a token or a statement ends with. */
  failure: OvertError | undefined;
  exportName: string;
  readonly calls: {
    readonly brought: unknown[];
    readonly answers: Parameters<NoticeSource["enrolment"]["answer"]>[0][];
    readonly statements: Parameters<NoticeSource["submitStatement"]>[0][];
  };
}

export function sampleOrder(words: (text: string) => string = (text) => text): Order {
  return Order.parse({
    v: 1,
    orderId: "0a".repeat(16),
    caseRef: "CASE-2071",
    agency: "practice-agency",
    jurisdiction: "england-and-wales",
    version: 1,
    issuedAt: noticeNow - 30 * 86_400,
    notBefore: noticeNow - 20 * 86_400,
    notAfter: noticeNow + 120 * 86_400,
    clauses: [
      {
        clauseId: "clause-3",
        text: words("The defendant must not visit a website whose main purpose is chat between strangers."),
        signals: ["navigation", "search", "title"],
        categories: ["stranger-chat"],
        maxEvidence: 2,
      },
      {
        clauseId: "clause-5",
        text: words("The defendant must not use a virtual private network on any device in the evening."),
        signals: ["system", "app"],
        categories: ["vpn"],
        maxEvidence: 0,
        hours: [{ days: [1, 2, 3, 4, 5], from: "18:00", to: "23:30" }],
      },
    ],
    timeZone: "Europe/London",
    protectedHosts: { lists: ["helplines-uk"], hosts: ["solicitor.example", "surgery.example"] },
    heartbeatSeconds: 900,
    offlineGraceSeconds: 7 * 86_400,
    reviewerGroup: "public-protection",
    notices: noticeLanguages.map((language) => ({ language, sha256: noticeText(language).sha256 })),
    contact: {
      office: words("Public protection unit, Practice Agency"),
      telephone: "01632 960 001",
      hours: words("Monday to Friday, 9 am to 5 pm"),
    },
    salt: "0b".repeat(16),
  });
}

const chain = (seq: number) => ({
  v: 1 as const,
  deviceId: "0c".repeat(16),
  seq,
  prev: hash("d"),
  at: noticeNow - 3_600 * (20 - seq),
  elapsedSeconds: 5,
  bootId: "0e".repeat(16),
  orderHash: hash("f"),
  salt: "1a".repeat(16),
});

/** One record of every kind, newest last. */
export function sampleRecords(words: (text: string) => string = (text) => text): SentRecord[] {
  const events: Event[] = [
    { ...chain(0), kind: "start", reason: "enrolled" },
    {
      ...chain(1),
      kind: "heartbeat",
      totals: { observed: 412, matched: 3, suppressed: 1, droppedByGate: 26 },
      rules: [{ ruleId: "stranger-chat-sites", suppressed: 1, shadow: 0 }],
    },
    {
      ...chain(2),
      kind: "coverage",
      intervals: [
        { from: noticeNow - 90_000, to: noticeNow - 80_000, state: "not-seen", reason: "asleep" },
        { from: noticeNow - 80_000, to: noticeNow - 70_000, state: "seen", reason: "ok" },
      ],
    },
    { ...chain(3), kind: "gap", lostFrom: 40, lostTo: 44 },
    { ...chain(4), kind: "pause", reason: "not-me" },
    { ...chain(5), kind: "resume", reason: "restarted" },
    {
      ...chain(6),
      kind: "match",
      ruleId: "stranger-chat-sites",
      ruleRevision: 2,
      ruleSetVersion: 7,
      clauseId: "clause-3",
      category: "stranger-chat",
      severity: "high",
      channel: "extension",
      cause: "user-navigation",
      count: 2,
      windowSeconds: 600,
      evidence: [{ level: 1, commitment: hash("1"), ciphertextSha256: hash("2"), bucket: 1_024 }],
      orderUnconfirmed: true,
    },
    { ...chain(7), kind: "end", reason: "order-ended" },
  ];
  const text = { level: 1 as const, commitment: hash("3"), ciphertextSha256: hash("4"), bucket: 4_096 as const };
  const statements: Statement[] = (["explain", "dispute", "not-me", "complaint"] as const).map((kind, i) => ({
    ...chain(8 + i),
    kind,
    text,
    ...(kind === "complaint" ? {} : { about: hash("6") }),
  }));
  return [
    ...events.map((event) => sampleRecord({ type: "event", event }, words)),
    ...statements.map((statement) => sampleRecord({ type: "statement", statement }, words)),
  ];
}

function sampleRecord(document: SentRecord["document"], words: (text: string) => string): SentRecord {
  const value = document.type === "event" ? document.event : document.statement;
  const envelope = {
    payloadType: `application/vnd.overt.${document.type}.v1+json`,
    payload: Buffer.from(JSON.stringify(value)).toString("base64"),
    signatures: [{ keyid: hash("7"), sig: "A".repeat(88) }],
  };
  const isMatch = value.kind === "match";
  return {
    seq: value.seq,
    hash: hash("6"),
    document,
    envelope,
    receipt: value.seq < 8 ? { envelope, receivedAt: value.at + 2, leafIndex: 100 + value.seq } : undefined,
    evidence: isMatch
      ? [
          { v: 1, level: 1, host: "chat.example", maskedTerm: words("str•••••• chat") },
          {
            v: 1,
            level: 2,
            url: `https://chat.example/room/${"long-".repeat(60)}`,
            title: words("Stranger chat"),
            context: words("meet a new stranger chat now and talk"),
          },
        ]
      : [],
    statementText:
      document.type === "statement" ? words("I was looking for the community choir.\nIt has a chat page.") : undefined,
    views: isMatch
      ? [
          { role: "reviewer", level: 0, at: value.at + 500 },
          { role: "reviewer", level: 1, at: value.at + 600 },
        ]
      : [],
    decisions: isMatch
      ? [
          { outcome: "cannot-tell", role: "reviewer", at: value.at + 700, told: undefined, attested: "session" },
          {
            outcome: "false-match",
            role: "senior-reviewer",
            at: value.at + 900,
            told: words("This was a false match. Nothing follows from it."),
            attested: "passkey",
          },
        ]
      : [],
  };
}

export function noticeWorld(words: (text: string) => string = (text) => text): NoticeWorld {
  return {
    status: {
      state: "on",
      reasons: [],
      practice: true,
      agency: "practice-agency",
      deviceId: "0c".repeat(16),
      ruleSet: { bundle: "core", version: 7, expires: noticeNow + 90 * 86_400 },
      lastDeliveredAt: noticeNow - 60,
      waiting: 4,
      browserConnected: true,
      pausedUntil: undefined,
      now: noticeNow,
    },
    order: sampleOrder(words),
    rules: [
      {
        ruleId: "stranger-chat-sites",
        category: "stranger-chat",
        signal: "navigation",
        severity: "high",
        reason: words("Websites whose main purpose is chat between strangers"),
        clauseId: "clause-3",
      },
      {
        ruleId: "gambling-sites",
        category: "gambling",
        signal: "navigation",
        severity: "low",
        reason: words("Websites for gambling"),
        clauseId: undefined,
      },
    ],
    records: sampleRecords(words),
    view: { step: "done" },
    failure: undefined,
    exportName: "overt-records.json",
    calls: { brought: [], answers: [], statements: [] },
  };
}

export function sourceOf(world: NoticeWorld): NoticeSource {
  const { calls } = world;
  return {
    status: () => world.status,
    order: () => world.order && { order: world.order, orderHash: hash("9") },
    rules: () => world.rules,
    records: (before = Number.MAX_SAFE_INTEGER, limit) =>
      world.records
        .filter(({ seq }) => seq < before)
        .sort((a, b) => b.seq - a.seq)
        .slice(0, limit),
    findRecord: (seq) => world.records.find((record) => record.seq === seq),
    enrolment: {
      view: () => world.view,
      bring: (input) => {
        if (world.failure) return Promise.reject(world.failure);
        calls.brought.push(input);
        world.view = { step: "read", caseRef: "CASE-2071", agency: "practice-agency", practice: true };
        return Promise.resolve();
      },
      answer: (input) => {
        calls.answers.push(input);
        world.view = input.outcome === "declined" ? { step: "declined" } : { step: "wait-for-officer" };
        return Promise.resolve();
      },
    },
    submitStatement: (input) => {
      const record = world.records.find(({ document }) => document.type === "statement");
      if (world.failure || record === undefined) {
        return Promise.reject(world.failure ?? new PolicyError("NOT_FOUND", "There is no such record."));
      }
      calls.statements.push(input);
      return Promise.resolve(record);
    },
    pauseForAnother: () => {
      if (world.failure) throw world.failure;
      world.status = { ...world.status, state: "paused", reasons: ["not-me"], pausedUntil: noticeNow + 4 * 3_600 };
    },
    goOn: () => {
      if (world.failure) throw world.failure;
      world.status = { ...world.status, state: "on", reasons: [], pausedUntil: undefined };
    },
    exportAll: () => ({ filename: world.exportName, json: '{"v":1}' }),
  };
}

export interface OpenedWorld {
  readonly notice: Notice;
  readonly permits: PermitKeeper;
  readonly world: NoticeWorld;
  readonly clock: { at: number };
  /** `http://127.0.0.1:<port>/<base>` */
  readonly home: string;
  /** Headers of a request that the pages' own form would make. */
  readonly own: Readonly<Record<string, string>>;
}

/** The notice over a made-up agent, with the session of a page that was opened. */
export async function openNoticeWorld(assets: string, world: NoticeWorld = noticeWorld()): Promise<OpenedWorld> {
  const clock = { at: 1_000 };
  let drawn = 0;
  const random = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i === 0 ? ++drawn : i * 7) & 255);
  const permits = buildPermitKeeper({ monotonic: () => clock.at, random });
  const options = { source: sourceOf(world), permits, port: 0, assets, random, monotonic: () => clock.at };
  const notice = await openNotice(options);
  const home = new URL("..", notice.address).href.replace(/\/$/, "");
  const entered = await send(notice.address, { headers: { host: new URL(home).host } });
  const cookie = String(entered.headers["set-cookie"]).split(";", 1)[0] as string;
  const own = {
    host: new URL(home).host,
    origin: new URL(home).origin,
    cookie,
    "content-type": "application/x-www-form-urlencoded",
  };
  return { notice, permits, world, clock, home, own };
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** A request with exactly these headers: no client of ours adds or mends any. */
export function send(
  url: string,
  {
    method = "GET",
    headers = {},
    body = "",
  }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
  } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length =
      method === "GET" || headers["transfer-encoding"] ? {} : { "content-length": Buffer.byteLength(body) };
    const sent = request(url, { method, headers: { ...headers, ...length }, setHost: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString(), headers: answer.headers });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
