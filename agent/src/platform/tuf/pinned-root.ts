import { join } from "node:path";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { findFile, writeFileAtomic } from "../atomic-file.ts";
import type { TufSource } from "./source.ts";
import { parseStrictRoot, type StrictRoot } from "./strict-root.ts";

export type PinnedRoot = StrictRoot & { readonly bytes: Uint8Array };
const fileName = "pinned.root.json";
const maxRootBytes = 512_000;
/** A token pins an early root; nobody rotates a root more often than this. */
const maxRootsLookedAt = 64;

/**
 * Finds the root that the enrolment token pins, at the source, by its hash. The source is not trusted: the hash is.
 * Throws HASH_MISMATCH where the source does not hold it.
 */
export async function fetchPinnedRoot(source: TufSource, sha256: string): Promise<Uint8Array> {
  let seen = false;
  for (let version = 1; version <= maxRootsLookedAt; version++) {
    const bytes = await source.read(`${version}.root.json`, maxRootBytes);
    // Published roots begin with 1 and have no gaps; a generation on the disk begins with the pinned one.
    if (!bytes && seen) break;
    seen ||= bytes !== undefined;
    if (bytes && sha256Hex(bytes) === sha256) return bytes;
  }
  throw new VerificationError("HASH_MISMATCH", "The agency's root that the enrolment names was not found.");
}

/**
 * The pinned root from the folder, else from the roots shipped with the program, else from the source. All of them are
 * held to the same hash, so a torn file here never stops updates.
 */
export async function requirePinnedRoot(
  folder: string,
  sha256: string,
  shipped: readonly Uint8Array[],
  source: TufSource,
): Promise<PinnedRoot> {
  const held = findHeldRoot(folder, sha256);
  const bytes = held ?? shipped.find((each) => sha256Hex(each) === sha256) ?? (await fetchPinnedRoot(source, sha256));
  if (!held) writeFileAtomic(join(folder, fileName), bytes);
  return { ...parseStrictRoot(bytes), bytes };
}

function findHeldRoot(folder: string, sha256: string): Uint8Array | undefined {
  const bytes = findFile(join(folder, fileName));
  return bytes && sha256Hex(bytes) === sha256 ? bytes : undefined;
}
