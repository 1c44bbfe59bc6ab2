import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { dwellMilliseconds, titleSettleMilliseconds } from "../../../../agent/extension/src/core/page-tracker.ts";
import { BrowserStage } from "./browser-stage.ts";

const a = "http://a.example/";
const b = "http://b.example/";
let stage: BrowserStage;

beforeEach(() => {
  stage = new BrowserStage();
  stage.tracker.begin([], true);
});

describe("what is reported", () => {
  test("a page is reported once it stayed in front for the dwell time, and not before", async () => {
    stage.navigate(1, a);
    await stage.pass(dwellMilliseconds - 1);
    expect(stage.sent).toEqual([]);
    await stage.pass(1);
    expect(stage.navigations).toEqual([
      {
        type: "navigation",
        tab: 1,
        window: 1,
        documentId: "D1",
        url: a,
        title: "Title of http://a.example/",
        cause: "user-navigation",
        committedAt: 1_000_000,
      },
    ]);
    await stage.pass(60_000);
    expect(stage.navigations).toHaveLength(1);
  });

  test("a page left within the dwell time is not reported", async () => {
    stage.navigate(1, a);
    await stage.pass(dwellMilliseconds - 1);
    stage.navigate(1, b, { transitionQualifiers: ["client_redirect"] });
    await stage.pass(5_000);
    expect(stage.reported).toEqual([`redirect ${b}`]);
  });

  test("a tab closed within the dwell time is not reported", async () => {
    stage.navigate(1, a);
    stage.tabs.delete(1);
    stage.tracker.closed(1);
    await stage.pass(5_000);
    expect(stage.sent).toEqual([]);
  });

  test.each([
    ["a frame in a page", { frameId: 7, frameType: "sub_frame" }],
    ["a fenced frame", { frameType: "fenced_frame" }],
    ["a page prepared in advance", { frameId: 4, lifecycle: "prerender" }],
    ["a page kept for going back", { lifecycle: "cached" }],
  ])("%s is not reported", async (_, event) => {
    stage.navigate(1, a, event);
    await stage.pass(5_000);
    expect(stage.sent).toEqual([]);
  });

  test("a browser that names neither frame type nor lifecycle is understood", async () => {
    stage.navigate(1, a, { frameType: undefined, lifecycle: undefined, documentId: undefined });
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`user-navigation ${a}`]);
  });

  test("a page of the browser itself ends the one before it", async () => {
    stage.navigate(1, a);
    stage.navigate(1, "chrome://settings/");
    await stage.pass(5_000);
    expect(stage.sent).toEqual([]);
  });
});

describe("where the person looks", () => {
  test("a tab behind another is reported when it comes forward, after a whole dwell time, as background", async () => {
    stage.navigate(1, a);
    stage.set(2, { active: false });
    stage.navigate(2, b);
    await stage.pass(5_000);
    expect(stage.reported).toEqual([`user-navigation ${a}`]);
    stage.set(2, { active: true });
    stage.tracker.shown(2);
    await stage.pass(dwellMilliseconds - 1);
    expect(stage.navigations).toHaveLength(1);
    await stage.pass(1);
    expect(stage.reported).toEqual([`user-navigation ${a}`, `background ${b}`]);
  });

  test("coming back to a page that was left too soon starts its dwell time again and keeps its cause", async () => {
    stage.navigate(1, a);
    await stage.pass(500);
    stage.set(1, { active: false });
    await stage.pass(5_000);
    stage.set(1, { active: true });
    stage.tracker.shown(1);
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`user-navigation ${a}`]);
  });

  test.each([
    ["a minimised window", { windowState: "minimized" }, []],
    ["a private window", { incognito: true }, []],
    ["a devtools window", { windowType: "devtools" }, []],
    ["a window without tabs behind others", { windowType: "popup", windowFocused: false }, []],
    ["a window without tabs in front", { windowType: "popup", windowFocused: true }, [`user-navigation ${a}`]],
    ["a web app's window in front", { windowType: "app", windowFocused: true }, [`user-navigation ${a}`]],
    ["a full-screen window", { windowState: "fullscreen" }, [`user-navigation ${a}`]],
    ["an ordinary window beside another program's", { windowFocused: false }, [`user-navigation ${a}`]],
  ])("%s", async (_, facts, reported) => {
    stage.set(1, facts);
    stage.navigate(1, a);
    await stage.pass(5_000);
    expect(stage.reported).toEqual(reported);
  });

  test("a private window is seen where the agency's policy says so", async () => {
    stage.incognitoToo = true;
    stage.set(1, { incognito: true });
    stage.navigate(1, a);
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`user-navigation ${a}`]);
  });
});

describe("addresses that a page changes by itself", () => {
  test("a new address is a navigation, a fragment is none", async () => {
    stage.navigate(1, a);
    await stage.pass(dwellMilliseconds);
    stage.set(1, { url: `${a}#there` });
    stage.tracker.addressChanged(stage.event(1, `${a}#there`));
    await stage.pass(dwellMilliseconds);
    stage.set(1, { url: `${a}second` });
    stage.tracker.addressChanged(stage.event(1, `${a}second`));
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`user-navigation ${a}`, `user-navigation ${a}second`]);
  });

  test("a page that tidies its address while loading keeps the cause of its loading", async () => {
    stage.navigate(1, a, { transitionQualifiers: ["server_redirect"] });
    stage.set(1, { url: `${a}tidy` });
    stage.tracker.addressChanged(stage.event(1, `${a}tidy`));
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`redirect ${a}tidy`]);
  });
});

describe("titles", () => {
  test("a title follows its page, and again when it changes, but not when it stays", async () => {
    stage.navigate(1, a);
    await stage.pass(dwellMilliseconds);
    stage.tracker.titleChanged(1);
    await stage.pass(titleSettleMilliseconds);
    stage.set(1, { title: "Changed" });
    stage.tracker.titleChanged(1);
    await stage.pass(titleSettleMilliseconds);
    expect(stage.titles).toEqual([`Title of ${a}`, "Changed"]);
  });

  test("of a title that flickers only what it settles on is reported", async () => {
    stage.navigate(1, a);
    await stage.pass(dwellMilliseconds);
    for (let i = 0; i < 40; i++) {
      stage.set(1, { title: `Flicker ${i}` });
      stage.tracker.titleChanged(1);
    }
    await stage.pass(titleSettleMilliseconds);
    expect(stage.titles).toEqual([`Title of ${a}`, "Flicker 39"]);
  });

  test("a title that changes behind another tab is reported when the tab comes forward", async () => {
    stage.navigate(1, a);
    await stage.pass(dwellMilliseconds);
    stage.set(1, { active: false, title: "Changed" });
    stage.tracker.titleChanged(1);
    await stage.pass(5_000);
    expect(stage.titles).toHaveLength(1);
    stage.set(1, { active: true });
    stage.tracker.shown(1);
    await stage.pass(titleSettleMilliseconds);
    expect(stage.titles).toEqual([`Title of ${a}`, "Changed"]);
  });
});

describe("starts, pauses and returns", () => {
  test("nothing is reported before the agent says on; what is open then is reported as restored", async () => {
    const fresh = new BrowserStage();
    fresh.navigate(1, a);
    await fresh.pass(5_000);
    expect(fresh.sent).toEqual([]);
    fresh.set(2, { url: b, title: "B", active: false, window: 1 });
    fresh.tracker.begin([...fresh.tabs.values()], true);
    await fresh.pass(dwellMilliseconds);
    expect(fresh.reported).toEqual([`restored ${a}`]);
    fresh.set(2, { active: true });
    fresh.tracker.shown(2);
    await fresh.pass(dwellMilliseconds);
    expect(fresh.reported).toEqual([`restored ${a}`, `restored ${b}`]);
  });

  test("a restored tab that the browser loads only when it is shown is still restored", async () => {
    stage.set(2, { url: b, active: false });
    stage.tracker.begin([...stage.tabs.values()], true);
    stage.set(2, { active: true });
    stage.navigate(2, b, { transitionType: "reload" });
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`restored ${b}`]);
  });

  test("pages of a pause are never reported, nor their titles, whatever happens to their tab", async () => {
    stage.navigate(1, a);
    await stage.pass(500);
    stage.tracker.withhold();
    stage.navigate(2, b);
    await stage.pass(5_000);
    stage.tracker.resume();
    for (const tab of [1, 2]) {
      stage.tracker.shown(tab);
      stage.tracker.titleChanged(tab);
    }
    await stage.pass(5_000);
    stage.tracker.idle();
    stage.tracker.begin([...stage.tabs.values()], true);
    await stage.pass(5_000);
    expect(stage.sent).toEqual([]);
    stage.navigate(2, a);
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`user-navigation ${a}`]);
  });

  test("the same agent is not told twice of a page, a new one is", async () => {
    stage.navigate(1, a);
    await stage.pass(dwellMilliseconds);
    stage.tracker.idle();
    stage.tracker.begin([...stage.tabs.values()], false);
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`user-navigation ${a}`]);
    stage.tracker.idle();
    stage.tracker.begin([...stage.tabs.values()], true);
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`user-navigation ${a}`, `restored ${a}`]);
  });

  test("a list of tabs that is older than an event does not undo it", async () => {
    stage.set(1, { url: a });
    const old = [...stage.tabs.values()];
    stage.tracker.idle();
    stage.navigate(1, b);
    stage.tracker.begin(old, true);
    await stage.pass(dwellMilliseconds);
    expect(stage.reported).toEqual([`restored ${b}`]);
  });

  test("a tab that the browser renumbers keeps its page", async () => {
    stage.navigate(1, a);
    const facts = stage.tabs.get(1);
    stage.tabs.delete(1);
    stage.set(9, { ...facts, tab: 9 });
    stage.tracker.renumbered(1, 9);
    await stage.pass(dwellMilliseconds);
    expect(stage.navigations).toMatchObject([{ tab: 9, url: a }]);
  });
});

const privateTab = 2;
const tabs = fc.nat(privateTab);
const step = fc.oneof(
  fc.record({ do: fc.constant("navigate" as const), tab: tabs, inFrame: fc.boolean() }),
  fc.record({ do: fc.constant("choose" as const), tab: tabs }),
  fc.record({ do: fc.constantFrom("withhold" as const, "resume" as const, "idle" as const, "begin" as const) }),
  fc.record({ do: fc.constant("pass" as const), milliseconds: fc.nat(1_500) }),
);

test("whatever a browser does, no frame, hidden tab, private window or page of a pause is reported", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const free = new BrowserStage();
      for (const tab of [0, 1, privateTab]) free.set(tab, { active: tab === 0, incognito: tab === privateTab });
      const never = new Set<string>();
      let capturing = false;
      let withholding = false;
      for (const [at, one] of [...steps, { do: "pass" as const, milliseconds: 5_000 }].entries()) {
        const before = free.sent.length;
        if (one.do === "navigate") {
          const url = `http://p${at}.example/`;
          if (one.inFrame) free.tracker.committed(free.event(one.tab, url, { frameId: 3, frameType: "sub_frame" }));
          else free.navigate(one.tab, url);
          if (one.inFrame || one.tab === privateTab || withholding) never.add(url);
        } else if (one.do === "choose") {
          for (const tab of [0, 1, privateTab]) free.set(tab, { active: tab === one.tab });
          free.tracker.shown(one.tab);
        } else if (one.do === "pass") {
          await free.pass(one.milliseconds);
        } else {
          if (one.do === "begin") free.tracker.begin([...free.tabs.values()], true);
          else free.tracker[one.do]();
          capturing = one.do === "begin" || one.do === "resume";
          withholding = one.do === "withhold";
          if (withholding) for (const { url } of free.tabs.values()) never.add(url);
        }
        for (const message of free.sent.slice(before)) {
          expect(capturing).toBe(true);
          expect(free.tabs.get(message.tab)?.active).toBe(true);
          expect(never).not.toContain(message.url);
        }
      }
    }),
    { numRuns: process.env["FULL"] ? 2_000 : 150 },
  );
});
