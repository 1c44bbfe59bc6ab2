import { noticeLanguages, noticeText } from "@overt/shared/notice/text.ts";
import { Order } from "@overt/shared/protocol/order.ts";
import { practiceHosts } from "../practice-site.ts";

/** The fictitious case and its order: a year from now, two clauses, one protected place. */
export function practiceOrder(input: { readonly orderId: string; readonly salt: string; readonly now: number }): Order {
  return Order.parse({
    v: 1,
    orderId: input.orderId,
    caseRef: "PRACTICE-001",
    agency: practiceAgencyName,
    jurisdiction: "england-and-wales",
    version: 1,
    issuedAt: input.now,
    notBefore: input.now - 60,
    notAfter: input.now + 365 * 86_400,
    clauses: [
      {
        clauseId: "clause-3",
        text: "You must not visit any internet chat site on any device without the agreement of your officer.",
        signals: ["navigation", "title"],
        categories: ["chat"],
        maxEvidence: 2,
      },
      {
        clauseId: "clause-4",
        text: "You must not search the internet for the meeting place known as Purple Lantern.",
        signals: ["search"],
        categories: ["chat"],
        maxEvidence: 1,
      },
    ],
    timeZone: "Europe/London",
    protectedHosts: { lists: [], hosts: [practiceHosts.protected] },
    heartbeatSeconds: 300,
    offlineGraceSeconds: 7 * 86_400,
    reviewerGroup: "practice-reviewers",
    notices: noticeLanguages.map((language) => ({ language, sha256: noticeText(language).sha256 })),
    contact: {
      office: "Practice office (nobody answers)",
      telephone: "0000 000 0000",
      hours: "never, this is practice",
    },
    salt: input.salt,
  });
}

export const practiceAgencyName = "practice-agency";
