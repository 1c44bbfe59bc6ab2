import type { Navigation, Title } from "@overt/agent/bridge/messages.ts";
import { PageTracker } from "../../../../agent/extension/src/core/page-tracker.ts";
import type { NavigationEvent, TabFacts } from "../../../../agent/extension/src/core/tab.ts";

interface Timer {
  readonly at: number;
  readonly then: () => void;
}

/** A browser made of a list of tabs and a clock that moves only when told, with a tracker that watches it. */
export class BrowserStage {
  readonly tabs = new Map<number, TabFacts>();
  readonly sent: (Navigation | Title)[] = [];
  readonly tracker: PageTracker;
  incognitoToo = false;
  #now = 1_000_000;
  #timers: Timer[] = [];
  #documents = 0;

  constructor() {
    this.tracker = new PageTracker({
      now: () => this.#now,
      schedule: (milliseconds, then) => {
        const timer = { at: this.#now + milliseconds, then };
        this.#timers.push(timer);
        return { cancel: () => this.#drop(timer) };
      },
      lookUp: async (tab) => this.tabs.get(tab),
      send: (message) => this.sent.push(message),
      incognitoToo: () => this.incognitoToo,
    });
  }

  get navigations(): Navigation[] {
    return this.sent.filter((message) => message.type === "navigation");
  }

  /** Addresses reported so far, with their causes. */
  get reported(): string[] {
    return this.navigations.map(({ url, cause }) => `${cause} ${url}`);
  }

  get titles(): string[] {
    return this.sent.flatMap((message) => (message.type === "title" ? [message.title] : []));
  }

  set(tab: number, facts: Partial<TabFacts> = {}): void {
    const before = this.tabs.get(tab) ?? {
      tab,
      window: 1,
      url: "",
      title: "",
      active: true,
      incognito: false,
      windowType: "normal",
      windowState: "normal",
      windowFocused: true,
    };
    this.tabs.set(tab, { ...before, ...facts });
  }

  navigate(tab: number, url: string, event: Partial<NavigationEvent> = {}): void {
    this.set(tab, { url, title: `Title of ${url}` });
    this.tracker.committed(this.event(tab, url, event));
  }

  event(tab: number, url: string, more: Partial<NavigationEvent> = {}): NavigationEvent {
    const documentId = `D${++this.#documents}`;
    const plain = { frameId: 0, frameType: "outermost_frame", lifecycle: "active" };
    const link = { transitionType: "link", transitionQualifiers: [] };
    return { tab, url, documentId, ...plain, ...link, at: this.#now, ...more };
  }

  /** Lets this much time pass, timers and look-ups included. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await turn();
    for (let due = this.#next(end); due; due = this.#next(end)) {
      const timer = due;
      this.#drop(timer);
      this.#now = timer.at;
      timer.then();
      await turn();
    }
    this.#now = end;
  }

  #drop(timer: Timer): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }

  #next(end: number): Timer | undefined {
    return this.#timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0];
  }
}

const turn = () => new Promise<void>((done) => setImmediate(done));
