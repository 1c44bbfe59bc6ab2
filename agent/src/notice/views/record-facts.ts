import type { Event } from "@overt/shared/protocol/event.ts";
import type { EvidenceLevel1, EvidenceLevel2 } from "@overt/shared/protocol/evidence.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";
import type { Translate } from "../catalogue.ts";
import type { RecordLine, Row } from "../page-models.ts";
import type { RuleSummary, SentRecord } from "../ports.ts";
import { spaced } from "./order-facts.ts";

interface Words {
  readonly t: Translate;
  readonly time: (seconds: number) => string;
  /** What each rule is for, where it is still loaded. */
  readonly rules: readonly RuleSummary[];
}

export function documentOf({ document }: SentRecord): Event | Statement {
  return document.type === "event" ? document.event : document.statement;
}

export function nameRecord(record: SentRecord, t: Translate): string {
  return t(`kind.${documentOf(record).kind}`);
}

/** One line of the list of what was sent. */
export function listRecord(record: SentRecord, t: Translate): RecordLine {
  const document = documentOf(record);
  return {
    seq: record.seq,
    name: nameRecord(record, t),
    rule: document.kind === "match" ? spaced(document.category) : undefined,
    at: document.at,
    delivered: record.receipt !== undefined,
    seen: describeSeen(record, t),
  };
}

function describeSeen(record: SentRecord, t: Translate): string {
  const decided = record.decisions.at(-1);
  const opened = record.views.at(-1);
  if (decided !== undefined) return t(`outcome.${decided.outcome}`);
  if (opened !== undefined) return t("sent.opened", { role: t(`role.${opened.role}`) });
  const document = documentOf(record);
  const sealed = "text" in document || (document.kind === "match" && document.evidence !== undefined);
  return t(sealed ? "sent.not-opened" : "sent.nothing-sealed");
}

/** Everything a record says, in words: the mirror of what staff can see of it. */
export function describeRecord(record: SentRecord, words: Words): Row[] {
  const { t, time } = words;
  const document = documentOf(record);
  return [
    { label: t("record.seq"), value: String(record.seq) },
    { label: t("record.at"), value: time(document.at) },
    ...fieldRows(document, words),
    {
      label: t("record.delivered"),
      value: record.receipt
        ? t("record.delivered-value", { at: time(record.receipt.receivedAt), leaf: record.receipt.leafIndex })
        : t("record.delivered-not"),
    },
    { label: t("record.hash"), value: record.hash, code: true },
  ];
}

/** A record in words, with what its seals hold, who has looked and what was decided. */
export function describeWhole(record: SentRecord, words: Words) {
  const { t, time } = words;
  return {
    name: nameRecord(record, t),
    rows: describeRecord(record, words),
    words: record.statementText,
    evidence: record.evidence.map((each) => ({ level: each.level, rows: describeEvidence(each, t) })),
    views: record.views.map(({ role, level, at }) => {
      const values = { role: t(`role.${role}`), level, at: time(at) };
      return t(level === 0 ? "record.view-words" : "record.view-level", values);
    }),
    decisions: record.decisions.map(({ outcome, role, at, attested, told }) => ({
      outcome: t(`outcome.${outcome}`),
      by: t("record.decided", { role: t(`role.${role}`), at: time(at) }),
      attested: t(`record.${attested}`),
      told,
    })),
  };
}

export function describeEvidence(evidence: EvidenceLevel1 | EvidenceLevel2, t: Translate): Row[] {
  if (evidence.level === 1) {
    return [
      { label: t("record.host"), value: evidence.host },
      { label: t("record.term"), value: evidence.maskedTerm },
    ];
  }
  return [
    { label: t("record.url"), value: evidence.url },
    { label: t("record.title"), value: evidence.title },
    { label: t("record.context"), value: evidence.context },
  ].map(({ label, value }) => ({ label, value: value === "" ? t("record.nothing") : value }));
}

function fieldRows(document: Event | Statement, words: Words): Row[] {
  const { t, time } = words;
  switch (document.kind) {
    case "match":
      return matchRows(document, words);
    case "heartbeat":
      return [
        { label: t("record.observed"), value: String(document.totals.observed) },
        { label: t("record.matched"), value: String(document.totals.matched) },
        { label: t("record.suppressed"), value: String(document.totals.suppressed) },
        { label: t("record.dropped"), value: String(document.totals.droppedByGate) },
        ...document.rules.map(({ ruleId, suppressed, shadow }) => ({
          label: t("record.per-rule", { rule: spaced(ruleId) }),
          value: t("record.per-rule-value", { suppressed, shadow }),
        })),
      ];
    case "coverage":
      return document.intervals.map(({ from, to, state, reason }) => ({
        label: t("record.interval", { from: time(from), to: time(to) }),
        value: t("record.interval-value", { state: t(`coverage.${state}`), reason: t(`why.${reason}`) }),
      }));
    case "gap":
      return [
        { label: t("record.lost"), value: t("record.lost-value", { from: document.lostFrom, to: document.lostTo }) },
      ];
    case "pause":
    case "resume":
    case "start":
    case "end":
      return [{ label: t("record.reason"), value: t(`life.${document.reason}`) }];
    case "explain":
    case "dispute":
    case "not-me":
    case "complaint":
      return document.about === undefined ? [] : [{ label: t("record.about"), value: document.about, code: true }];
  }
}

function matchRows(match: Extract<Event, { kind: "match" }>, { t, rules }: Words): Row[] {
  const reason = rules.find((rule) => rule.ruleId === match.ruleId)?.reason;
  const sealed = match.evidence?.map(({ level, bucket }) => t("record.sealed-value", { level, bucket })).join("; ");
  return [
    { label: t("record.rule"), value: t("record.rule-value", { rule: match.ruleId, revision: match.ruleRevision }) },
    ...(reason === undefined ? [] : [{ label: t("record.rule-reason"), value: reason }]),
    { label: t("record.rule-set"), value: String(match.ruleSetVersion) },
    { label: t("record.clause"), value: match.clauseId },
    { label: t("record.category"), value: spaced(match.category) },
    { label: t("record.severity"), value: t(`severity.${match.severity}`) },
    { label: t("record.channel"), value: t(`channel.${match.channel}`) },
    { label: t("record.cause"), value: t(`cause.${match.cause}`) },
    { label: t("record.count"), value: String(match.count) },
    ...(match.windowSeconds === 0
      ? []
      : [{ label: t("record.window"), value: t("record.seconds", { seconds: match.windowSeconds }) }]),
    { label: t("record.sealed"), value: sealed ?? t("record.sealed-none") },
    ...(match.orderUnconfirmed ? [{ label: t("record.unconfirmed"), value: t("site.yes") }] : []),
  ];
}
