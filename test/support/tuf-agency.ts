import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFolderSource } from "@overt/agent/platform/tuf/folder-source.ts";
import { openTufKeeper, type TufKeeper, type TufKeeperOptions } from "@overt/agent/platform/tuf/keeper.ts";
import { publishWorkspace, signTimestamp } from "@overt/scripts/authority/tuf/publish.ts";
import { type TufRole, tufQuorum } from "@overt/scripts/authority/tuf/roles.ts";
import { addTarget, initWorkspace, signRole } from "@overt/scripts/authority/tuf/workspace.ts";
import { findFile } from "@overt/scripts/keys/files.ts";
import { utf8 } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { type SigningKey, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { sha256, sha256Hex } from "@overt/shared/crypto/hash.ts";

export const day = 86_400;
export const t0 = 1_800_000_000;

export function testKey(name: string): SigningKey {
  return signingKeyFromSeed(sha256(utf8(`test key ${name}`)));
}

const keyNames = (role: TufRole) => Array.from({ length: tufQuorum[role].keys }, (_, i) => `${role}-${i + 1}`);
export const roleKeys = (role: TufRole): SigningKey[] => keyNames(role).map(testKey);

export function planAt(now: number, practice = true, agency = "test-agency") {
  const keys = (role: TufRole) => roleKeys(role).map((key) => key.publicKey);
  const threshold = (role: TufRole) => tufQuorum[role].threshold;
  return {
    now,
    agency,
    practice,
    keys: { root: keys("root"), targets: keys("targets"), snapshot: keys("snapshot"), timestamp: keys("timestamp") },
    thresholds: {
      root: threshold("root"),
      targets: threshold("targets"),
      snapshot: threshold("snapshot"),
      timestamp: threshold("timestamp"),
    },
  };
}

export const sampleRules = (revision: number) => canonicalBytes({ revision, v: 1 });

/** A whole authority in a temporary folder, with functions that do what its people do. */
export function makeTufAgency(options: { now?: number; practice?: boolean; agency?: string } = {}) {
  const base = mkdtempSync(join(tmpdir(), "overt-tuf-"));
  const workspace = join(base, "workspace");
  const published = join(base, "published");
  const now = options.now ?? t0;
  initWorkspace(workspace, planAt(now, options.practice, options.agency));
  for (const key of roleKeys("root").slice(0, 3)) signRole(workspace, "root", key, now);

  function publish(at: number): void {
    for (const key of roleKeys("targets").slice(0, 2)) signRole(workspace, "targets", key, at);
    refresh(at);
  }
  function refresh(at: number): void {
    for (const key of roleKeys("snapshot")) signRole(workspace, "snapshot", key, at);
    publishWorkspace(workspace, published);
    stamp(at);
  }
  function stamp(at: number): void {
    signTimestamp(published, testKey("timestamp-1"), at);
  }
  function setRules(revision: number, at: number): void {
    addTarget(workspace, "rules/main.json", sampleRules(revision), { now: at });
  }
  setRules(1, now);
  publish(now);
  const rootBytes = findFile(join(published, "1.root.json")) as Uint8Array;
  return {
    base,
    workspace,
    published,
    rootBytes,
    rootSha256: sha256Hex(rootBytes),
    publish,
    refresh,
    stamp,
    setRules,
    close: () => rmSync(base, { recursive: true, force: true }),
  };
}
export type TufAgency = ReturnType<typeof makeTufAgency>;

export function openTestKeeper(agency: TufAgency, overrides: Partial<TufKeeperOptions> = {}): TufKeeper {
  return openTufKeeper({
    folder: join(agency.base, "device"),
    pinnedRootSha256: agency.rootSha256,
    shippedRoots: [],
    source: makeFolderSource(agency.published),
    clock: () => 0,
    refreshTimeoutMs: 60_000,
    ...overrides,
  });
}
