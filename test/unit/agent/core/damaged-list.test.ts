import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { parseDestination } from "@overt/shared/rules/destination.ts";
import { compileHostList } from "@overt/shared/rules/lists/compile-list.ts";
import { listFileOf } from "@overt/shared/rules/lists/list-file.ts";
import { beforeAll, expect, test } from "vitest";
import { readEvent } from "../../../support/agent-journal.ts";
import { openDevice, openTestAgency, type TestAgency, withRules } from "../../../support/agent-session.ts";

let world: TestAgency;
beforeAll(async () => {
  world = await openTestAgency(mkdtempSync(join(tmpdir(), "overt-agency-")));
});

/** A device whose rules name a list; `damage` is done to its file before the device opens it. */
function openListed(damage: (bytes: Uint8Array) => void) {
  const { bytes, entries } = compileHostList([practiceHosts.listed]);
  const list = { id: "listed", target: "lists/listed.bin", sha256: sha256Hex(bytes), entries, sensitive: false };
  damage(bytes);
  const listed = withRules(world, (rules) => ({
    ...rules,
    lists: [list],
    rules: rules.rules.map((rule) =>
      rule.ruleId === "practice-chat-site" ? { ...rule, hosts: { names: [], lists: [list.id] } } : rule,
    ),
  }));
  const { targets } = listed;
  const findList = () => ({ sha256: list.sha256, open: () => listFileOf(bytes) });
  const device = openDevice({ ...listed, targets: { ...targets, findList } });
  device.showNotice();
  return device;
}

const look = (device: ReturnType<typeof openListed>) =>
  device.session.monitor.observe(
    {
      signal: "navigation",
      destination: parseDestination(`http://${practiceHosts.listed}/`),
      cause: "user-navigation",
      channel: "extension",
    },
    device.permits.current("browser"),
  );

/** The coverage that the device signs in the minutes that follow. */
function tellCoverage(device: ReturnType<typeof openListed>): readonly string[] {
  for (let passed = 0; passed < 400; passed += 20) {
    device.showNotice();
    device.pass(20);
    device.session.tick();
  }
  return device.journal
    .list(undefined, 1_000)
    .map(({ envelope }) => readEvent(envelope))
    .flatMap((event) => (event.kind === "coverage" ? event.intervals : []))
    .map(({ state, reason }) => `${state} ${reason}`);
}

test("a list that is whole is matched, and nothing is said of it", () => {
  const device = openListed(() => undefined);
  expect(look(device)).toEqual({ kind: "seen", events: 1 });
  expect(tellCoverage(device)).not.toContain("partly rules-damaged");
});

test("a block that is damaged on the disk matches nothing once it is looked up, and that is coverage", () => {
  const device = openListed((bytes) => {
    const at = bytes.length - 4_090;
    bytes[at] = (bytes[at] as number) ^ 1;
  });
  expect(look(device)).toEqual({ kind: "seen", events: 0 });
  expect(device.session.monitor.journalFull()).toBe(false);
  expect(tellCoverage(device)).toContain("partly rules-damaged");
});
