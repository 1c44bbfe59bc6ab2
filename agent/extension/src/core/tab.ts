/** What the browser says of a tab and its window at one moment. */
export interface TabFacts {
  readonly tab: number;
  readonly window: number;
  readonly url: string;
  readonly title: string;
  readonly active: boolean;
  readonly incognito: boolean;
  readonly windowType: string;
  readonly windowState: string;
  readonly windowFocused: boolean;
}

/** A navigation as the browser reports it, before anything is left out. */
export interface NavigationEvent {
  readonly tab: number;
  readonly url: string;
  readonly documentId?: string | undefined;
  readonly frameId: number;
  /** Absent in Firefox, as is `lifecycle`. */
  readonly frameType?: string | undefined;
  readonly lifecycle?: string | undefined;
  readonly transitionType: string;
  readonly transitionQualifiers: readonly string[];
  /** Unix milliseconds. */
  readonly at: number;
}

/**
 * Whether a person can see this page now: the chosen tab of an ordinary window that is not minimised. A window without
 * tabs must have the focus, because a site can open one behind the others where nobody sees it.
 */
export function isForeground(facts: TabFacts, incognitoToo: boolean): boolean {
  if (!facts.active || facts.windowState === "minimized" || (facts.incognito && !incognitoToo)) return false;
  if (facts.windowType === "normal") return true;
  return (facts.windowType === "popup" || facts.windowType === "app") && facts.windowFocused;
}

/**
 * Whether an event is about the page of a tab, not a frame in it or a page that is only being prepared. A prerendered
 * page commits with its own frame id and the lifecycle `prerender`; when it is shown it commits again as frame 0, `active`.
 */
export function isPage(event: NavigationEvent): boolean {
  return (
    event.frameId === 0 &&
    (event.frameType ?? "outermost_frame") === "outermost_frame" &&
    (event.lifecycle ?? "active") === "active"
  );
}
