import { hash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseUtf8 } from "@overt/shared/bytes.ts";
import { Hash, Seconds } from "@overt/shared/protocol/fields.ts";
import { z } from "zod";
import type { TufVersions } from "../../core/verified-targets.ts";
import { syncFolder } from "../atomic-file.ts";
import { linkDurably, writeDurably } from "./durable.ts";
import { hasLength, isListName } from "./list-path.ts";
import type { UpdaterResult } from "./run-updater.ts";

const versionNumber = z.number().int().min(1);
const Manifest = z.strictObject({
  v: z.literal(1),
  verifiedAt: Seconds,
  versions: z.strictObject({
    root: versionNumber,
    timestamp: versionNumber,
    snapshot: versionNumber,
    targets: versionNumber,
  }),
  files: z.record(z.string().max(300), Hash),
  /** Of the host lists, in bytes: they were hashed whole when they were taken in, and are looked at block by block when used. */
  listLengths: z.record(z.string().max(300), z.number().int().min(0)).optional(),
});
export type Manifest = z.infer<typeof Manifest>;

/** One verified set of files in its own folder, laid out as the source serves them. It is written once and never changed. */
export interface Generation {
  readonly number: number;
  readonly folder: string;
  readonly manifest: Manifest;
}

const kept = 2;
const folderName = (number: number) => `generation-${String(number).padStart(8, "0")}`;

/** Generations whose every file is as it was written, newest first. A torn one is passed over, and replaced by the next refresh. */
export function listIntact(root: string): Generation[] {
  return listNumbers(root).flatMap((number) => {
    const folder = join(root, folderName(number));
    const manifest = findManifest(folder);
    return manifest && isIntact(folder, manifest) ? [{ number, folder, manifest }] : [];
  });
}

/**
 * The versions below which nothing is accepted. They come from every manifest that can be read, so that a torn file
 * in the newest generation does not open the way back to an older one.
 */
export function findFloor(root: string): TufVersions | undefined {
  const manifests = listNumbers(root).map((number) => findManifest(join(root, folderName(number))));
  return manifests.reduce<TufVersions | undefined>((floor, manifest) => {
    if (!manifest) return floor;
    return floor ? higherOf(floor, manifest.versions) : manifest.versions;
  }, undefined);
}

/** New keys in a later root may start their versions anew, as TUF's recovery from a fast-forward attack asks. */
export function isBelowFloor(versions: TufVersions, floor: TufVersions | undefined): boolean {
  if (!floor || versions.root > floor.root) return false;
  return (
    versions.root < floor.root ||
    versions.timestamp < floor.timestamp ||
    versions.snapshot < floor.snapshot ||
    versions.targets < floor.targets
  );
}

/** Writes a generation in a scratch folder, makes it durable, gives it its name, and drops all but the one before. */
export function commitGeneration(root: string, scratch: string, result: UpdaterResult, verifiedAt: number): Generation {
  const manifest: Manifest = { v: 1, verifiedAt, versions: result.versions, files: {}, listLengths: {} };
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const folders = new Set([scratch]);
  for (const [path, file] of result.files) {
    const to = join(scratch, path);
    folders.add(dirname(to));
    if ("heldAt" in file) linkDurably(file.heldAt, to);
    else writeDurably(to, file);
    if (isListName(path) && manifest.listLengths !== undefined) manifest.listLengths[path] = statSync(to).size;
    // Those that stay on the disk are named by their hash.
    manifest.files[path] = "heldAt" in file ? basename(path).slice(0, 64) : hash("sha256", file);
  }
  writeDurably(join(scratch, "manifest.json"), JSON.stringify(manifest));
  for (const folder of folders) syncFolder(folder);
  const number = (listNumbers(root)[0] ?? 0) + 1;
  const folder = join(root, folderName(number));
  renameSync(scratch, folder);
  syncFolder(root);
  dropOld(root);
  return { number, folder, manifest };
}

// The newest two that are intact stay; a torn one between them is of no use to anybody.
function dropOld(root: string): void {
  const intact = listIntact(root).slice(0, kept);
  for (const number of listNumbers(root)) {
    if (!intact.some((generation) => generation.number === number)) {
      rmSync(join(root, folderName(number)), { recursive: true, force: true });
    }
  }
}

function listNumbers(root: string): number[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .flatMap((name) => /^generation-(\d{8})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

function findManifest(folder: string): Manifest | undefined {
  try {
    const read = Manifest.safeParse(JSON.parse(parseUtf8(new Uint8Array(readFileSync(join(folder, "manifest.json"))))));
    return read.success ? read.data : undefined;
  } catch {
    // Torn or gone: the generation counts as absent.
    return undefined;
  }
}

function isIntact(folder: string, manifest: Manifest): boolean {
  return Object.entries(manifest.files).every(([path, sha256]) => {
    const file = join(folder, path);
    if (isListName(path)) return hasLength(file, manifest.listLengths?.[path]);
    return existsSync(file) && hash("sha256", readFileSync(file)) === sha256;
  });
}

function higherOf(a: TufVersions, b: TufVersions): TufVersions {
  const [low, high] = a.root <= b.root ? [a, b] : [b, a];
  if (low.root < high.root) return high;
  return {
    root: high.root,
    timestamp: Math.max(a.timestamp, b.timestamp),
    snapshot: Math.max(a.snapshot, b.snapshot),
    targets: Math.max(a.targets, b.targets),
  };
}
