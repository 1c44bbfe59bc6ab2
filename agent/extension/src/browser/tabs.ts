import type { PageTracker } from "../core/page-tracker.ts";
import type { NavigationEvent, TabFacts } from "../core/tab.ts";

const windowTypes: `${chrome.windows.WindowType}`[] = ["normal", "popup", "app"];

type Committed = chrome.webNavigation.WebNavigationTransitionCallbackDetails;

/** Hands what the browser says of tabs to the tracker. Must run before the worker's first wait, or events are lost. */
export function followTabs(tracker: PageTracker): void {
  chrome.webNavigation.onCommitted.addListener((details) => tracker.committed(navigationEvent(details)));
  chrome.webNavigation.onHistoryStateUpdated.addListener((details) => tracker.addressChanged(navigationEvent(details)));
  chrome.tabs.onActivated.addListener((info) => tracker.shown(info.tabId));
  chrome.tabs.onUpdated.addListener((tab, change) => {
    if (change.title !== undefined) tracker.titleChanged(tab);
  });
  chrome.tabs.onRemoved.addListener((tab) => tracker.closed(tab));
  chrome.tabs.onReplaced.addListener((added, removed) => tracker.renumbered(removed, added));
  chrome.windows.onFocusChanged.addListener((window) => void showActiveTab(window, tracker));
}

/** The tab as it is now, or undefined once it is closed. */
export async function lookUpTab(id: number): Promise<TabFacts | undefined> {
  try {
    const tab = await chrome.tabs.get(id);
    return tabFacts(tab, await chrome.windows.get(tab.windowId, { windowTypes }));
  } catch {
    // The tab or its window was closed between two events; there is nothing to report of it any more.
    return undefined;
  }
}

export async function listTabs(): Promise<TabFacts[]> {
  const windows = await chrome.windows.getAll({ populate: true, windowTypes });
  return windows.flatMap((window) => (window.tabs ?? []).flatMap((tab) => tabFacts(tab, window) ?? []));
}

async function showActiveTab(window: number, tracker: PageTracker): Promise<void> {
  if (window === chrome.windows.WINDOW_ID_NONE) return;
  for (const tab of await chrome.tabs.query({ active: true, windowId: window })) {
    if (tab.id !== undefined) tracker.shown(tab.id);
  }
}

function tabFacts(tab: chrome.tabs.Tab, window: chrome.windows.Window): TabFacts | undefined {
  if (tab.id === undefined) return undefined;
  return {
    tab: tab.id,
    window: tab.windowId,
    url: tab.url ?? "",
    title: tab.title ?? "",
    active: tab.active,
    incognito: tab.incognito,
    windowType: window.type ?? "",
    windowState: window.state ?? "",
    windowFocused: window.focused,
  };
}

function navigationEvent(details: Committed): NavigationEvent {
  return {
    tab: details.tabId,
    url: details.url,
    documentId: details.documentId,
    frameId: details.frameId,
    frameType: details.frameType,
    lifecycle: details.documentLifecycle,
    transitionType: details.transitionType,
    transitionQualifiers: details.transitionQualifiers,
    at: details.timeStamp,
  };
}
