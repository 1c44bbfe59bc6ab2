import { documentHash } from "@overt/shared/crypto/envelope.ts";
import type { Clause, Order, OrderStatus } from "@overt/shared/protocol/order.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { Signal } from "@overt/shared/rules/signals.ts";
import { sayTime } from "../../cli/time.ts";
import { sayDuration } from "../rules/bundle/duration.ts";
import { saySpan } from "../rules/bundle/schedule.ts";
import { few } from "../rules/diff/change.ts";
import { printable } from "../rules/source/show-problems.ts";
import { sayLocalTime } from "./local-time.ts";

const signalWords: Readonly<Record<Signal, string>> = {
  navigation: "pages visited",
  search: "words searched for",
  title: "titles of pages and windows",
  "page-text": "the text of pages",
  messages: "MESSAGES, under their own authority",
  app: "programs used",
  image: "images on pages",
  device: "devices attached",
  system: "signs of evasion (VPN, Tor, private windows …)",
  history: "the count of visits that nothing saw",
  examination: "an examination at a visit",
};
const evidenceWords = [
  "nothing but the alert leaves the device",
  "host and masked term may be sent, sealed",
  "address, title and the words around may be sent, sealed",
];
const languageNames = { en: "English", cy: "Welsh", "en-x-easy": "Easy Read" } as const;

/** An order in plain words: what its signers put their names to. */
export function describeOrder(order: Order): string {
  const { timeZone, protectedHosts: kept, contact } = order;
  const kind =
    order.version === 1 ? "a first order" : `version ${order.version}, in the place of version ${order.version - 1}`;
  return [
    `Order for the case ${order.caseRef}: ${kind}`,
    `  agency       ${order.agency} (${order.jurisdiction})`,
    `  in force     ${sayLocalTime(order.notBefore, timeZone)} until ${sayLocalTime(order.notAfter, timeZone)}`,
    `  drawn up     ${sayTime(order.issuedAt)}`,
    ...order.clauses.flatMap(describeClause),
    `  never looked at: ${describeProtected(kept)}`,
    `  notice in    ${order.notices.map(({ language }) => languageNames[language]).join(", ")}`,
    `  heartbeat    every ${sayDuration(order.heartbeatSeconds)}`,
    `  unconfirmed  for ${sayDuration(order.offlineGraceSeconds)}; then no page text and no evidence`,
    `  evidence to  the reviewers of ${order.reviewerGroup}`,
    `  contact      ${printable(`${contact.office}, ${contact.telephone}, ${contact.hours}`)}`,
    ...(order.listKeys === undefined
      ? []
      : [`  carries      the keys of ${order.listKeys.map(({ list }) => list).join(", ")}`]),
    `  order id     ${order.orderId}`,
    `  hash         ${documentHash(payloadTypes.order, order)}`,
  ].join("\n");
}

function describeClause(clause: Clause): string[] {
  const hours = clause.hours === undefined ? "at any time" : clause.hours.map(saySpan).join("; ");
  return [
    `  ${clause.clauseId}: “${printable(clause.text)}”`,
    `      may be seen: ${clause.signals.map((signal) => signalWords[signal]).join(", ")}; ${hours}`,
    `      categories:  ${clause.categories.join(", ")}`,
    `      evidence:    ${evidenceWords[clause.maxEvidence]}`,
    ...(clause.authorityRef === undefined ? [] : [`      authority:   ${clause.authorityRef}`]),
  ];
}

function describeProtected({ hosts, lists }: Order["protectedHosts"]): string {
  const parts = [
    ...(hosts.length > 0 ? [few(hosts)] : []),
    ...(lists.length > 0 ? [`the lists ${lists.join(", ")}`] : []),
  ];
  return parts.length === 0 ? "NOTHING: this order protects no host" : parts.join(", and ");
}

export function describeStatus(status: OrderStatus): string {
  const words = {
    "in-force": "the order stands",
    varied: "the order was varied: a later version takes its place",
    revoked: "THE ORDER IS REVOKED: monitoring ends",
  };
  return [
    `Confirmation of ${sayTime(status.issuedAt)}: ${words[status.state]}`,
    `  order id     ${status.orderId}, version ${status.version}`,
    `  holds until  ${sayTime(status.confirmedUntil)}`,
  ].join("\n");
}
