import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import { parseDestination } from "@overt/shared/rules/destination.ts";
import type { BehaviourRule, RuleSet } from "@overt/shared/rules/language.ts";
import type { Observation } from "@overt/shared/rules/observation.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { readEvent } from "../support/agent-journal.ts";
import { type Device, openDevice, openTestAgency, type TestAgency, withRules } from "../support/agent-session.ts";
import { readPayload } from "../support/fake-ingest.ts";

let practice: TestAgency;
beforeAll(async () => {
  practice = await openTestAgency(mkdtempSync(join(tmpdir(), "overt-agency-")));
});

const minutes = 60;
const repeated: BehaviourRule = {
  ruleId: "repeated-visits",
  revision: 1,
  action: "alert",
  category: "chat",
  severity: "high",
  evidence: 1,
  mode: "live",
  cooldownSeconds: 0,
  budgetPerDay: 50,
  reason: "Three visits within an hour.",
  knownFailures: "A page that reloads by itself.",
  kind: "event_count",
  rules: ["practice-chat-site"],
  groupBy: ["host"],
  timespanSeconds: 60 * minutes,
  condition: { op: "gte", count: 3 },
  examples: {
    match: [[0, 1, 2].map((after) => ({ rule: "practice-chat-site", after, host: practiceHosts.listed }))],
    noMatch: [[{ rule: "practice-chat-site", after: 0, host: practiceHosts.listed }]],
  },
};

/** Practice rules that only count, and behaviour rules over them. */
function countingWorld(behaviours: readonly Partial<BehaviourRule>[], change: (rules: RuleSet) => RuleSet = (r) => r) {
  return withRules(practice, (rules) =>
    change({
      ...rules,
      rules: rules.rules.map((rule) => (rule.action === "alert" ? { ...rule, action: "count" as const } : rule)),
      behaviours: behaviours.map((one) => ({ ...repeated, ...one })),
    }),
  );
}

const at = (url: string): Observation => ({
  signal: "navigation",
  destination: parseDestination(url),
  cause: "user-navigation",
  channel: "extension",
});
const visit = at(`http://${practiceHosts.listed}/`);
const search = at(`http://${practiceHosts.search}/?q=purple+lantern+meeting`);

/** Lets time pass under a notice that is in view, and looks. */
function look(device: Device, observation: Observation = visit, after = minutes) {
  device.pass(after);
  device.showNotice();
  return device.session.monitor.observe(observation, device.permits.current("browser"));
}
const events = (device: Device) =>
  device.journal
    .list(undefined, 1_000)
    .filter(({ kind }) => kind === "match")
    .map(({ envelope }) => readEvent(envelope));
const memoryOf = (device: Device, ruleId = repeated.ruleId) => device.journal.readState(`behaviour/${ruleId}`);

describe("behaviour rules on the device", () => {
  test("a count rule makes no alert; the behaviour rule over it makes one, and says how many matches stand behind it", () => {
    const device = openDevice(countingWorld([{}]));
    expect([look(device), look(device), look(device)]).toEqual([0, 0, 1].map((n) => ({ kind: "seen", events: n })));
    expect(events(device)).toMatchObject([
      {
        ruleId: "repeated-visits",
        ruleRevision: 1,
        severity: "high",
        count: 3,
        windowSeconds: 120,
        clauseId: "clause-3",
      },
    ]);
    expect(device.session.monitor.counters().sinceHeartbeat).toMatchObject({ observed: 3, matched: 4 });
  });

  test("the agent stops in the middle of the window, the machine starts anew, and the window goes on", () => {
    let device = openDevice(countingWorld([{}]));
    look(device);
    device = device.reopen();
    look(device, visit, 10 * minutes);
    device = device.reopen({ restart: true });
    expect(look(device, visit, 10 * minutes)).toEqual({ kind: "seen", events: 1 });
    expect(events(device)).toMatchObject([{ count: 3, windowSeconds: 20 * minutes }]);
  });

  test("after a restart what is over stays over", () => {
    let device = openDevice(countingWorld([{}]));
    look(device);
    look(device);
    device = device.reopen({ restart: true });
    expect(look(device, visit, 61 * minutes)).toEqual({ kind: "seen", events: 0 });
  });

  test("a clock set far ahead at a restart, and set right again by an officer, joins nothing", () => {
    let device = openDevice(countingWorld([{}]));
    look(device);
    look(device);
    device.stepWall(40 * 86_400);
    device = device.reopen({ restart: true });
    expect(look(device)).toEqual({ kind: "seen", events: 0 });
    const right = device.session.time.now() - 40 * 86_400;
    device.session.time.reset(right);
    expect(look(device)).toEqual({ kind: "seen", events: 0 });
    expect(look(device)).toEqual({ kind: "seen", events: 0 });
    expect(look(device)).toEqual({ kind: "seen", events: 1 });
  });

  test("the system clock, which the person owns, moves no window while the machine runs", () => {
    const device = openDevice(countingWorld([{}]));
    look(device);
    device.stepWall(5 * 3_600);
    look(device);
    device.stepWall(-9 * 3_600);
    expect(look(device)).toEqual({ kind: "seen", events: 1 });
  });

  test("cooldown and budget hold further alerts back, across a restart, and the next one counts them", () => {
    let device = openDevice(countingWorld([{ cooldownSeconds: 30 * minutes }]));
    for (let i = 0; i < 5; i++) look(device);
    expect(events(device).length).toBe(1);
    device = device.reopen({ restart: true });
    look(device, visit, 30 * minutes);
    expect(events(device)).toMatchObject([{ count: 6, windowSeconds: 34 * minutes }, { count: 3 }]);
    device.session.monitor.writeHeartbeat();
    const [heartbeat] = device.journal.list(undefined, 1);
    expect(readEvent(heartbeat?.envelope)).toMatchObject({ rules: [{ ruleId: "repeated-visits", suppressed: 2 }] });
  });

  test("a rule over two signals needs a clause that allows both", () => {
    const both = { kind: "temporal", rules: ["practice-chat-site", "practice-search-phrase"], groupBy: [] } as const;
    const { condition: _, ...rest } = repeated;
    const world = withRules(practice, (rules) => ({ ...rules, behaviours: [{ ...rest, ...both }] }));
    const clauses = (signals: readonly string[]) => {
      const [first] = readPayload(world.agency.order).clauses as Order["clauses"];
      return { clauses: [{ ...(first as Order["clauses"][number]), signals }] } as Partial<Order>;
    };
    const seen = (signals: readonly string[]) => {
      const device = openDevice(world, { order: world.signOrder(clauses(signals)) });
      look(device, search);
      look(device);
      return { ids: events(device).map((event) => (event as { ruleId: string }).ruleId), memory: memoryOf(device) };
    };
    expect(seen(["navigation", "search"]).ids).toContain("repeated-visits");
    expect(seen(["navigation"])).toEqual({ ids: ["practice-chat-site"], memory: undefined });
  });

  test("a shadow rule is counted and makes no alert; a shadow rule's matches feed nothing that is live", () => {
    const device = openDevice(countingWorld([{ mode: "shadow" }]));
    for (let i = 0; i < 3; i++) look(device);
    expect(events(device)).toEqual([]);
    expect(device.session.monitor.counters().shadow).toEqual([{ ruleId: "repeated-visits", shadow: 1 }]);
  });

  test("outside its hours a behaviour rule neither counts nor remembers", () => {
    // 1 800 000 000 is a Friday, 08:00 in London.
    const schedule = [{ days: [5], from: "08:10", to: "20:00" }];
    const device = openDevice(countingWorld([{ schedule }]));
    look(device);
    expect(memoryOf(device)).toBeUndefined();
    look(device, visit, 10 * minutes);
    look(device);
    expect(events(device)).toEqual([]);
    look(device);
    expect(events(device).length).toBe(1);
  });

  test("a protected place feeds nothing", () => {
    const device = openDevice(countingWorld([{}]));
    look(device, at(`http://${practiceHosts.protected}/`));
    expect(memoryOf(device)).toBeUndefined();
  });

  test("the journal holds no host of what is remembered, in clear or encrypted", () => {
    const device = openDevice(countingWorld([{}]));
    look(device);
    expect(memoryOf(device)).toMatchObject({ revision: 1, groups: [{ matches: [{ rule: 0 }] }] });
    expect(JSON.stringify(memoryOf(device))).not.toContain("lantern");
  });

  test("the heartbeat forgets what is over, and what no rule in force remembers", () => {
    const device = openDevice(countingWorld([{}, { ruleId: "others", timespanSeconds: 86_400 }]));
    look(device);
    device.pass(61 * minutes);
    device.session.monitor.writeHeartbeat();
    expect(memoryOf(device)).toBeNull();
    expect(memoryOf(device, "others")).toMatchObject({ groups: [{}] });
    device.session.take(countingWorld([{}]).targets);
    device.session.monitor.writeHeartbeat();
    expect(memoryOf(device, "others")).toBeNull();
    expect(device.reopen().journal.readState("behaviours")).toEqual({ v: 1, rules: [] });
  });

  test("rules that are swapped in the middle of a window go on with it, unless the rule itself was revised", () => {
    const swapped = (revision: number) => {
      const device = openDevice(countingWorld([{}]));
      look(device);
      look(device);
      device.session.take(countingWorld([{ revision }], (rules) => ({ ...rules, version: 2 })).targets);
      return look(device);
    };
    expect(swapped(1)).toEqual({ kind: "seen", events: 1 });
    expect(swapped(2)).toEqual({ kind: "seen", events: 0 });
  });
});
