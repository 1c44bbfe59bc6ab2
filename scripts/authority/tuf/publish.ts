import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseStrictRoot } from "@overt/agent/platform/tuf/strict-root.ts";
import { equalBytes } from "@overt/shared/bytes.ts";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import type { Metadata, Root, Snapshot } from "@tufjs/models";
import { findFile, readRequiredFile, writeFileWhole } from "../../keys/files.ts";
import {
  type AnyMetadata,
  buildTimestamp,
  countSignatures,
  isCompleteRoot,
  parseRoot,
  parseSnapshot,
  parseTimestamp,
  serialiseMetadata,
  signMetadata,
} from "./metadata.ts";
import type { TufRole } from "./roles.ts";
import type { Progress } from "./workspace.ts";
import { findSnapshot, readCompleteRoots, readTargetFiles, readTargets } from "./workspace.ts";

/**
 * Writes everything but the timestamp into the folder that ingest serves as /tuf/ and that a visit carries. Every
 * threshold is checked first; files come before the metadata that names them, so a reader never finds a gap.
 */
export function publishWorkspace(workspace: string, out: string): { targetsVersion: number; snapshotVersion: number } {
  const roots = readCompleteRoots(workspace);
  const root = requireCompleteRoots(roots);
  const targets = readTargets(workspace);
  requireQuorum("targets", countSignatures(targets, "targets", root));
  const snapshot = findSnapshot(workspace);
  if (!snapshot) throw new VerificationError("THRESHOLD", "The snapshot signer must sign first.");
  requireQuorum("snapshot", countSignatures(snapshot, "snapshot", root));
  const targetsBytes = serialiseMetadata(targets);
  if (snapshot.signed.meta["targets.json"]?.hashes?.["sha256"] !== sha256Hex(targetsBytes)) {
    throw new VerificationError(
      "HASH_MISMATCH",
      "The list of files changed after the snapshot: the snapshot signer must sign again.",
    );
  }
  for (const [path, { bytes }] of readTargetFiles(workspace)) {
    if (targets.signed.targets[path]?.hashes["sha256"] !== sha256Hex(bytes)) {
      throw new VerificationError(
        "HASH_MISMATCH",
        `files/${path} changed after it was signed. Add it again, and let its signers sign.`,
      );
    }
    writeOnce(join(out, hashedName(path, sha256Hex(bytes))), bytes);
  }
  for (const each of roots) writeOnce(join(out, `${each.signed.version}.root.json`), serialiseMetadata(each));
  writeOnce(join(out, `${targets.signed.version}.targets.json`), targetsBytes);
  writeOnce(join(out, `${snapshot.signed.version}.snapshot.json`), serialiseMetadata(snapshot));
  return { targetsVersion: targets.signed.version, snapshotVersion: snapshot.signed.version };
}

/** Where consistent snapshots put a file: `keys/officers.json` → `keys/<sha256>.officers.json`. */
export function hashedName(path: string, sha256: string): string {
  const at = path.lastIndexOf("/") + 1;
  return `${path.slice(0, at)}${sha256}.${path.slice(at)}`;
}

/**
 * A new timestamp over the newest published snapshot; valid for seven days. This is what the server does daily with the
 * timestamp key, and it needs nothing but the published folder.
 */
export function signTimestamp(
  published: string,
  key: SigningKey,
  now: number,
): { version: number; snapshotVersion: number } {
  const root = readPublishedRoot(published);
  const snapshot = readPublishedSnapshot(published, root);
  const path = join(published, "timestamp.json");
  const before = findFile(path);
  const version = (before ? parseTimestamp(before).signed.version : 0) + 1;
  const timestamp = buildTimestamp(version, now, snapshot);
  signMetadata(timestamp, "timestamp", root, key);
  requireQuorum("timestamp", countSignatures(timestamp, "timestamp", root));
  writeFileWhole(path, serialiseMetadata(timestamp));
  return { version, snapshotVersion: snapshot.signed.version };
}

export function readPublishedRoots(published: string): Metadata<Root>[] {
  return listVersions(published, "root").map((n) =>
    parseRoot(readRequiredFile(join(published, `${n}.root.json`), "a root")),
  );
}

function readPublishedRoot(published: string): Metadata<Root> {
  return requireCompleteRoots(readPublishedRoots(published));
}

export function readPublishedSnapshot(published: string, root: Metadata<Root>): Metadata<Snapshot> {
  const version = listVersions(published, "snapshot").at(-1);
  if (!version)
    throw new ConfigError("MISSING_FILE", `${published} holds no snapshot. Run "authority tuf publish" first.`);
  const snapshot = parseSnapshot(readRequiredFile(join(published, `${version}.snapshot.json`), "a snapshot"));
  requireQuorum("snapshot", countSignatures(snapshot, "snapshot", root));
  return snapshot;
}

export function listVersions(published: string, role: string): number[] {
  if (!existsSync(published)) return [];
  return readdirSync(published)
    .map((name) => new RegExp(`^([1-9][0-9]*)\\.${role}\\.json$`).exec(name)?.[1])
    .filter((version) => version !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

export function requireCompleteRoots(roots: readonly Metadata<Root>[]): Metadata<Root> {
  for (const [i, root] of roots.entries()) {
    parseStrictRoot(serialiseMetadata(root));
    if (root.signed.version !== i + 1 || !isCompleteRoot(root, roots[i - 1])) {
      throw new VerificationError("BAD_SIGNATURE", `Root ${i + 1} is not signed by enough keys of the root before it.`);
    }
  }
  const last = roots.at(-1);
  if (!last) throw new VerificationError("THRESHOLD", "The root is not complete: more root key holders must sign it.");
  return last;
}

/** Throws THRESHOLD where too few keys that the root gives the role have signed. */
export function requireQuorumOf(role: TufRole, metadata: AnyMetadata, root: Metadata<Root>): void {
  requireQuorum(role, countSignatures(metadata, role, root));
}

function requireQuorum(role: string, { have, need }: Progress): void {
  if (have < need) {
    throw new VerificationError(
      "THRESHOLD",
      `${have} of the ${need} signatures needed on ${role} are there: other ${role} key holders must sign.`,
    );
  }
}

// A published version is never changed under its name: agents hold its hash.
function writeOnce(path: string, bytes: Uint8Array): void {
  const there = findFile(path);
  if (there && equalBytes(there, bytes)) return;
  if (there && /\.json$/.test(path) && /\d+\.(root|targets|snapshot)\.json$/.test(path)) {
    throw new VerificationError(
      "ROLLBACK",
      "This version was published before with other contents. Publish from the newest working folder.",
    );
  }
  writeFileWhole(path, bytes);
}
