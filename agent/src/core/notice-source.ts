import { readUnverified } from "@overt/shared/crypto/envelope.ts";
import { PolicyError, StoreError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import type { AlertRule } from "@overt/shared/rules/language.ts";
import type { AgentStatus, NoticeSource, RuleSummary } from "../notice/ports.ts";
import type { Enrolment } from "./enrolment.ts";
import { readToken } from "./enrolment-pack.ts";
import type { EnrolmentState } from "./enrolment-state.ts";
import { exportRecords } from "./export.ts";
import type { Life } from "./life.ts";
import { readSent } from "./sent-records.ts";
import type { Work } from "./work.ts";

/** What the person's pages read. `work` is the device at work; undefined before the enrolment and after the end. */
export function buildNoticeSource(deps: {
  readonly enrolment: Enrolment;
  readonly work: () => Work | undefined;
  readonly status: () => AgentStatus;
  /** The copy that was written when everything ended; undefined where nothing did. */
  readonly proofOfEnd: () => string | undefined;
  /** A pause began or ended: the browsers are told at once. */
  readonly onChange: () => void;
}): NoticeSource {
  const { enrolment } = deps;
  const sent = (work: Work) => ({
    journal: work.journal,
    keys: work.keys,
    servers: () => work.session.agencyKeys().servers,
  });
  const requireWork = () => {
    const work = deps.work();
    if (work === undefined)
      throw new PolicyError("NOT_ACKNOWLEDGED", "Nothing is monitored, so there is nobody to tell.");
    return work;
  };
  const pause = (change: (life: Life) => void) => {
    const { session } = requireWork();
    change(session.life);
    // Coverage begins and ends with the pause, not with the next look at the clock.
    session.tick();
    deps.onChange();
  };
  const findRecord = (seq: number) => {
    const work = deps.work();
    const record = work?.journal.findRecord(seq);
    return work && record && readSent(record, sent(work));
  };
  return {
    status: deps.status,
    order() {
      const work = deps.work();
      if (work !== undefined) {
        const { value, hash } = work.session.orders.acknowledged;
        return { order: value, orderHash: hash };
      }
      return findBroughtOrder(enrolment.state());
    },
    rules: () => listRules(deps.work()),
    records(before, limit) {
      const work = deps.work();
      if (work === undefined) return [];
      return work.journal.list(before, Math.min(200, Math.max(1, limit))).map((record) => readSent(record, sent(work)));
    },
    findRecord,
    enrolment,
    async submitStatement(input) {
      const work = requireWork();
      const about = input.about === undefined ? undefined : work.journal.findRecord(input.about)?.hash;
      if (input.about !== undefined && about === undefined) {
        throw new PolicyError("NOT_FOUND", "There is no such record on this device.");
      }
      const length = input.text.trim().length;
      if (length < 1 || length > limits.statementCharacters) {
        throw new PolicyError("BAD_FORM", `Write between 1 and ${limits.statementCharacters} characters.`);
      }
      const written = work.session.chain.writeStatement({ kind: input.kind, about, text: input.text.trim() });
      if (input.kind === "not-me") pause((life) => life.pauseForAnother());
      const record = written && findRecord(written.seq);
      if (record === undefined)
        throw new StoreError("STORE_FAILED", "There is no room for your words on this device now.");
      return record;
    },
    pauseForAnother: () => pause((life) => life.pauseForAnother()),
    goOn: () => pause((life) => life.goOn()),
    exportAll() {
      const made = exportRecords({ state: enrolment.state(), work: deps.work(), status: deps.status() });
      const proof = enrolment.state()?.step === "ended" ? deps.proofOfEnd() : undefined;
      return proof === undefined ? made : { ...made, json: proof };
    },
  };
}

function findBroughtOrder(state: EnrolmentState | undefined): ReturnType<NoticeSource["order"]> {
  if (state === undefined || state.step === "ended") return undefined;
  // Every signature of the pack was verified before this state was written.
  const order = readUnverified(state.pack.order, Order, limits.payload.order);
  return { order, orderHash: readToken(state.pack).orderHash };
}

function listRules(work: Work | undefined): RuleSummary[] {
  if (work === undefined) return [];
  const { session } = work;
  const { clauses } = session.orders.acknowledged.value;
  return session.books.inForce(session.time.now()).flatMap(({ ruleSet }) =>
    ruleSet.rules
      .filter((rule): rule is AlertRule => rule.action === "alert")
      .map(({ ruleId, category, signal, severity, reason }) => ({
        ruleId,
        category,
        signal,
        severity,
        reason,
        clauseId: clauses.find((one) => one.signals.includes(signal) && one.categories.includes(category))?.clauseId,
      })),
  );
}
