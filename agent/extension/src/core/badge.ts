import type { SessionView } from "./session.ts";

export interface Badge {
  readonly text: "ON" | "!!" | "OFF";
  readonly colour: string;
  /** Shown when the pointer rests on the badge, and read out. */
  readonly title: string;
}

const shown: Record<SessionView["state"], Badge> = {
  on: { text: "ON", colour: "#00703c", title: "Monitoring under a court order is on in this browser." },
  starting: {
    text: "OFF",
    colour: "#505a5f",
    title: "Monitoring under a court order is starting. Nothing is seen yet.",
  },
  paused: { text: "OFF", colour: "#505a5f", title: "Monitoring is paused. Nothing is seen." },
  ended: { text: "OFF", colour: "#505a5f", title: "The order has ended. Nothing is seen." },
  problem: { text: "!!", colour: "#d4351c", title: "Monitoring has a problem. Nothing is seen until it is mended." },
  away: { text: "!!", colour: "#d4351c", title: "The monitoring program does not answer. Nothing is seen." },
};

/** The state in two or three letters, and in words. */
export function badgeFor(view: SessionView): Badge {
  const badge = shown[view.state];
  return view.practice ? { ...badge, title: `PRACTICE. ${badge.title}` } : badge;
}
