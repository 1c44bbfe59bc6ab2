import { noticeText } from "@overt/shared/notice/text.ts";
import { type Answer, pageAnswer } from "../answer.ts";
import type { Row } from "../page-models.ts";
import { describeOrder, describeRules } from "../views/order-facts.ts";
import { frameOf, isEnrolling, timeOf, type Visit } from "../visit.ts";

export function goToFirst({ source }: Visit): Answer {
  return { kind: "redirect", to: isEnrolling(source) ? "/enrol" : "/status" };
}

export function showStatus(visit: Visit): Answer {
  const { source, t } = visit;
  const status = source.status();
  return pageAnswer("status", {
    ...frameOf(visit, "status"),
    status,
    canPause: status.pausedUntil === undefined && ["on", "problem"].includes(status.state),
    rows: statusRows(visit),
    rules: describeRules(source.rules(), t),
  });
}

function statusRows(visit: Visit): Row[] {
  const { t } = visit;
  const time = timeOf(visit);
  const { browserConnected, lastDeliveredAt, waiting, ruleSet, agency, deviceId } = visit.source.status();
  const rows: Row[] = [
    { label: t("status.browser"), value: t(browserConnected ? "status.browser-yes" : "status.browser-no") },
    {
      label: t("status.last-sent"),
      value: lastDeliveredAt === undefined ? t("status.nothing-yet") : time(lastDeliveredAt),
    },
    { label: t("status.waiting"), value: String(waiting) },
  ];
  if (ruleSet !== undefined) {
    const { bundle, version, expires } = ruleSet;
    rows.push({ label: t("status.rules"), value: t("status.rules-value", { bundle, version, until: time(expires) }) });
  }
  if (agency !== undefined) rows.push({ label: t("status.agency"), value: agency });
  if (deviceId !== undefined) rows.push({ label: t("status.device"), value: deviceId, code: true });
  return rows;
}

export function showOrder(visit: Visit): Answer {
  const order = visit.source.order();
  const left = order === undefined ? 0 : order.order.notAfter - visit.source.status().now;
  return pageAnswer("order", {
    ...frameOf(visit, "order"),
    orderFacts: describeOrder(order, visit.t),
    daysLeft: Math.max(0, Math.ceil(left / 86_400)),
  });
}

/** The whole notice on one page: what the person keeps or prints. */
export function showAbout(visit: Visit): Answer {
  const text = noticeText(visit.language);
  const order = visit.source.order();
  return pageAnswer("about", {
    ...frameOf(visit, "about"),
    text,
    pinned: order?.order.notices.some(({ language, sha256 }) => language === text.language && sha256 === text.sha256),
    orderFacts: describeOrder(order, visit.t),
    rules: describeRules(visit.source.rules(), visit.t),
  });
}
