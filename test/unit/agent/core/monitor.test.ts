import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBrowserSensor } from "@overt/agent/core/browser-sensor.ts";
import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import { parseDestination } from "@overt/shared/rules/destination.ts";
import type { Observation } from "@overt/shared/rules/observation.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { readEvent } from "../../../support/agent-journal.ts";
import {
  type Device,
  type DeviceOptions,
  openDevice,
  openTestAgency,
  startedAt,
  type TestAgency,
  withRules,
} from "../../../support/agent-session.ts";
import { readPayload } from "../../../support/fake-ingest.ts";

let world: TestAgency;
beforeAll(async () => {
  world = await openTestAgency(mkdtempSync(join(tmpdir(), "overt-agency-")));
});

const visit = (host: string = practiceHosts.listed): Observation => ({
  signal: "navigation",
  destination: parseDestination(`http://${host}/some/page`),
  cause: "user-navigation",
  channel: "extension",
});
const look = (device: Device, observation = visit()) =>
  device.session.monitor.observe(observation, device.permits.current("browser"));
function requireOne<T>(one: T | undefined): T {
  if (one === undefined) throw new Error("there is none");
  return one;
}
const matches = (device: Device) => device.journal.list(undefined, 1_000).filter((record) => record.kind === "match");
const clauses = (change: Partial<Order["clauses"][number]>): Partial<Order> => {
  const [first, ...rest] = readPayload(world.agency.order).clauses as Order["clauses"];
  return { clauses: [{ ...(first as Order["clauses"][number]), ...change }, ...rest] };
};

describe("the monitor", () => {
  test("an observation under order, clause, acknowledgement and live notice becomes one sealed event", () => {
    const device = openDevice(world);
    device.showNotice();
    expect(look(device)).toEqual({ kind: "seen", events: 1 });
    const [record] = matches(device);
    expect(readEvent(record?.envelope)).toMatchObject({
      kind: "match",
      ruleId: "practice-chat-site",
      clauseId: "clause-3",
      cause: "user-navigation",
    });
    expect(readPayload(requireOne(record).envelope).evidence).toHaveLength(2);
  });

  /** Each row takes one condition of the gate away, and only that one. */
  const conjuncts: Record<string, () => { device: Device; observation?: Observation }> = {
    "no notice": () => ({ device: openDevice(world) }),
    "a notice that was in view 30 seconds ago": () => shown({}, (device) => device.pass(30)),
    "another account": () => shown({ account: "ee".repeat(32) }),
    "an order not in force yet": () => withOrder({ notBefore: startedAt + 10, notAfter: startedAt + 1_000 }),
    "an order that has ended": () => shownAfter({ notAfter: startedAt + 100 }, 100),
    "a revoked order": () => {
      const status = world.signStatus(world.agency.order, { state: "revoked" });
      return shown({ status });
    },
    "a clause without the signal": () => withOrder(clauses({ signals: ["title"] })),
    "a clause without the category": () => withOrder(clauses({ categories: ["gambling"] })),
    "a clause outside its hours": () =>
      withOrder(clauses({ hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "02:00", to: "02:01" }] })),
    "a protected host": () => ({ ...shown({}), observation: visit(practiceHosts.protected) }),
    "rules that have expired": () => shownAfter({}, 181 * 86_400),
    "a varied order that allows less": () =>
      shown({}, (device) => {
        const order = world.signOrder({
          ...clauses({ categories: ["gambling"] }),
          version: 2,
          prev: device.session.orders.acknowledged.hash,
        });
        device.session.orders.take(
          { v: 1, order, orderStatus: world.signStatus(order) },
          device.session.agencyKeys().orderSigners,
        );
      }),
  };
  function shown(options: DeviceOptions, then: (device: Device) => void = () => undefined) {
    const device = openDevice(world, options);
    device.showNotice();
    then(device);
    return { device };
  }
  const withOrder = (change: Partial<Order>) => shown({ order: world.signOrder(change) });
  const shownAfter = (change: Partial<Order>, seconds: number) => {
    const device = openDevice(world, { order: world.signOrder(change) });
    device.pass(seconds);
    device.showNotice();
    return { device };
  };
  for (const [name, make] of Object.entries(conjuncts)) {
    test(`${name}: nothing is captured`, () => {
      const { device, observation } = make();
      look(device, observation);
      expect(matches(device)).toEqual([]);
    });
  }

  test("an acknowledgement that lacks a signature, or refuses, never opens the monitor", () => {
    expect(() => openDevice(world, { signedBy: ["device"] })).toThrow(/signed/);
    expect(() => openDevice(world, { signedBy: ["officer"] })).toThrow();
    expect(() => openDevice(world, { acknowledgement: { outcome: "declined" } })).toThrow(/refusal/);
  });

  test("a wider varied order widens nothing before it is acknowledged", () => {
    const narrow = world.signOrder(clauses({ signals: ["title"] }));
    const device = openDevice(world, { order: narrow });
    device.showNotice();
    const wide = world.signOrder({ version: 2, prev: device.session.orders.acknowledged.hash });
    device.session.orders.take(
      { v: 1, order: wide, orderStatus: world.signStatus(wide) },
      device.session.agencyKeys().orderSigners,
    );
    look(device);
    expect(matches(device)).toEqual([]);
  });

  test("past the grace without a confirmation, events say so and carry no evidence", () => {
    const device = openDevice(world);
    device.pass(38 * 86_400);
    device.showNotice();
    look(device);
    const event = readPayload(requireOne(matches(device)[0]).envelope);
    expect(event).toMatchObject({ orderUnconfirmed: true });
    expect(event.evidence).toBeUndefined();
  });

  test("what is dropped is counted; protected visits are counted on the device only", () => {
    const device = openDevice(world);
    look(device);
    device.showNotice();
    look(device, visit(practiceHosts.protected));
    look(device, visit(practiceHosts.shop));
    expect(device.session.monitor.counters()).toMatchObject({
      sinceHeartbeat: { observed: 1, droppedByGate: 1, matched: 0 },
      protectedVisits: 1,
    });
    device.session.monitor.writeHeartbeat();
    const [heartbeat] = device.journal.list(undefined, 1);
    expect(readEvent(heartbeat?.envelope)).toMatchObject({
      kind: "heartbeat",
      totals: { observed: 1, droppedByGate: 1 },
    });
    expect(JSON.stringify(readEvent(heartbeat?.envelope))).not.toContain("protected");
  });

  test("a protected host behind a translator, a cache or a redirect is protected", () => {
    const wrapped = withRules(world, (rules) => ({
      ...rules,
      rules: rules.rules.map((rule) =>
        "hosts" in rule && rule.ruleId === "practice-chat-site"
          ? { ...rule, hosts: { names: ["go.test", practiceHosts.listed], lists: [] } }
          : rule,
      ),
      wrappers: [
        { id: "go", kind: "redirect", hosts: ["go.test"], path: "/url", inner: { from: "parameter", names: ["u"] } },
      ],
    }));
    const device = openDevice(wrapped);
    device.showNotice();
    const through = (host: string, signal: "navigation" | "title") => {
      const destination = parseDestination(`https://go.test/url?u=http://${host}/`);
      const seen = { cause: "user-navigation", channel: "extension", destination } as const;
      return look(device, signal === "title" ? { ...seen, signal, text: "purple lantern" } : { ...seen, signal });
    };
    expect(through(practiceHosts.protected, "navigation")).toEqual({ kind: "dropped", reason: "protected-host" });
    expect(through(practiceHosts.protected, "title")).toEqual({ kind: "dropped", reason: "protected-host" });
    expect(matches(device)).toEqual([]);
    expect(through(practiceHosts.listed, "navigation")).toEqual({ kind: "seen", events: 2 });
    expect(device.session.monitor.counters().protectedVisits).toBe(2);
  });

  test("held-back matches survive a restart and are told", () => {
    const search: Observation = {
      signal: "navigation",
      destination: parseDestination(`http://${practiceHosts.search}/?q=purple+lantern+meeting`),
      cause: "user-navigation",
      channel: "extension",
    };
    const device = openDevice(world);
    device.showNotice();
    for (let i = 0; i < 3; i++) look(device, search);
    expect(matches(device)).toHaveLength(1);
    const again = device.reopen();
    again.pass(61);
    again.showNotice();
    look(again, search);
    expect(readEvent(matches(again)[0]?.envelope)).toMatchObject({ ruleId: "practice-search-phrase", count: 3 });
  });
});

describe("a page's title", () => {
  const title = "Lantern meeting tonight";
  const observed = () => {
    const seen: Observation[] = [];
    const monitor = {
      observe: (observation: Observation) => {
        seen.push(observation);
        const host = "destination" in observation ? observation.destination?.host : undefined;
        return host === practiceHosts.protected
          ? ({ kind: "dropped", reason: "protected-host" } as const)
          : ({ kind: "seen", events: 0 } as const);
      },
    };
    return { seen, sensor: buildBrowserSensor({ monitor: monitor as never, permit: () => undefined }) };
  };
  const navigation = (url: string, tab = 1) =>
    ({ type: "navigation", tab, window: 1, url, cause: "redirect", committedAt: 0 }) as const;
  test("is looked at with its page's own host and cause", () => {
    const { seen, sensor } = observed();
    const url = `http://${practiceHosts.shop}/`;
    sensor.navigation(navigation(url));
    sensor.title({ type: "title", tab: 1, url, title });
    expect(seen.at(-1)).toMatchObject({
      signal: "title",
      text: title,
      cause: "redirect",
      destination: { host: practiceHosts.shop },
    });
  });
  test("is not looked at on a protected host, for another page, an unknown tab, or a page that is no web page", () => {
    const { seen, sensor } = observed();
    const url = `http://${practiceHosts.protected}/`;
    sensor.navigation(navigation(url));
    sensor.title({ type: "title", tab: 1, url, title });
    sensor.navigation(navigation(`http://${practiceHosts.shop}/`, 2));
    sensor.title({ type: "title", tab: 2, url: `http://${practiceHosts.shop}/other`, title });
    sensor.title({ type: "title", tab: 3, url, title });
    expect(seen.filter((one) => one.signal === "title")).toEqual([]);
  });
});
