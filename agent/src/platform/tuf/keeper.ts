import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { VerificationError } from "@overt/shared/errors.ts";
import { Seconds } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";
import type {
  PublishedFiles,
  RefreshOutcome,
  TargetsKeeper,
  TufVersions,
  VerifiedTargets,
} from "../../core/verified-targets.ts";
import { findFile, writeFileAtomic } from "../atomic-file.ts";
import { makeFolderSource } from "./folder-source.ts";
import { commitGeneration, findFloor, type Generation, isBelowFloor, listIntact } from "./generations.ts";
import { hasLength, isListName } from "./list-path.ts";
import { requirePinnedRoot } from "./pinned-root.ts";
import { buildVerifiedTargets } from "./published-files.ts";
import { refusalOf } from "./refusal.ts";
import { runUpdater, type UpdaterResult } from "./run-updater.ts";
import type { TufSource } from "./source.ts";

export interface TufKeeperOptions {
  /** The agent's own folder for this authority; owner-only. */
  readonly folder: string;
  /** From the enrolment token. `requireKnownRoot` must have accepted the root of this hash before. */
  readonly pinnedRootSha256: string;
  /** Roots that came with the program: the last resort where the folder is damaged and nothing can be reached. */
  readonly shippedRoots: readonly Uint8Array[];
  readonly source: TufSource;
  /** A steady clock in milliseconds, for the cap on one refresh. */
  readonly clock: () => number;
  readonly refreshTimeoutMs: number;
}

export interface TufKeeper extends TargetsKeeper {
  /** Another source with the same folder: the USB stick of a visit. */
  readonly refreshFrom: (source: TufSource, trustedTime: number) => Promise<RefreshOutcome>;
}

const nowhere: TufSource = { read: async () => undefined };
const lastRefreshName = "last-refresh.json";
const LastRefresh = z.strictObject({ at: Seconds });

/**
 * Keeps an agency's published files: `pinned.root.json`, two generations, and when the last refresh was. Every load runs the
 * whole verification again from the pinned root, at the time at which the generation was fresh; nothing on the
 * disk is believed. Calls must not overlap.
 */
export function openTufKeeper(options: TufKeeperOptions): TufKeeper {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  dropScratch(options.folder);
  let current: VerifiedTargets | undefined;

  async function findCurrent(): Promise<VerifiedTargets | undefined> {
    current ??= await loadNewest(options);
    return current;
  }

  async function refreshFrom(source: TufSource, trustedTime: number): Promise<RefreshOutcome> {
    const before = await findCurrent();
    try {
      const outcome = await refreshOnce(options, source, trustedTime, before);
      current = outcome.targets;
      writeFileAtomic(join(options.folder, lastRefreshName), JSON.stringify({ at: trustedTime }));
      return outcome;
    } catch (error) {
      const refusal = refusalOf(error);
      return refusal === "unreachable" ? { kind: "unreachable" } : { kind: "refused", reason: refusal };
    }
  }

  return {
    findCurrent,
    refresh: (trustedTime) => refreshFrom(options.source, trustedTime),
    refreshFrom,
    findLastRefresh: () => findLastRefresh(options.folder),
    readFiles: () => {
      const newest = listIntact(options.folder)[0];
      return newest && readAllButLists(newest);
    },
  };
}

async function refreshOnce(
  options: TufKeeperOptions,
  source: TufSource,
  trustedTime: number,
  before: VerifiedTargets | undefined,
): Promise<Extract<RefreshOutcome, { targets: VerifiedTargets }>> {
  const pinned = await requirePinnedRoot(options.folder, options.pinnedRootSha256, options.shippedRoots, source);
  const newest = listIntact(options.folder)[0];
  const scratch = mkdtempSync(join(options.folder, "scratch-"));
  try {
    const result = await runUpdater({
      scratch: join(scratch, "metadata"),
      pinned,
      source,
      knownRoots: newest ? makeFolderSource(newest.folder) : nowhere,
      held: newest ? makeFolderSource(newest.folder) : nowhere,
      findHeldList: (path, length) => newest && findHeldList(newest, path, length),
      seeds: newest ? readSeeds(newest) : new Map(),
      trustedTime,
      deadline: options.clock() + options.refreshTimeoutMs,
      clock: options.clock,
    });
    requireNotBelow(result.versions, findFloor(options.folder));
    const same = before && newest && isSame(result, newest);
    if (same) return { kind: "unchanged", targets: before };
    const made = commitGeneration(options.folder, join(scratch, "generation"), result, trustedTime);
    return { kind: "updated", targets: buildVerifiedTargets(result, pinned.mark, trustedTime, made.folder) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function loadNewest(options: TufKeeperOptions): Promise<VerifiedTargets | undefined> {
  for (const generation of listIntact(options.folder)) {
    const loaded = await loadGeneration(options, generation);
    if (loaded) return loaded;
  }
  return undefined;
}

async function loadGeneration(options: TufKeeperOptions, generation: Generation): Promise<VerifiedTargets | undefined> {
  const folder = makeFolderSource(generation.folder);
  const { verifiedAt } = generation.manifest;
  const scratch = mkdtempSync(join(options.folder, "scratch-"));
  try {
    const pinned = await requirePinnedRoot(options.folder, options.pinnedRootSha256, options.shippedRoots, folder);
    const result = await runUpdater({
      scratch: join(scratch, "metadata"),
      pinned,
      source: folder,
      knownRoots: nowhere,
      held: nowhere,
      findHeldList: (path, length) => findHeldList(generation, path, length),
      seeds: new Map(),
      trustedTime: verifiedAt,
      deadline: options.clock() + options.refreshTimeoutMs,
      clock: options.clock,
    });
    return buildVerifiedTargets(result, pinned.mark, verifiedAt, generation.folder);
  } catch (error) {
    // A generation that does not verify is as good as none: the one before is tried, then the next refresh makes a new one.
    refusalOf(error);
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function readSeeds({ folder, manifest }: Generation): ReadonlyMap<string, Uint8Array> {
  const { versions } = manifest;
  const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  return new Map([
    ["timestamp", read("timestamp.json")],
    ["snapshot", read(`${versions.snapshot}.snapshot.json`)],
    ["targets", read(`${versions.targets}.targets.json`)],
  ]);
}

function readAllButLists({ folder, manifest }: Generation): PublishedFiles {
  const paths = Object.keys(manifest.files).filter((path) => !isListName(path));
  return {
    verifiedAt: manifest.verifiedAt,
    files: new Map(paths.map((path) => [path, new Uint8Array(readFileSync(join(folder, path)))])),
  };
}

/** The path holds the file's hash, and the generation was found intact. */
function findHeldList({ folder, manifest }: Generation, path: string, length: number): string | undefined {
  const at = join(folder, path);
  return manifest.files[path] !== undefined && hasLength(at, length) ? at : undefined;
}

function isSame(result: UpdaterResult, { manifest }: Generation): boolean {
  const paths = [...result.files.keys()];
  return (
    paths.length === Object.keys(manifest.files).length &&
    paths.every((path) => manifest.files[path] !== undefined) &&
    (Object.keys(result.versions) as (keyof TufVersions)[]).every(
      (role) => result.versions[role] === manifest.versions[role],
    )
  );
}

function requireNotBelow(versions: TufVersions, floor: TufVersions | undefined): void {
  if (isBelowFloor(versions, floor)) {
    throw new VerificationError("ROLLBACK", "The source offers an older version than this device has seen.");
  }
}

function findLastRefresh(folder: string): number | undefined {
  const bytes = findFile(join(folder, lastRefreshName));
  const read = bytes && LastRefresh.safeParse(findJson(bytes));
  // A torn note about the last refresh is no harm: the newest generation says when it was made.
  return read?.success ? read.data.at : listIntact(folder)[0]?.manifest.verifiedAt;
}

function findJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

function dropScratch(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith("scratch-")) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
