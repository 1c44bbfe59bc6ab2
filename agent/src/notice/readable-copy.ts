import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import { envelopeHash, readUnverified } from "@overt/shared/crypto/envelope.ts";
import { limits } from "@overt/shared/limits.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import type { Translate } from "./catalogue.ts";
import type { Row } from "./page-models.ts";
import type { AgentStatus, SentRecord } from "./ports.ts";
import { timeFormat } from "./time.ts";
import { describeOrder } from "./views/order-facts.ts";
import { describeWhole, listRecord } from "./views/record-facts.ts";

/** What of a person's copy is for reading, as `exportRecords` makes it. */
export interface CopyToRead {
  readonly status: AgentStatus;
  readonly order?: Envelope;
  readonly records?: readonly SentRecord[];
}

/**
 * The person's copy as one HTML page for people to read and print: the notice's own words, nothing loaded from elsewhere.
 * It proves nothing; the JSON copy does. Times are in the order's time zone.
 */
export function readableCopy({ status, order: envelope, records = [] }: CopyToRead, t: Translate): string {
  const order = envelope && readUnverified(envelope, Order, limits.payload.order);
  const time = timeFormat("en", order?.timeZone);
  const inOrder = [...records].sort((a, b) => a.seq - b.seq);
  const brought = order && { order, orderHash: envelopeHash(envelope) };
  const made = `Made on ${time(status.now)}. Times are those of ${order?.timeZone ?? "this computer"}.`;
  return page("Your copy of what was sent", [
    ...(status.practice ? [element("p", `${t("practice.word")}. ${t("practice.text")}`)] : []),
    element("p", made),
    element(
      "p",
      "This page is for reading and printing. What can be checked without trusting anybody is the copy made by “overt-agent export” without “--readable”; “overt-agent check” checks it.",
    ),
    element("p", "It holds what the sealed notes say: give it only to people who may read that."),
    element("h2", t(`status.${status.state}.heading`)),
    element("p", t(`status.${status.state}.text`)),
    ...status.reasons.map((reason) => element("p", t(`reason.${reason}`))),
    ...orderPart(brought, time, t),
    element("h2", t("sent.heading")),
    element("p", t(inOrder.length === 0 ? "sent.none" : "sent.text")),
    ...(inOrder.length === 0 ? [] : [contents(inOrder, time, t)]),
    ...inOrder.map((record) => recordPart(record, time, t)),
  ]);
}

type Time = (seconds: number) => string;

function orderPart(brought: Parameters<typeof describeOrder>[0], time: Time, t: Translate): string[] {
  const facts = describeOrder(brought, t);
  if (facts === undefined) return [];
  const { order } = facts;
  return [
    element("h2", t("order.heading")),
    table([
      { label: t("order.case"), value: order.caseRef },
      { label: t("order.agency"), value: order.agency },
      { label: t("order.from"), value: time(order.notBefore) },
      { label: t("order.until"), value: time(order.notAfter) },
      { label: t("order.version"), value: String(order.version) },
      { label: t("order.fingerprint"), value: facts.orderHash, code: true },
    ]),
    ...facts.clauses.flatMap(({ id, text, rows }) => [
      element("h3", t("order.clause", { clause: id })),
      element("blockquote", text),
      table(rows),
    ]),
  ];
}

function contents(records: readonly SentRecord[], time: Time, t: Translate): string {
  const head = ["sent.number", "sent.when", "sent.what", "sent.state", "sent.seen"].map((key) =>
    heading("col", t(key)),
  );
  const lines = records.map((record) => {
    const { seq, name, rule, at, delivered, seen } = listRecord(record, t);
    const what = rule === undefined ? name : `${name}: ${rule}`;
    const state = t(delivered ? "sent.delivered" : "sent.waiting");
    const rest = [time(at), what, state, seen].map((text) => element("td", text)).join("");
    return `<tr><td><a href="#record-${seq}">${seq}</a></td>${rest}</tr>`;
  });
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>\n${lines.join("\n")}\n</tbody></table>`;
}

function recordPart(record: SentRecord, time: Time, t: Translate): string {
  const { name, rows, words, evidence, views, decisions } = describeWhole(record, { t, time, rules: [] });
  const parts = [
    element("h3", `${t("sent.record", { seq: record.seq })}: ${name}`),
    table(rows),
    ...(words === undefined ? [] : [element("h4", t("record.words")), element("blockquote", words)]),
    ...evidence.flatMap((each) => [
      element("h4", `${t("record.evidence")}: ${t("record.level", { level: each.level })}`),
      table(each.rows),
    ]),
    ...(views.length === 0 ? [] : [element("h4", t("record.views")), ...views.map((view) => element("p", view))]),
    ...decisions.flatMap(({ outcome, by, attested, told }) => [
      element("h4", `${t("record.decisions")}: ${outcome}`),
      element("p", `${by}. ${attested}`),
      ...(told ? [element("p", `${t("record.told")}:`), element("blockquote", told)] : []),
    ]),
  ];
  return `<section id="record-${record.seq}">\n${parts.join("\n")}\n</section>`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ label, value }) => `<tr>${heading("row", label)}${element("td", value)}</tr>`);
  return `<table><tbody>\n${lines.join("\n")}\n</tbody></table>`;
}

const heading = (scope: "row" | "col", text: string) => `<th scope="${scope}">${escapeText(text)}</th>`;
const element = (tag: string, text: string) => `<${tag}>${escapeText(text)}</${tag}>`;

/** Titles and addresses are a website's own words: they stay text, and cannot turn the direction of what stands around them. */
function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => (character === "\n" ? "<br>" : "\ufffd"));
}

const style =
  "body{font:16px/1.5 Arial,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;margin:.5rem 0 1rem}" +
  "th,td{border:1px solid #b1b4b6;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}tbody th{width:16rem;font-weight:normal}" +
  "blockquote{border-left:.3rem solid #b1b4b6;margin:0 0 1rem;padding:.3rem 1rem}section{break-inside:avoid;border-top:2px solid #0b0c0c}" +
  // On a narrow screen a cell stands under the other; those of the list say what they are by themselves.
  "@media screen and (max-width:40rem){thead{display:none}table,tbody,tr,tbody th,td{display:block;width:auto;border-width:0}" +
  "tr{border-top:1px solid #b1b4b6;padding:.25rem 0}tbody th{padding-bottom:0;color:#505a5f}}";

function page(title: string, parts: readonly string[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${parts.join("\n")}
</main>
</body>
</html>
`;
}
