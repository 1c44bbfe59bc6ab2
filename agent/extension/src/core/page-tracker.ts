import type { Cause, Navigation, Title } from "@overt/agent/bridge/messages.ts";
import { causeOf } from "./cause.ts";
import { observableTitle } from "./page-title.ts";
import { observableUrl } from "./page-url.ts";
import { isForeground, isPage, type NavigationEvent, type TabFacts } from "./tab.ts";

/**
 * How long a page must stay in the foreground before it is reported, in milliseconds. Pages that only pass a visitor on
 * are gone by then. Longer would miss pages that a person does read.
 */
export const dwellMilliseconds = 1_000;

/** A page may change its title many times a second; it is looked at this long after the first change. */
export const titleSettleMilliseconds = 500;

export interface TrackerPorts {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly schedule: (milliseconds: number, then: () => void) => { cancel(): void };
  /** The tab as it is now, or undefined once it is closed. */
  readonly lookUp: (tab: number) => Promise<TabFacts | undefined>;
  readonly send: (message: Navigation | Title) => void;
  /** Only where the agency's policy put the extension into private windows as well. */
  readonly incognitoToo: () => boolean;
}

interface Page {
  readonly url: string;
  readonly documentId: string | undefined;
  readonly committedAt: number;
  cause: Cause;
  /** `withheld` pages were open during a pause and are never reported. */
  state: "waiting" | "seen" | "withheld";
  sentTitle: string | undefined;
  dwell: { cancel(): void } | undefined;
  titleCheck: { cancel(): void } | undefined;
}

/** Follows each tab's page and reports those that a person had in front of them. It reports nothing until `begin`. */
export class PageTracker {
  readonly #ports: TrackerPorts;
  readonly #pages = new Map<number, Page>();
  #mode: "idle" | "capturing" | "withholding" = "idle";

  constructor(ports: TrackerPorts) {
    this.#ports = ports;
  }

  /** The browser showed another document in a tab. */
  committed(event: NavigationEvent): void {
    if (!isPage(event)) return;
    const before = this.#pages.get(event.tab);
    const url = observableUrl(event.url);
    // A restored session loads its tabs when they are first shown and calls that a reload.
    const lazily = event.transitionType === "reload" && before?.cause === "restored" && before.state === "waiting";
    const cause = lazily && before.url === url ? "restored" : causeOf(event.transitionType, event.transitionQualifiers);
    this.#replace(event, url, cause);
  }

  /** A page changed its own address without loading another document. */
  addressChanged(event: NavigationEvent): void {
    if (!isPage(event)) return;
    const before = this.#pages.get(event.tab);
    const url = observableUrl(event.url);
    if (before?.url === url) return;
    const settling = before?.state === "waiting" ? before.cause : undefined;
    this.#replace(event, url, settling ?? causeOf(event.transitionType, event.transitionQualifiers));
  }

  /** A tab was chosen, or its window came forward. */
  shown(tab: number): void {
    const page = this.#pages.get(tab);
    if (!page || this.#mode !== "capturing") return;
    if (page.state === "waiting") this.#startDwell(tab, page);
    if (page.state === "seen") this.titleChanged(tab);
  }

  titleChanged(tab: number): void {
    const page = this.#pages.get(tab);
    if (page?.state !== "seen" || page.titleCheck || this.#mode !== "capturing") return;
    page.titleCheck = this.#ports.schedule(titleSettleMilliseconds, () => {
      page.titleCheck = undefined;
      void this.#checkTitle(tab, page);
    });
  }

  closed(tab: number): void {
    this.#forget(tab);
  }

  /** The browser gave a tab another number. */
  renumbered(from: number, to: number): void {
    const page = this.#pages.get(from);
    this.#pages.delete(from);
    if (!page) return;
    cancelTimers(page);
    this.#pages.set(to, page);
    this.shown(to);
  }

  /**
   * Reports from now on, first what is open already. `again` also reports pages that were reported before, to an agent
   * that cannot know of them.
   */
  begin(open: readonly TabFacts[], again: boolean): void {
    this.#mode = "capturing";
    for (const facts of open) this.#adopt(facts);
    for (const [tab, page] of this.#pages) {
      if (page.state === "withheld" || (page.state === "seen" && !again)) continue;
      page.state = "waiting";
      page.cause = "restored";
      page.sentTitle = undefined;
      this.#startDwell(tab, page);
    }
  }

  /** Goes on after a pause; what was open during it stays unreported. */
  resume(): void {
    this.#mode = "capturing";
  }

  /** Reports nothing, and nothing that is opened until `resume` or `begin`. */
  withhold(): void {
    this.#stop("withholding");
    for (const page of this.#pages.values()) page.state = "withheld";
  }

  /** Reports nothing for now; what is still open at `begin` is reported then. */
  idle(): void {
    this.#stop("idle");
  }

  #stop(mode: "idle" | "withholding"): void {
    this.#mode = mode;
    for (const page of this.#pages.values()) cancelTimers(page);
  }

  #replace(event: NavigationEvent, url: string | undefined, cause: Cause): void {
    this.#forget(event.tab);
    if (url === undefined) return;
    const page = newPage(url, event.documentId, Math.round(event.at), cause);
    if (this.#mode === "withholding") page.state = "withheld";
    this.#pages.set(event.tab, page);
    if (this.#mode !== "capturing") return;
    this.#startDwell(event.tab, page);
    void this.#noteBackground(event.tab, page);
  }

  #adopt(facts: TabFacts): void {
    const url = observableUrl(facts.url);
    // Events are newer than the list of tabs, which was asked for before they came.
    if (url === undefined || this.#pages.has(facts.tab)) return;
    this.#pages.set(facts.tab, newPage(url, undefined, this.#ports.now(), "restored"));
  }

  #startDwell(tab: number, page: Page): void {
    page.dwell?.cancel();
    page.dwell = this.#ports.schedule(dwellMilliseconds, () => void this.#report(tab, page));
  }

  async #noteBackground(tab: number, page: Page): Promise<void> {
    const facts = await this.#ports.lookUp(tab);
    if (facts && page.state === "waiting" && !this.#isForeground(facts)) page.cause = "background";
  }

  async #report(tab: number, page: Page): Promise<void> {
    const facts = await this.#ports.lookUp(tab);
    if (!facts || !this.#isForeground(facts) || !this.#isCurrent(tab, page, "waiting")) return;
    page.state = "seen";
    const { url, cause, committedAt } = page;
    const documentId = page.documentId === undefined ? {} : { documentId: page.documentId };
    const title = observableUrl(facts.url) === url ? observableTitle(facts.title, facts.url) : undefined;
    this.#ports.send({
      type: "navigation",
      tab,
      window: facts.window,
      ...documentId,
      url,
      ...(title !== undefined && { title }),
      cause,
      committedAt,
    });
    this.#sendTitle(tab, page, facts);
  }

  async #checkTitle(tab: number, page: Page): Promise<void> {
    const facts = await this.#ports.lookUp(tab);
    if (facts && this.#isForeground(facts) && this.#isCurrent(tab, page, "seen")) this.#sendTitle(tab, page, facts);
  }

  #sendTitle(tab: number, page: Page, facts: TabFacts): void {
    const title = observableTitle(facts.title, facts.url);
    if (title === undefined || title === page.sentTitle || observableUrl(facts.url) !== page.url) return;
    page.sentTitle = title;
    this.#ports.send({ type: "title", tab, url: page.url, title });
  }

  /** Both waits for the browser's answer can outlast the page or the permission to report it. */
  #isCurrent(tab: number, page: Page, state: Page["state"]): boolean {
    return this.#mode === "capturing" && this.#pages.get(tab) === page && page.state === state;
  }

  #isForeground(facts: TabFacts): boolean {
    return isForeground(facts, this.#ports.incognitoToo());
  }

  #forget(tab: number): void {
    const page = this.#pages.get(tab);
    if (page) cancelTimers(page);
    this.#pages.delete(tab);
  }
}

function newPage(url: string, documentId: string | undefined, committedAt: number, cause: Cause): Page {
  return {
    url,
    documentId,
    committedAt,
    cause,
    state: "waiting",
    sentTitle: undefined,
    dwell: undefined,
    titleCheck: undefined,
  };
}

function cancelTimers(page: Page): void {
  page.dwell?.cancel();
  page.titleCheck?.cancel();
  page.dwell = undefined;
  page.titleCheck = undefined;
}
