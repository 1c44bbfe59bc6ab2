import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPracticeAgency } from "@overt/scripts/start/practice/agency.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const founded = 1_795_000_000;
const day = 86_400;
const random = (n: number) => new Uint8Array(randomBytes(n));

describe("a practice agency that has been left alone", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "overt-agency-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (days: number) => openPracticeAgency({ folder, now: founded + days * day, random });
  const published = (name: string) => JSON.parse(readFileSync(join(folder, "tuf", name), "utf8"));
  const versionOf = (role: string) => published(`${role}.json`).signed.version as number;
  const snapshot = () => published(`${published("timestamp.json").signed.meta["snapshot.json"].version}.snapshot.json`);
  const targets = () => published(`${snapshot().signed.meta["targets.json"].version}.targets.json`);
  const rules = () =>
    JSON.parse(readFileSync(join(folder, "tuf-workspace", "files", "rules", "practice.json"), "utf8"));

  /** Days after the founding that each thing still holds, at least. */
  function daysLeft(days: number): Record<string, number> {
    const until = (expires: string) => (Date.parse(expires) / 1_000 - founded) / day - days;
    return {
      timestamp: until(published("timestamp.json").signed.expires),
      snapshot: until(snapshot().signed.expires),
      targets: until(targets().signed.expires),
      rules: (rules().expires - founded) / day - days,
    };
  }

  test.each([[2], [8], [31], [91], [119], [121], [170], [190], [300], [364]])(
    "for %i days, signs again by itself what would have ended, and nothing goes back",
    (days) => {
      const first = open(0);
      const before = { rules: rules().version as number, targets: targets().signed.version as number };
      const again = open(days);
      for (const [name, left] of Object.entries(daysLeft(days))) expect(left, name).toBeGreaterThan(6);
      expect(rules().version).toBe(days > 120 ? before.rules + 1 : before.rules);
      expect(targets().signed.version).toBeGreaterThan(before.targets);
      expect(again.rootSha256).toBe(first.rootSha256);
      expect(again.order).toEqual(first.order);
      expect(again.news).toBeUndefined();
    },
  );

  test("past the end of its order, says so and what to do", () => {
    open(0);
    expect(open(366).news).toMatch(/order has ended.*--fresh/);
  });

  test("keeps its root from ending: a year on, a second one is published beside the first", () => {
    open(0);
    open(320);
    const second = published("2.root.json");
    expect(second.signed.version).toBe(2);
    expect(Date.parse(second.signed.expires) / 1_000).toBeGreaterThan(founded + 500 * day);
  });

  test("on the same day, is opened as it is", () => {
    open(0);
    const before = versionOf("timestamp");
    open(0.5);
    expect(versionOf("timestamp")).toBe(before);
  });

  test("publishes other practice rules as the next version", () => {
    open(0);
    const file = join(folder, "tuf-workspace", "files", "rules", "practice.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("Lantern Chat is a fictitious one.", "As it was before."));
    open(0.1);
    expect(rules().version).toBe(2);
    expect(JSON.stringify(rules())).toContain("Lantern Chat is a fictitious one.");
  });

  test("that was cut short while it was founded, is founded anew", () => {
    mkdirSync(join(folder, "tuf-workspace"), { recursive: true });
    writeFileSync(join(folder, "tuf-workspace", "root.json"), "{");
    expect(open(0).rootSha256).toMatch(/^[0-9a-f]{64}$/);
  });
});
