import type { Hello } from "@overt/agent/bridge/messages.ts";
import { badgeFor } from "../core/badge.ts";
import type { WindowFacts } from "../core/notice-answer.ts";
import type { SessionView } from "../core/session.ts";

export async function isPinned(): Promise<boolean> {
  const settings = await chrome.action.getUserSettings();
  return settings.isOnToolbar;
}

export async function listWindows(): Promise<WindowFacts[]> {
  const windows = await chrome.windows.getAll();
  return windows.map(({ type = "", state = "", incognito }) => ({ type, state, incognito }));
}

export async function describeExtension(): Promise<Hello> {
  const [self, incognitoAllowed, pinned] = await Promise.all([
    chrome.management.getSelf(),
    chrome.extension.isAllowedIncognitoAccess(),
    isPinned(),
  ]);
  return {
    type: "hello",
    v: 1,
    browser: chrome.runtime.getURL("").startsWith("moz-extension:") ? "firefox" : "chromium",
    extensionVersion: chrome.runtime.getManifest().version,
    installType: self.installType,
    incognitoAllowed,
    pinned,
  };
}

export async function showBadge(view: SessionView): Promise<void> {
  const badge = badgeFor(view);
  await Promise.all([
    chrome.action.setBadgeText({ text: badge.text }),
    chrome.action.setBadgeBackgroundColor({ color: badge.colour }),
    chrome.action.setBadgeTextColor({ color: "#ffffff" }),
    chrome.action.setTitle({ title: badge.title }),
  ]);
}
