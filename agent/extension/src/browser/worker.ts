import type { AgentMessage, Hello } from "@overt/agent/bridge/messages.ts";
import { findNoticeAnswer } from "../core/notice-answer.ts";
import { PageTracker } from "../core/page-tracker.ts";
import { lostSession, nextSession, noSession, type Session } from "../core/session.ts";
import { openHostPort } from "./host-port.ts";
import { describeExtension, isPinned, listWindows, showBadge } from "./notice.ts";
import { openPopupPorts } from "./popup-ports.ts";
import { followTabs, listTabs, lookUpTab } from "./tabs.ts";

let session: Session = noSession;
let self: Hello | undefined;

const tracker = new PageTracker({
  now: Date.now,
  schedule: (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
  lookUp: lookUpTab,
  send: (message) => host.send(message),
  incognitoToo: () => self?.installType === "admin" && self.incognitoAllowed,
});
followTabs(tracker);
const popups = openPopupPorts(() => session.view);
const host = openHostPort({
  onConnect: () => void greet(),
  onMessage: (message) => void receive(message),
  onDisconnect: () => {
    tracker.idle();
    show(lostSession(session));
  },
});
chrome.action.onUserSettingsChanged?.addListener(() => void greet());
show(session);

async function greet(): Promise<void> {
  self = await describeExtension();
  host.send(self);
}

async function receive(message: AgentMessage): Promise<void> {
  if (message.type === "challenge") {
    const answer = findNoticeAnswer(message.nonce, await isPinned(), await listWindows());
    if (answer) host.send(answer);
    return;
  }
  const next = nextSession(session, message);
  show(next.session);
  if (next.step === "withhold") tracker.withhold();
  if (next.step === "idle") tracker.idle();
  if (next.step === "resume") tracker.resume();
  if (next.step === "begin" || next.step === "begin-again") {
    const open = await listTabs();
    if (session.view.state === "on") tracker.begin(open, next.step === "begin-again");
  }
}

function show(next: Session): void {
  session = next;
  void showBadge(session.view);
  popups.show(session.view);
}
