import type { AgentStatus, SentRecord, StatusReason } from "./ports.ts";

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Unix seconds as `24 November 2026, 14:05` in the device's own time zone. */
export function describeTime(seconds: number): string {
  const at = new Date(seconds * 1_000);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getDate()} ${months[at.getMonth()]} ${at.getFullYear()}, ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export const stateWords: Readonly<Record<AgentStatus["state"], string>> = {
  "not-enrolled": "Not set up yet",
  enrolling: "Being set up",
  starting: "Starting",
  on: "Monitoring is on",
  paused: "Monitoring is paused",
  problem: "Monitoring has a problem",
  ended: "Monitoring has ended",
};

export const stateText: Readonly<Record<AgentStatus["state"], string>> = {
  "not-enrolled": "Nothing is looked at. Your officer has to bring an enrolment token first.",
  enrolling: "Nothing is looked at until you have given your answer and your officer has confirmed it.",
  starting: "Nothing is looked at yet.",
  on: "The program checks what your order allows, and nothing else.",
  paused: "Nothing is looked at while it is paused. A pause is not held against you.",
  problem: "Something stops the program from working as it should. A fault of the program is not your breach.",
  ended: "Nothing is looked at any more.",
};

export const reasonWords: Readonly<Record<StatusReason, string>> = {
  "notice-not-live":
    "No notice can be seen at the moment, so nothing is looked at. Keep the badge on the toolbar, or this page open.",
  "extension-missing": "No browser with the extension is open.",
  "extension-not-pinned":
    "The badge is not on the browser's toolbar. Pin it: nothing is looked at while it cannot be seen.",
  "server-away": "The agency's server cannot be reached. Records wait on this device.",
  "rules-stale": "The rules have not been refreshed for 30 days.",
  "rules-expired": "The rules have run out, so nothing is matched.",
  "order-unconfirmed": "The agency has not confirmed the order lately. Page text and sealed notes stop until it does.",
  "order-not-started": "The order has not started.",
  "order-ended": "The order has ended.",
  "order-revoked": "The order has been revoked.",
  declined: "You declined. The program does not start.",
  removed: "The program was removed from this device.",
  "outside-hours": "The order names hours, and this is outside them.",
  "account-not-covered": "This account is not the one that the order covers.",
  "journal-full": "There is no more room for records on this device. What was lost will be said.",
};

export const outcomeWords: Readonly<Record<string, string>> = {
  "possible-breach": "Possible breach",
  "match-but-permitted": "It matched, but it was permitted",
  "false-match": "A false match",
  "out-of-scope": "Out of scope: the content was erased",
  "not-this-person": "Not this person",
  "cannot-tell": "Cannot tell",
};

const kindWords: Readonly<Record<string, string>> = {
  match: "A rule matched",
  heartbeat: "Sign that the program works",
  coverage: "What could and could not be seen",
  gap: "Records were lost",
  pause: "Monitoring was paused",
  resume: "Monitoring went on",
  start: "Monitoring started",
  end: "Monitoring ended",
  explain: "You explained",
  dispute: "You disputed",
  "not-me": "You said it was not you",
  complaint: "You complained",
};

/** A record's name in plain words. */
export function describeRecord(record: SentRecord): string {
  const { document } = record;
  const kind = document.type === "event" ? document.event.kind : document.statement.kind;
  return kindWords[kind] ?? kind;
}

export const languageNames = { en: "English", cy: "Cymraeg", "en-x-easy": "Easy Read" } as const;
