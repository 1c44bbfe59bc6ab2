import { badgeFor } from "./badge.ts";
import type { SessionView } from "./session.ts";

/** Everything the popup says, in the order in which it stands there. */
export interface PopupWords {
  readonly practice: string | undefined;
  readonly state: string;
  readonly badge: "ON" | "!!" | "OFF";
  readonly seen: readonly string[];
  readonly neverSeen: readonly string[];
  readonly noticeUrl: string | undefined;
}

const signals: Record<string, string> = {
  navigation: "addresses of pages that you have in front of you",
  search: "words that you look for in search engines",
  title: "titles of pages and windows",
  "page-text": "text of the page that you have in front of you, and text that you publish",
  messages: "text of messages on web mail and messaging sites, because a clause of your order allows it",
  app: "which program is in front, or is started",
  image: "images on the page that you have in front of you; they are judged on this device and never leave it",
  device: "storage and telephones that are plugged in",
  system: "Tor, a VPN, a virtual machine or a private window in use",
  history: "how many visits were not seen",
};

const neverSeen = [
  "the keys that you press, passwords, payment details",
  "camera, microphone, calls, your location, pictures of your screen",
  "pages loaded in the background that you never look at",
  "what you do with a solicitor, court, doctor, helpline or complaints body: such places are left out on this device",
];

export function popupWords(view: SessionView): PopupWords {
  const badge = badgeFor({ ...view, practice: false });
  return {
    practice: view.practice
      ? "PRACTICE. This is a rehearsal with an invented case. There is no court order."
      : undefined,
    state: badge.title,
    badge: badge.text,
    seen: view.sees.map((signal) => signals[signal] ?? signal),
    neverSeen,
    noticeUrl: view.noticeUrl === "" ? undefined : view.noticeUrl,
  };
}
