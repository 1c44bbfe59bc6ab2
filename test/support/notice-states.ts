import { PolicyError } from "@overt/shared/errors.ts";
import { noticeText } from "@overt/shared/notice/text.ts";
import type { NoticeWorld } from "./notice-world.ts";

/** A page of the notice as a person can come upon it. */
export interface NoticeState {
  readonly name: string;
  readonly path: string;
  /** Makes the agent stand so. */
  set?(world: NoticeWorld): void;
  /** What is posted to `path`, where the page answers a form. */
  readonly form?: Readonly<Record<string, string>>;
}

const reading = (world: NoticeWorld) => {
  world.view = { step: "read", caseRef: "CASE-2071", agency: "practice-agency", practice: true };
  world.status = { ...world.status, state: "enrolling", deviceId: undefined, ruleSet: undefined };
};
const bringing = (world: NoticeWorld) => {
  world.view = { step: "bring-token" };
  world.order = undefined;
  world.rules = [];
  world.status = { ...world.status, state: "not-enrolled", practice: false };
};

/** Every state that has a look of its own, in the order in which a person meets them. */
export const noticeStates: readonly NoticeState[] = [
  { name: "bring", path: "/enrol", set: bringing },
  { name: "bring-error", path: "/enrol/code", form: { host: "", code: "" }, set: bringing },
  {
    name: "refused",
    path: "/enrol/code",
    form: { host: "a.example", code: "b" },
    set(world) {
      bringing(world);
      world.failure = new PolicyError("UNKNOWN_ISSUER", "?");
    },
  },
  ...noticeText("en").screens.map((_, screen) => ({
    name: `read-${screen}`,
    path: `/enrol?screen=${screen}`,
    set: reading,
  })),
  { name: "answer-error", path: "/enrol/answer", form: {}, set: reading },
  {
    name: "wait",
    path: "/enrol",
    set(world) {
      reading(world);
      world.view = { step: "wait-for-officer" };
    },
  },
  {
    name: "compare",
    path: "/enrol",
    set(world) {
      reading(world);
      world.view = { step: "compare", code: "40718265" };
    },
  },
  {
    name: "declined",
    path: "/enrol",
    set(world) {
      reading(world);
      world.view = { step: "declined" };
    },
  },
  { name: "status-on", path: "/status" },
  {
    name: "status-not-me",
    path: "/status",
    set(world) {
      world.status = {
        ...world.status,
        state: "paused",
        reasons: ["not-me"],
        pausedUntil: world.status.now + 4 * 3_600,
      };
    },
  },
  {
    name: "status-problem",
    path: "/status",
    set(world) {
      world.status = {
        ...world.status,
        state: "problem",
        practice: false,
        reasons: ["extension-not-pinned", "server-away", "rules-stale"],
      };
    },
  },
  {
    name: "status-ended",
    path: "/status",
    set(world) {
      world.status = { ...world.status, state: "ended", reasons: ["order-ended"] };
    },
  },
  { name: "sent", path: "/sent" },
  { name: "sent-none", path: "/sent", set: (world) => void world.records.splice(0) },
  { name: "record-match", path: "/sent/6" },
  { name: "record-coverage", path: "/sent/2" },
  { name: "record-statement", path: "/sent/8" },
  { name: "order", path: "/order" },
  { name: "say", path: "/say?about=6" },
  { name: "say-error", path: "/say", form: { text: "" } },
  { name: "about", path: "/about" },
  { name: "not-found", path: "/nowhere" },
];
