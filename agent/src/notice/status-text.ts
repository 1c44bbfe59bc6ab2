import type { Translate } from "./catalogue.ts";
import type { AgentStatus } from "./ports.ts";
import { timeFormat } from "./time.ts";

/** The status page as text, for a command line: what it is, why, and the facts; times in this computer's own zone. */
export function statusText(status: AgentStatus & { readonly noticeUrl?: string }, t: Translate): string {
  const time = timeFormat("en", Intl.DateTimeFormat().resolvedOptions().timeZone);
  const { state, lastDeliveredAt, ruleSet, agency, deviceId, pausedUntil } = status;
  const facts: [string, string | undefined][] = [
    [t("status.browser"), t(status.browserConnected ? "status.browser-yes" : "status.browser-no")],
    [t("status.last-sent"), lastDeliveredAt === undefined ? t("status.nothing-yet") : time(lastDeliveredAt)],
    [t("status.waiting"), String(status.waiting)],
    [
      t("status.rules"),
      ruleSet &&
        t("status.rules-value", { bundle: ruleSet.bundle, version: ruleSet.version, until: time(ruleSet.expires) }),
    ],
    [t("status.agency"), agency],
    [t("status.device"), deviceId],
    [t("status.notice"), status.noticeUrl],
  ];
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
  const longest = Math.max(...known.map(([label]) => label.length));
  return [
    ...(status.practice ? [`${t("practice.word")}. ${t("practice.text")}`] : []),
    `${t(`status.${state}.heading`)}. ${t(`status.${state}.text`)}`,
    ...status.reasons.map((reason) => `- ${t(`reason.${reason}`)}`),
    ...(pausedUntil === undefined ? [] : [`- ${t("not-me.until", { at: time(pausedUntil) })}`]),
    "",
    ...known.map(([label, value]) => `${`${label}:`.padEnd(longest + 2)}${value}`),
  ].join("\n");
}
