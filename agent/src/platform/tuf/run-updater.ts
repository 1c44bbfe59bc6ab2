import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { Metadata, MetadataKind, type Targets } from "@tufjs/models";
import { Updater } from "tuf-js";
import type { TufVersions } from "../../core/verified-targets.ts";
import { isExactFile, makeFetcher, type RecordingFetcher, sourceUrl } from "./fetcher.ts";
import { hashedPath } from "./hashed-path.ts";
import { isListName } from "./list-path.ts";
import { setReferenceTime } from "./reference-time.ts";
import type { TufSource } from "./source.ts";
import type { StrictRoot } from "./strict-root.ts";

export interface UpdaterRun {
  /** An empty scratch folder that nobody else uses. */
  readonly scratch: string;
  readonly pinned: StrictRoot & { readonly bytes: Uint8Array };
  readonly source: TufSource;
  readonly knownRoots: TufSource;
  /** `timestamp`, `snapshot` and `targets` of the generation before, by which tuf-js refuses a rollback. */
  readonly seeds: ReadonlyMap<string, Uint8Array>;
  /** Files held already, by their path in the folder; read before the source is asked. */
  readonly held: TufSource;
  /** Where a list of this path lies already, hashed whole when it was taken in. */
  readonly findHeldList: (path: string, length: number) => string | undefined;
  readonly trustedTime: number;
  readonly deadline: number;
  readonly clock: () => number;
}

/** Everything a generation keeps: its files by path, exactly as the source serves them. */
export interface UpdaterResult {
  readonly files: ReadonlyMap<string, Uint8Array | HeldFile>;
  readonly targets: ReadonlyMap<string, Uint8Array>;
  /** Host lists by name, with their path in the folder: they are not kept in memory. */
  readonly lists: ReadonlyMap<string, { readonly path: string; readonly sha256: string }>;
  readonly withheld: readonly string[];
  readonly versions: TufVersions;
  readonly expires: { readonly timestamp: number; readonly snapshot: number; readonly targets: number };
  readonly targetsSha256: string;
}

/** A file that is taken over from where it lies. */
export type HeldFile = { readonly heldAt: string };

export const maxTargets = 500;
/** A line of 400 kbit/s is slow, and still brings a list of five million hosts within half an hour. */
const slowestBytesPerMs = 50;

/** An error of the source found inside tuf-js' own, so that the caller can tell a dead line from a bad signature. */
export class RefreshFailure extends Error {
  readonly found: unknown;
  constructor(found: unknown, options: ErrorOptions) {
    super("The refresh failed.", options);
    this.found = found;
  }
}

/**
 * The client workflow of TUF 1.0.34 section 5, from the pinned root onward, in a scratch folder: tuf-js writes in place,
 * and a torn root.json would stop every later update. Throws RefreshFailure.
 */
export async function runUpdater(run: UpdaterRun): Promise<UpdaterResult> {
  const fetcher = makeFetcher(run);
  try {
    return await update(run, fetcher);
  } catch (cause) {
    throw new RefreshFailure(fetcher.findFailure() ?? cause, { cause });
  }
}

async function update(run: UpdaterRun, fetcher: RecordingFetcher): Promise<UpdaterResult> {
  mkdirSync(run.scratch, { recursive: true });
  writeFileSync(join(run.scratch, "root.json"), run.pinned.bytes);
  for (const [role, bytes] of run.seeds) writeFileSync(join(run.scratch, `${role}.json`), bytes);
  const updater = new Updater({ metadataDir: run.scratch, metadataBaseUrl: sourceUrl, fetcher });
  setReferenceTime(updater, run.trustedTime);
  await updater.refresh();
  const read = (role: string) => new Uint8Array(readFileSync(join(run.scratch, `${role}.json`)));
  const [timestampBytes, snapshotBytes, targetsBytes] = [read("timestamp"), read("snapshot"), read("targets")];
  const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, parse(timestampBytes)).signed;
  const snapshot = Metadata.fromJSON(MetadataKind.Snapshot, parse(snapshotBytes)).signed;
  const targets = Metadata.fromJSON(MetadataKind.Targets, parse(targetsBytes)).signed;
  requireNoDelegations(targets);
  const downloaded = await downloadTargets(targets, run, fetcher);
  return {
    files: new Map([
      [`${run.pinned.version}.root.json`, run.pinned.bytes],
      ...fetcher.roots,
      ...downloaded.files,
      [`${targets.version}.targets.json`, targetsBytes],
      [`${snapshot.version}.snapshot.json`, snapshotBytes],
      ["timestamp.json", timestampBytes],
    ]),
    targets: downloaded.targets,
    lists: downloaded.lists,
    withheld: downloaded.withheld,
    versions: {
      root: run.pinned.version + fetcher.roots.size,
      timestamp: timestamp.version,
      snapshot: snapshot.version,
      targets: targets.version,
    },
    expires: {
      timestamp: seconds(timestamp.expires),
      snapshot: seconds(snapshot.expires),
      targets: seconds(targets.expires),
    },
    targetsSha256: sha256Hex(targetsBytes),
  };
}

/** Delegated roles are where other clients went wrong; an agency has none, so their presence is an error. */
function requireNoDelegations(targets: Targets): void {
  if (targets.delegations !== undefined || "delegations" in targets.unrecognizedFields) {
    throw new VerificationError("BAD_SCHEMA", "The list of files delegates to others, which is not allowed.");
  }
}

async function downloadTargets(signed: Targets, run: UpdaterRun, fetcher: RecordingFetcher) {
  const entries = Object.values(signed.targets);
  const total = entries.reduce((sum, target) => sum + target.length, 0);
  if (
    entries.length > maxTargets ||
    total > limits.allTargets ||
    entries.some((target) => target.length > (isListName(target.path) ? limits.listTarget : limits.target))
  ) {
    throw new VerificationError("TOO_LARGE", "The agency publishes more than this program takes.");
  }
  const files = new Map<string, Uint8Array | HeldFile>();
  const targets = new Map<string, Uint8Array>();
  const lists = new Map<string, { readonly path: string; readonly sha256: string }>();
  const withheld: string[] = [];
  for (const target of entries) {
    const sha256 = target.hashes["sha256"] ?? "";
    const path = hashedPath(target.path, sha256);
    const heldAt = isListName(target.path) ? run.findHeldList(path, target.length) : undefined;
    if (heldAt !== undefined) {
      files.set(path, { heldAt });
      lists.set(target.path, { path, sha256 });
      continue;
    }
    fetcher.allow(target.length / slowestBytesPerMs);
    const here = await run.held.read(path, target.length).catch(() => undefined);
    const intact = here && isExactFile(here, target.length, sha256) ? here : undefined;
    const bytes = intact ?? (await fetcher.readFile(path, target.length));
    if (!bytes && target.custom["sensitive"] === true) withheld.push(target.path);
    else if (!bytes || !isExactFile(bytes, target.length, sha256)) {
      throw new VerificationError("HASH_MISMATCH", "A published file is missing or is not the one that was signed.");
    } else {
      files.set(path, bytes);
      if (isListName(target.path)) lists.set(target.path, { path, sha256 });
      else targets.set(target.path, bytes);
    }
  }
  return { files, targets, lists, withheld };
}

function parse(bytes: Uint8Array) {
  return JSON.parse(Buffer.from(bytes).toString("utf8"));
}

function seconds(expires: string): number {
  return Math.floor(Date.parse(expires) / 1000);
}
