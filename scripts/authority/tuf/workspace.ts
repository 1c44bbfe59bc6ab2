import { existsSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import type { Metadata, Root, Snapshot, Targets } from "@tufjs/models";
import { findFile, readRequiredFile, writeFileWhole } from "../../keys/files.ts";
import {
  type AnyMetadata,
  buildRoot,
  buildSnapshot,
  buildTargets,
  countSignatures,
  isComplete,
  isCompleteRoot,
  parseRoot,
  parseSnapshot,
  parseTargets,
  type RootPlan,
  serialiseMetadata,
  signMetadata,
} from "./metadata.ts";
import type { TufRole } from "./roles.ts";
import { checkTarget } from "./targets.ts";

/**
 * The signers' working folder. It travels between machines while signatures gather:
 * `roots/<n>.root.json` complete roots · `root.json` the newest root, complete or not · `targets.json` · `snapshot.json` · `files/<path>`.
 * The timestamp lives in the published folder only, because its key is on the server.
 */
const names = { root: "root.json", targets: "targets.json", snapshot: "snapshot.json" } as const;

export interface Progress {
  readonly have: number;
  readonly need: number;
}

/** Starts an agency: an unsigned root of version 1 and an empty list of files. */
export function initWorkspace(folder: string, plan: Omit<RootPlan, "version">): void {
  if (existsSync(join(folder, names.root))) {
    throw new ConfigError(
      "FILE_EXISTS",
      `${folder} holds a root already. Use another folder, or "authority tuf new-root" to change its keys.`,
    );
  }
  save(folder, "root", buildRoot({ ...plan, version: 1 }));
  save(folder, "targets", buildTargets(1, plan.now, new Map()));
}

/** The newest root that is signed by enough keys; before the first one is, the draft of version 1. */
export function readCurrentRoot(folder: string): Metadata<Root> {
  return readCompleteRoots(folder).at(-1) ?? readDraftRoot(folder);
}

export function readDraftRoot(folder: string): Metadata<Root> {
  return parseRoot(readRequiredFile(join(folder, names.root), 'the agency\'s root; "authority tuf found" makes it'));
}

/** Complete roots in order of version, from 1. */
export function readCompleteRoots(folder: string): Metadata<Root>[] {
  const roots: Metadata<Root>[] = [];
  for (let version = 1; ; version++) {
    const bytes = findFile(join(folder, "roots", `${version}.root.json`));
    if (!bytes) return roots;
    roots.push(parseRoot(bytes));
  }
}

export function readTargets(folder: string): Metadata<Targets> {
  return parseTargets(
    readRequiredFile(join(folder, names.targets), 'the list of published files; "authority tuf found" makes it'),
  );
}

export function findSnapshot(folder: string): Metadata<Snapshot> | undefined {
  const bytes = findFile(join(folder, names.snapshot));
  return bytes && parseSnapshot(bytes);
}

/** The next root: other keys, another threshold or a later expiry. It needs the old root's threshold and its own. */
export function proposeRoot(folder: string, plan: Omit<RootPlan, "version">): void {
  const last = readCompleteRoots(folder).at(-1);
  if (!last) throw new ConfigError("USAGE", "The first root is not complete yet: its keys must sign it first.");
  save(folder, "root", buildRoot({ ...plan, version: last.signed.version + 1 }));
}

/** Adds or replaces one published file. Earlier signatures on the list fall away: its signers must sign again. */
export function addTarget(
  folder: string,
  path: string,
  bytes: Uint8Array,
  options: { now: number; sensitive?: boolean },
): void {
  checkTarget(path, bytes);
  const files = readTargetFiles(folder).set(path, { bytes, sensitive: options.sensitive ?? false });
  writeFileWhole(join(folder, "files", path), bytes);
  replaceTargets(folder, files, options.now);
}

export function removeTarget(folder: string, path: string, now: number): void {
  const files = readTargetFiles(folder);
  if (!files.delete(path)) throw new ConfigError("MISSING_FILE", `${path} is not among the published files.`);
  replaceTargets(folder, files, now);
}

/** The same list with a new expiry: what its signers sign every 90 days at the latest. */
export function renewTargets(folder: string, now: number): void {
  replaceTargets(folder, readTargetFiles(folder), now);
}

export function readTargetFiles(folder: string): Map<string, { bytes: Uint8Array; sensitive: boolean }> {
  return new Map(
    Object.values(readTargets(folder).signed.targets).map((target) => {
      const bytes = readRequiredFile(join(folder, "files", target.path), "a file that the signed list names");
      return [target.path, { bytes, sensitive: target.custom["sensitive"] === true }];
    }),
  );
}

/** Files under `files/` that the list does not name; shown by `tuf status`. */
export function findUnlistedFiles(folder: string): string[] {
  const root = join(folder, "files");
  if (!existsSync(root)) return [];
  const listed = readTargets(folder).signed.targets;
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !(path in listed));
}

/** One person's signature on root, targets or snapshot. A snapshot is drawn up when its first signer comes. */
export function signRole(folder: string, role: Exclude<TufRole, "timestamp">, key: SigningKey, now: number): Progress {
  if (role === "root") return signRoot(folder, key);
  const root = readCurrentRoot(folder);
  const metadata = role === "targets" ? readTargets(folder) : readSnapshotToSign(folder, root, now);
  signMetadata(metadata, role, root, key);
  save(folder, role, metadata);
  return countSignatures(metadata, role, root);
}

function signRoot(folder: string, key: SigningKey): Progress {
  const draft = readDraftRoot(folder);
  const before = readCompleteRoots(folder).at(draft.signed.version - 2);
  signMetadata(draft, "root", isRootSigner(draft, key, before), key);
  save(folder, "root", draft);
  if (isCompleteRoot(draft, before)) {
    writeFileWhole(join(folder, "roots", `${draft.signed.version}.root.json`), serialiseMetadata(draft));
  }
  return rootProgress(draft, before);
}

/** Of the two thresholds that a later root must meet, the one that lacks more. */
export function rootProgress(draft: Metadata<Root>, before: Metadata<Root> | undefined): Progress {
  const own = countSignatures(draft, "root", draft);
  const old = before ? countSignatures(draft, "root", before) : own;
  return old.need - old.have > own.need - own.have ? old : own;
}

// A key that is leaving signs by the old root's authority, a key that joins by the new one's.
function isRootSigner(draft: Metadata<Root>, key: SigningKey, before: Metadata<Root> | undefined): Metadata<Root> {
  if (!before) return draft;
  const hex = Buffer.from(key.publicKey).toString("hex");
  const inOld = before.signed.roles["root"]?.keyIDs.some((id) => before.signed.keys[id]?.keyVal["public"] === hex);
  return inOld ? before : draft;
}

function readSnapshotToSign(folder: string, root: Metadata<Root>, now: number): Metadata<Snapshot> {
  const targets = readTargets(folder);
  if (!isComplete(targets, "targets", root)) {
    const { have, need } = countSignatures(targets, "targets", root);
    throw new VerificationError("THRESHOLD", `The targets signers must sign first: ${have} of ${need} have done so.`);
  }
  const previous = findSnapshot(folder);
  const fresh = buildSnapshot((previous?.signed.version ?? 0) + 1, now, targets);
  if (!previous || isComplete(previous, "snapshot", root)) return fresh;
  const same = previous.signed.meta["targets.json"]?.equals(fresh.signed.meta["targets.json"] as never) ?? false;
  return same ? previous : fresh;
}

function replaceTargets(
  folder: string,
  files: ReadonlyMap<string, { bytes: Uint8Array; sensitive: boolean }>,
  now: number,
): void {
  const before = readTargets(folder);
  const touched = Object.keys(before.signatures).length > 0;
  save(folder, "targets", buildTargets(before.signed.version + (touched ? 1 : 0), now, files));
}

function save(folder: string, role: keyof typeof names, metadata: AnyMetadata): void {
  writeFileWhole(join(folder, names[role]), serialiseMetadata(metadata));
}
