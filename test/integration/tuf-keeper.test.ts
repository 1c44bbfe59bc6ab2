import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolderSource } from "@overt/agent/platform/tuf/folder-source.ts";
import { TransportError } from "@overt/shared/errors.ts";
import { afterEach, describe, expect, it } from "vitest";
import { day, makeTufAgency, openTestKeeper, sampleRules, type TufAgency, t0 } from "../support/tuf-agency.ts";

let agency: TufAgency;
afterEach(() => agency.close());

const rulesOf = (targets: { findBytes: (name: string) => Uint8Array | undefined } | undefined) =>
  targets && new Uint8Array(targets.findBytes("rules/main.json") ?? []);

describe("the keeper", () => {
  it("takes what the authority published, keeps it over a restart, and says when nothing is new", async () => {
    agency = makeTufAgency();
    const keeper = openTestKeeper(agency);
    expect(await keeper.findCurrent()).toBeUndefined();
    expect(await keeper.refresh(t0 + 10)).toMatchObject({ kind: "updated" });
    expect(await keeper.refresh(t0 + 20)).toMatchObject({ kind: "unchanged" });
    expect(keeper.findLastRefresh()).toBe(t0 + 20);
    agency.setRules(2, t0 + 30);
    agency.publish(t0 + 30);
    expect(await keeper.refresh(t0 + 40)).toMatchObject({
      kind: "updated",
      targets: { practice: true, agency: "test-agency" },
    });
    const again = await openTestKeeper(agency).findCurrent();
    expect(rulesOf(again)).toEqual(sampleRules(2));
    expect(again).toMatchObject({ versions: { root: 1, timestamp: 2, snapshot: 2, targets: 2 }, verifiedAt: t0 + 40 });
    expect(again?.expires).toEqual({
      timestamp: t0 + 30 + 7 * day,
      snapshot: t0 + 30 + 30 * day,
      targets: t0 + 30 + 90 * day,
    });
  });

  it("runs on what it has while the source is away, and says so", async () => {
    agency = makeTufAgency();
    const keeper = openTestKeeper(agency);
    await keeper.refresh(t0);
    const dead = { read: () => Promise.reject(new TransportError("UNREACHABLE", "away")) };
    expect(await keeper.refreshFrom(dead, t0 + day)).toEqual({ kind: "unreachable" });
    expect(rulesOf(await keeper.findCurrent())).toEqual(sampleRules(1));
    expect(keeper.findLastRefresh()).toBe(t0);
  });

  it("is not stopped by a torn file: with any one of them cut short, the next refresh brings the newest rules", async () => {
    agency = makeTufAgency();
    const keeper = openTestKeeper(agency);
    await keeper.refresh(t0);
    agency.setRules(2, t0 + 60);
    agency.publish(t0 + 60);
    await keeper.refresh(t0 + 60);
    agency.setRules(3, t0 + 120);
    agency.publish(t0 + 120);
    const device = join(agency.base, "device");
    const backup = join(agency.base, "backup");
    cpSync(device, backup, { recursive: true });
    const files = readdirSync(device, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(12);
    for (const entry of files) {
      for (const share of [0, 0.5]) {
        rmSync(device, { recursive: true });
        cpSync(backup, device, { recursive: true });
        const path = join(entry.parentPath, entry.name);
        truncateSync(path, Math.floor(statSync(path).size * share));
        const reopened = openTestKeeper(agency);
        expect(await reopened.findCurrent(), `nothing to run on after ${entry.name}`).toBeDefined();
        expect(await reopened.refresh(t0 + 180), `no refresh after ${entry.name}`).toMatchObject({ kind: "updated" });
        expect(rulesOf(await reopened.findCurrent())).toEqual(sampleRules(3));
      }
    }
  });

  it("leaves nothing of a refresh that was cut off", async () => {
    agency = makeTufAgency();
    await openTestKeeper(agency).refresh(t0);
    const device = join(agency.base, "device");
    cpSync(join(device, "generation-00000001"), join(device, "scratch-dead"), { recursive: true });
    const keeper = openTestKeeper(agency);
    expect(readdirSync(device).filter((name) => name.startsWith("scratch-"))).toEqual([]);
    expect(await keeper.refresh(t0 + 1)).toMatchObject({ kind: "unchanged" });
  });

  it("follows a new root, and a server that hides it again cannot bring the old one back", async () => {
    agency = makeTufAgency();
    const keeper = openTestKeeper(agency);
    await keeper.refresh(t0);
    const before = join(agency.base, "before");
    cpSync(agency.published, before, { recursive: true });
    const { proposeRoot, signRole } = await import("@overt/scripts/authority/tuf/workspace.ts");
    const { planAt, roleKeys } = await import("../support/tuf-agency.ts");
    proposeRoot(agency.workspace, planAt(t0 + day));
    for (const key of roleKeys("root").slice(1, 4)) signRole(agency.workspace, "root", key, t0 + day);
    agency.refresh(t0 + day);
    expect(await keeper.refresh(t0 + day)).toMatchObject({ kind: "updated", targets: { versions: { root: 2 } } });
    expect(await keeper.refreshFrom(makeFolderSource(before), t0 + day)).toMatchObject({
      kind: "refused",
      reason: "rollback",
    });
    expect((await openTestKeeper(agency).findCurrent())?.versions.root).toBe(2);
  });
});

describe("the keeper refuses", () => {
  it("a rollback, also when the newest generation on the disk is torn", async () => {
    agency = makeTufAgency();
    const old = join(agency.base, "old");
    cpSync(agency.published, old, { recursive: true });
    const keeper = openTestKeeper(agency);
    await keeper.refresh(t0);
    agency.setRules(2, t0 + 60);
    agency.publish(t0 + 60);
    await keeper.refresh(t0 + 60);
    expect(await keeper.refreshFrom(makeFolderSource(old), t0 + 90)).toEqual({ kind: "refused", reason: "rollback" });
    for (const name of ["timestamp.json", "2.targets.json"]) {
      truncateSync(join(agency.base, "device", "generation-00000002", name), 10);
      const reopened = openTestKeeper(agency);
      expect(await reopened.refreshFrom(makeFolderSource(old), t0 + 90)).toEqual({
        kind: "refused",
        reason: "rollback",
      });
    }
  });

  it("a freeze: past the timestamp's end nothing is refreshed, and the rules in hand stay", async () => {
    agency = makeTufAgency();
    const keeper = openTestKeeper(agency);
    await keeper.refresh(t0);
    expect(await keeper.refresh(t0 + 7 * day)).toEqual({ kind: "refused", reason: "expired" });
    const reopened = openTestKeeper(agency);
    expect(rulesOf(await reopened.findCurrent())).toEqual(sampleRules(1));
    expect(await reopened.refresh(t0 + 7 * day)).toEqual({ kind: "refused", reason: "expired" });
    agency.stamp(t0 + 29 * day);
    expect(await reopened.refresh(t0 + 29 * day)).toMatchObject({ kind: "updated" });
    agency.stamp(t0 + 30 * day);
    expect(await reopened.refresh(t0 + 30 * day)).toEqual({ kind: "refused", reason: "expired" });
  });

  it("to let the system clock decide: the same files are fresh or not by trusted time alone", async () => {
    agency = makeTufAgency({ now: 1_000_000_000 });
    const keeper = openTestKeeper(agency);
    expect(await keeper.refresh(1_000_000_000 + 7 * day)).toEqual({ kind: "refused", reason: "expired" });
    expect(await keeper.refresh(1_000_000_000 + 7 * day - 1)).toMatchObject({ kind: "updated" });
  });

  it("a mix of two publications", async () => {
    agency = makeTufAgency();
    const first = join(agency.base, "first");
    cpSync(agency.published, first, { recursive: true });
    agency.setRules(2, t0 + 60);
    agency.publish(t0 + 60);
    writeFileSync(join(agency.published, "2.targets.json"), readFileSync(join(first, "1.targets.json")));
    expect(await openTestKeeper(agency).refresh(t0 + 60)).toEqual({ kind: "refused", reason: "invalid" });
    writeFileSync(join(agency.published, "2.snapshot.json"), readFileSync(join(first, "1.snapshot.json")));
    expect(await openTestKeeper(agency).refresh(t0 + 60)).toEqual({ kind: "refused", reason: "invalid" });
  });

  it("a changed byte in any published file", async () => {
    agency = makeTufAgency();
    const clean = join(agency.base, "clean");
    cpSync(agency.published, clean, { recursive: true });
    const files = readdirSync(clean, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const entry of files) {
      rmSync(agency.published, { recursive: true });
      cpSync(clean, agency.published, { recursive: true });
      const path = join(entry.parentPath, entry.name).replace(clean, agency.published);
      const bytes = readFileSync(path);
      const at = bytes.indexOf("1", Math.floor(bytes.length / 3));
      bytes[at] = 0x33;
      writeFileSync(path, bytes);
      const outcome = await openTestKeeper(agency).refresh(t0);
      expect(outcome.kind, entry.name).toBe("refused");
    }
  });

  it("a list of files that delegates to others", async () => {
    agency = makeTufAgency();
    const { rewriteTargets } = await import("../support/tuf-forge.ts");
    rewriteTargets(agency, t0, (signed) => ({ ...signed, delegations: { keys: {}, roles: [] } }));
    expect(await openTestKeeper(agency).refresh(t0)).toEqual({ kind: "refused", reason: "invalid" });
  });

  it("files too large, folders outside its own, and a refresh that takes too long", async () => {
    agency = makeTufAgency();
    const { rewriteTargets } = await import("../support/tuf-forge.ts");
    let ticks = 0;
    const slow = openTestKeeper(agency, { clock: () => ticks++ * 40_000 });
    expect(await slow.refresh(t0)).toEqual({ kind: "unreachable" });
    const entry = { hashes: { sha256: "0".repeat(64) }, length: 200 * 1024 * 1024 };
    rewriteTargets(agency, t0, (signed) => ({ ...signed, targets: { "lists/huge.bin": entry } }));
    expect(await openTestKeeper(agency).refresh(t0)).toEqual({ kind: "refused", reason: "invalid" });
    rewriteTargets(agency, t0, (signed) => ({ ...signed, targets: { "../../etc/passwd": { ...entry, length: 10 } } }));
    expect(await openTestKeeper(agency).refresh(t0)).toEqual({ kind: "refused", reason: "invalid" });
  });

  it("a published folder without a timestamp", async () => {
    agency = makeTufAgency();
    rmSync(join(agency.published, "timestamp.json"));
    expect(await openTestKeeper(agency).refresh(t0)).toEqual({ kind: "refused", reason: "missing" });
  });
});
