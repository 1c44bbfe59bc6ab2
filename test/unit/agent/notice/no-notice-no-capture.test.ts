import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CoverageInterval } from "@overt/agent/core/coverage.ts";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readEvent } from "../../../support/agent-journal.ts";
import { type Device, openDevice, openTestAgency, startedAt, type TestAgency } from "../../../support/agent-session.ts";
import { type NoticeLife, openNoticeLife } from "../../../support/notice-life.ts";

let world: TestAgency;
beforeAll(async () => {
  world = await openTestAgency(mkdtempSync(join(tmpdir(), "overt-agency-")));
});

const which = fc.nat(5);
const act = fc.oneof(
  fc.constant({ do: "open a page" } as const),
  fc.record({ do: fc.constant("open a browser" as const), pinned: fc.boolean() }),
  fc.record({ do: fc.constantFrom("hide" as const, "show" as const), which }),
  fc.record({ do: fc.constantFrom("freeze" as const, "thaw" as const), which }),
  fc.record({ do: fc.constant("close" as const), which }),
  fc.record({ do: fc.constant("reload the extension" as const), which }),
  fc.record({ do: fc.constant("answer late or again" as const), which, heard: fc.nat(5), inView: fc.boolean() }),
  fc.record({ do: fc.constant("answer wrongly" as const), which, heard: fc.nat(5) }),
  fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 45 }) }),
  fc.record({ do: fc.constant("pass" as const), seconds: fc.constantFrom(1, 10, 29, 30, 31) }),
  fc.record({ do: fc.constant("sleep" as const), seconds: fc.constantFrom(20, 29, 30, 120, 40_000) }),
  fc.record({ do: fc.constant("step the clock" as const), by: fc.constantFrom(-86_400, -40, 40, 86_400) }),
  fc.constant({ do: "break the steady clock" } as const),
  fc.constant({ do: "restart the agent" } as const),
  fc.constant({ do: "forge a permit" } as const),
  fc.record({ do: fc.constant("look" as const), which, tab: fc.nat(7) }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function perform(life: NoticeLife, each: Act): void {
  switch (each.do) {
    case "open a page":
      life.openPage();
      break;
    case "open a browser":
      life.openBrowser(each.pinned);
      break;
    case "hide":
    case "show":
      life.setInView(each.which, each.do === "show");
      break;
    case "freeze":
    case "thaw":
      life.setFrozen(each.which, each.do === "freeze");
      break;
    case "close":
      life.close(each.which);
      break;
    case "reload the extension":
      life.reloadExtension(each.which);
      break;
    case "answer late or again":
      life.answerLate(each.which, each.heard, each.inView);
      break;
    case "answer wrongly":
      life.answerWrong(each.which, each.heard);
      break;
    case "pass":
      life.pass(each.seconds);
      break;
    case "sleep":
      life.sleep(each.seconds);
      break;
    case "step the clock":
      life.stepWall(each.by);
      break;
    case "break the steady clock":
      life.breakSteadyClock();
      break;
    case "restart the agent":
      life.restart();
      break;
    case "forge a permit":
      expect(life.forge()).toBe(false);
      break;
    case "look":
      expect(life.look(each.which, each.tab) ?? life.isLive()).toBe(life.isLive());
      break;
  }
}

/** All that the device told of coverage, oldest first. */
function toldOf(device: Device): CoverageInterval[] {
  device.session.flush();
  return device.journal
    .list(undefined, 10_000)
    .map((record) => readEvent(record.envelope))
    .flatMap((event) => (event.kind === "coverage" ? event.intervals : []))
    .filter((interval) => interval.to > interval.from)
    .sort((a, b) => a.from - b.from);
}

/** Performs the acts, looking after each: what passes the gate and what is told of coverage must follow the notice. */
function live(device: Device, acts: readonly Act[]): NoticeLife {
  const life = openNoticeLife(device);
  for (const each of acts) {
    perform(life, each);
    // Both ways: nothing passes without a notice, and the test would notice if nothing ever passed.
    expect(life.look(0, 1) ?? life.isLive()).toBe(life.isLive());
  }
  const told = toldOf(life.device());
  const restarted = acts.some((each) => each.do === "restart the agent");
  for (const [i, { at, live, browsers }] of life.account.entries()) {
    const until = life.account[i + 1]?.at;
    if (until === undefined || until <= at) continue;
    const interval = told.find((one) => one.from <= at && until <= one.to);
    // What was not yet told when the program ended is missing: it claims nothing.
    if (interval === undefined && restarted) continue;
    const asleep = until - at > 90;
    if (live && browsers > 0 && !asleep) expect(interval).toBeDefined();
    else expect(interval?.state).toBe("not-seen");
  }
  if (!restarted && told.length > 0) expect(told[0]?.from).toBeLessThanOrEqual(startedAt + 45);
  return life;
}

const page = { do: "open a page" } as const;
const badge = { do: "open a browser", pinned: true } as const;
const plainBrowser = { do: "open a browser", pinned: false } as const;
const pass = (seconds: number) => ({ do: "pass", seconds }) as const;
const first = (what: "hide" | "show" | "freeze" | "thaw" | "close" | "reload the extension") =>
  ({ do: what, which: 0 }) as const;
const late = { do: "answer late or again", which: 0, heard: 0, inView: true } as const;

/** Each begins with a notice in view, and loses it. */
const ways: Record<string, readonly Act[]> = {
  "the page is closed": [page, plainBrowser, pass(5), first("close"), pass(31)],
  "another tab comes in front of the page": [page, plainBrowser, pass(5), first("hide"), pass(31)],
  "the page's renderer freezes": [page, plainBrowser, pass(5), first("freeze"), pass(31)],
  "a frozen page answers late": [page, plainBrowser, pass(5), first("freeze"), pass(31), first("thaw"), late],
  "an answer was held back for 29 seconds": [page, plainBrowser, pass(5), first("freeze"), pass(29), late, pass(1)],
  "a page answers what it answered before": [page, plainBrowser, pass(5), first("freeze"), late, pass(31), late],
  "the badge is taken off the toolbar, or its window minimised": [badge, pass(5), first("hide"), pass(31)],
  "the extension's worker freezes": [badge, pass(5), first("freeze"), pass(31)],
  "a frozen worker answers late": [badge, pass(5), first("freeze"), pass(41), { ...late, heard: 3 }],
  "the browser is gone, and another one has no badge": [badge, pass(5), first("close"), plainBrowser, pass(31)],
  "the extension is loaded anew without its badge": [
    badge,
    pass(5),
    first("hide"),
    first("reload the extension"),
    pass(31),
  ],
  "the badge says that it cannot be seen": [badge, pass(5), first("freeze"), pass(10), { ...late, inView: false }],
  "an answer to a question that was never asked": [
    badge,
    pass(5),
    first("freeze"),
    pass(31),
    { do: "answer wrongly", which: 0, heard: 0 },
  ],
  "the badge answers the page's question": [
    badge,
    page,
    pass(5),
    first("freeze"),
    { do: "freeze", which: 1 },
    pass(31),
    { do: "freeze", which: 1 },
    { do: "answer wrongly", which: 0, heard: 0 },
  ],
  "two surfaces, of which both die one after the other": [
    page,
    badge,
    pass(60),
    first("close"),
    pass(60),
    first("freeze"),
    pass(31),
  ],
  "the clock is set back while nobody answers": [
    badge,
    pass(5),
    first("freeze"),
    pass(20),
    { do: "step the clock", by: -86_400 },
    pass(11),
  ],
  "the machine sleeps with a worker that does not wake": [
    badge,
    pass(5),
    first("freeze"),
    { do: "sleep", seconds: 40_000 },
  ],
  "the steady clock breaks": [badge, pass(5), first("freeze"), { do: "break the steady clock" }],
  "the agent starts anew and nothing answers it": [badge, pass(5), first("freeze"), { do: "restart the agent" }],
  "somebody makes a permit of their own": [badge, pass(5), first("freeze"), pass(31), { do: "forge a permit" }],
};

describe("no notice, no capture", () => {
  test.each(Object.entries(ways))("%s", (_, acts) => {
    const lost = acts.findIndex((each) => each.do === "pass") + 1;
    const before = live(openDevice(world), acts.slice(0, lost));
    expect(before.isLive()).toBe(true);
    expect(before.look(0, 0)).toBe(true);
    const after = live(openDevice(world), acts);
    expect(after.isLive()).toBe(false);
    expect(after.look(0, 0)).toBe(false);
  });

  test("with two surfaces, one of which dies, capture goes on under the other", () => {
    expect(live(openDevice(world), [page, badge, pass(60), first("close"), pass(120)]).look(0, 0)).toBe(true);
  });

  test("in every interleaving, an observation passes if and only if a surface in view answered a question of the last 30 seconds", () => {
    fc.assert(
      fc.property(
        fc.array(act, { minLength: 5, maxLength: 30 }),
        (acts) => void live(openDevice(world), [badge, ...acts]),
      ),
      { numRuns: Math.min(2_000, Number(process.env["PROPERTY_RUNS"] ?? 15)) },
    );
  }, 1_800_000);
});
