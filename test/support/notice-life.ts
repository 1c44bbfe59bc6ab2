import { buildBrowserLink } from "@overt/agent/core/browser-link.ts";
import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import type { Device } from "./agent-session.ts";

/** A page of the notice in some tab, or the badge of one browser profile, and what the person can see of it. */
interface Shown {
  readonly surface: "page" | "badge";
  /** In front of the person: the page's tab, or a window whose toolbar holds the badge. */
  inView: boolean;
  /** A frozen renderer or worker hears nothing; it may answer what it heard before once it thaws. */
  frozen: boolean;
  readonly heard: string[];
  /** Of a badge: the browser's connection. */
  connection: number | undefined;
}

const permitSeconds = 30;
const tickSeconds = 5;

/**
 * A device, its person's notice pages and browsers, and beside them what must hold: when a surface in view last answered a
 * challenge of the agent truly. The rules are written here anew, from the design, not taken from the product.
 */
export function openNoticeLife(device: Device) {
  let current = device;
  let ticks = 0;
  let connections = 0;
  let seconds = 0;
  const shown: Shown[] = [];
  /** When each open challenge was given, in seconds of the unbroken clock of this process. */
  const given = new Map<string, { readonly surface: Shown["surface"]; readonly at: number }>();
  const answeredAt = { page: Number.NEGATIVE_INFINITY, badge: Number.NEGATIVE_INFINITY };
  const account: { readonly at: number; readonly live: boolean; readonly browsers: number }[] = [];
  let passed = 0;
  let link = connect();

  function connect() {
    const { session, permits } = current;
    return buildBrowserLink({
      permits,
      monitor: () => ({
        ...session.monitor,
        observe(observation, permit) {
          const seen = session.monitor.observe(observation, permit);
          if (seen.kind === "seen") passed++;
          return seen;
        },
      }),
      send(connection, message) {
        const badge = shown.find((one) => one.connection === connection);
        if (message.type === "challenge") hear("badge", badge, message.nonce);
      },
    });
  }

  function hear(surface: Shown["surface"], by: Shown | undefined, challenge: string): void {
    given.set(challenge, { surface, at: seconds });
    by?.heard.push(challenge);
    if (by !== undefined && !by.frozen && by.inView) answer(by, challenge);
  }

  /** `inView` false: it says that it cannot be seen, which no honest surface need do. */
  function answer(by: Shown, challenge: string, inView = true): void {
    if (by.surface === "page") current.permits.answer("page", { challenge, inView });
    else if (by.connection !== undefined) {
      link.receive(by.connection, { type: "answer", nonce: challenge, pinned: inView, windowVisible: true });
    } else return;
    const question = given.get(challenge);
    given.delete(challenge);
    if (question?.surface !== by.surface || seconds - question.at >= permitSeconds) return;
    answeredAt[by.surface] = inView ? Math.max(answeredAt[by.surface], question.at) : Number.NEGATIVE_INFINITY;
  }

  function forgetAll(): void {
    given.clear();
    answeredAt.page = Number.NEGATIVE_INFINITY;
    answeredAt.badge = Number.NEGATIVE_INFINITY;
  }

  function tick(): void {
    for (const page of shown) {
      if (page.surface === "page" && page.inView && !page.frozen) hear("page", page, current.permits.challenge("page"));
    }
    if (ticks++ % 2 === 0) link.challenge();
    current.browserConnected = link.connected();
    account.push({ at: current.session.time.now(), live: isLive(), browsers: browsers().length });
    current.session.tick();
  }
  const isLive = () => seconds - Math.max(answeredAt.page, answeredAt.badge) < permitSeconds;
  const browsers = () => shown.filter((one) => one.connection !== undefined);
  const pick = (which: number, from: readonly Shown[] = shown) => from[which % Math.max(1, from.length)];

  function greet(badge: Shown, pinned: boolean): void {
    const { connection } = badge;
    if (connection === undefined) return;
    const facts = { v: 1, browser: "chromium", extensionVersion: "1.0.0", incognitoAllowed: true } as const;
    link.receive(connection, { type: "hello", ...facts, installType: "admin", pinned });
  }

  return {
    isLive,
    account: account as readonly (typeof account)[number][],
    device: () => current,
    openPage: () => void shown.push({ surface: "page", inView: true, frozen: false, heard: [], connection: undefined }),
    openBrowser(pinned: boolean) {
      const badge: Shown = { surface: "badge", inView: pinned, frozen: false, heard: [], connection: ++connections };
      shown.push(badge);
      greet(badge, pinned);
    },
    /** Another tab comes in front, the window is minimised, or the badge is taken off the toolbar; or back again. */
    setInView(which: number, inView: boolean) {
      const one = pick(which);
      if (one === undefined) return;
      one.inView = inView;
      if (one.surface === "badge") greet(one, inView);
    },
    setFrozen(which: number, frozen: boolean) {
      const one = pick(which);
      if (one === undefined) return;
      one.frozen = frozen;
      // A page may freeze between the agent's question and its own answer.
      if (frozen && one.surface === "page") hear("page", one, current.permits.challenge("page"));
    },
    /** The page is closed, or the browser quits, crashes or loses its extension. */
    close(which: number) {
      const one = pick(which);
      if (one === undefined) return;
      if (one.connection !== undefined) link.closed(one.connection);
      shown.splice(shown.indexOf(one), 1);
    },
    reloadExtension(which: number) {
      const badge = pick(which, browsers());
      if (badge?.connection === undefined) return;
      link.closed(badge.connection);
      badge.connection = ++connections;
      greet(badge, badge.inView);
    },
    /** Something that was heard, however long ago, is answered, and again if it was answered before. */
    answerLate(which: number, heard: number, inView: boolean) {
      const one = pick(which);
      const challenge = one?.heard.at(-1 - (heard % Math.max(1, one.heard.length)));
      // A surface never claims to be seen when it is not.
      if (one !== undefined && challenge !== undefined) answer(one, challenge, inView && one.inView);
    },
    /** A challenge that was never given, or was given to another surface. */
    answerWrong(which: number, heard: number) {
      const one = pick(which);
      const other = shown.find((each) => each.surface !== one?.surface)?.heard;
      if (one !== undefined) answer(one, other?.at(-1 - (heard % Math.max(1, other.length))) ?? "0".repeat(32));
    },
    pass(length: number) {
      for (let left = length; left > 0; left -= tickSeconds) {
        const step = Math.min(tickSeconds, left);
        current.pass(step);
        seconds += step;
        tick();
      }
    },
    /** Nothing runs, and every clock goes on. */
    sleep(length: number) {
      current.pass(length);
      seconds += length;
      tick();
    },
    stepWall: (by: number) => current.stepWall(by),
    /** The steady clock itself answers nonsense: what was given and answered before it counts for nothing. */
    breakSteadyClock() {
      current.breakMonotonic(Number.NaN);
      current.permits.current("all");
      current.breakMonotonic(undefined);
      forgetAll();
    },
    /** The agent's process ends and starts; pages and browsers are still there and come back to it. */
    restart() {
      for (const one of browsers()) if (one.connection !== undefined) link.closed(one.connection);
      forgetAll();
      current = current.reopen();
      link = connect();
      for (const one of browsers()) {
        one.connection = ++connections;
        greet(one, one.inView);
      }
    },
    /** What one browser reports, and whether it got through the gate; undefined without a browser. */
    look(which: number, tab: number): boolean | undefined {
      const connection = pick(which, browsers())?.connection;
      if (connection === undefined) return undefined;
      const before = passed;
      const url = `http://${tab % 4 === 0 ? practiceHosts.listed : practiceHosts.shop}/${tab}`;
      link.receive(connection, {
        type: "navigation",
        tab,
        window: 1,
        url,
        cause: "user-navigation",
        committedAt: 0,
      });
      return passed > before;
    },
    /** A sensor that kept a permit of its own making. */
    forge(): boolean {
      const before = passed;
      const forged = { scope: "all", expiresAt: Number.MAX_SAFE_INTEGER } as never;
      const seen = current.session.monitor.observe(
        { signal: "title", text: "Purple Lantern", cause: "unknown", channel: "window" } as never,
        forged,
      );
      return seen.kind === "seen" || passed > before;
    },
  };
}
export type NoticeLife = ReturnType<typeof openNoticeLife>;
