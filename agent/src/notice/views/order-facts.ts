import type { Clause, Hours, Order } from "@overt/shared/protocol/order.ts";
import type { Translate } from "../catalogue.ts";
import type { OrderFacts, Row, RuleFacts } from "../page-models.ts";
import type { RuleSummary } from "../ports.ts";

/** The order as its person reads it: the court's words, and in plain words what they allow the program to do. */
export function describeOrder(
  brought: { readonly order: Order; readonly orderHash: string } | undefined,
  t: Translate,
): OrderFacts | undefined {
  if (brought === undefined) return undefined;
  const clauses = brought.order.clauses.map((clause) => ({
    id: clause.clauseId,
    text: clause.text,
    rows: clauseRows(clause, t),
  }));
  return { ...brought, clauses };
}

export function describeRules(rules: readonly RuleSummary[], t: Translate): RuleFacts[] {
  return rules.map(({ reason, signal, category, clauseId }) => {
    const values = { signal: t(`signal.${signal}`), category: spaced(category) };
    const detail =
      clauseId === undefined ? t("rules.unused", values) : t("rules.detail", { ...values, clause: clauseId });
    return { reason, detail };
  });
}

/** An agency's id as words: `adult-content` is "adult content". */
export function spaced(id: string): string {
  return id.replaceAll("-", " ");
}

function clauseRows(clause: Clause, t: Translate): Row[] {
  const rows: Row[] = [
    { label: t("order.clause-signals"), value: clause.signals.map((signal) => t(`signal.${signal}`)).join(", ") },
    { label: t("order.clause-categories"), value: clause.categories.map(spaced).join(", ") },
    { label: t("order.clause-evidence"), value: t(`order.evidence-${clause.maxEvidence}`) },
  ];
  const hours = clause.hours?.map((each) => describeHours(each, t)).join("; ");
  return hours === undefined ? rows : [...rows, { label: t("order.clause-hours"), value: hours }];
}

function describeHours({ days, from, to }: Hours, t: Translate): string {
  const names = [...days].sort((a, b) => a - b).map((day) => t(`day.${day}`));
  return t("order.hours-value", { days: names.join(", "), from, to });
}
