import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { equalBytes, toHex } from "@overt/shared/bytes.ts";
import type { RawSign, SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import { Metadata, MetadataKind, MetaFile, Signature, type Snapshot, Timestamp } from "@tufjs/models";

const renewAfter = 86_400;
const lifetime = 7 * 86_400;

export interface TimestampKeeper {
  /**
   * Signs a new timestamp over the newest whole publication when the one in the folder is over a day old or over an older
   * one. True when it wrote one. The authority may sign one at the same moment: whoever comes second is noticed here and
   * answered with a higher version. Throws UNKNOWN_SIGNER where the root does not name the key.
   */
  renew(now: number): boolean;
}

/** The key can do no more than that: it holds back or freshens what others signed. */
export function buildTimestampKeeper(folder: string, key: SigningKey, sign: RawSign): TimestampKeeper {
  const path = join(folder, "timestamp.json");
  let mine: { readonly version: number; readonly bytes: Uint8Array } | undefined;

  function isDue(before: Found | undefined, snapshot: number, now: number): boolean {
    if (before === undefined || before.timestamp.snapshotMeta.version !== snapshot) return true;
    // Two timestamps of one version, or an older one put back: agents that saw mine take neither until a higher one comes.
    const overwritten = mine !== undefined && before.timestamp.version <= mine.version;
    if (overwritten && !equalBytes(before.bytes, mine?.bytes ?? new Uint8Array())) return true;
    return Date.parse(before.timestamp.expires) / 1000 - lifetime + renewAfter <= now;
  }

  return {
    renew(now) {
      const before = findTimestamp(path);
      const snapshot = newestWholeSnapshot(folder);
      if (!isDue(before, snapshot.version, now)) return false;
      const signed = new Timestamp({
        version: Math.max(before?.timestamp.version ?? 0, mine?.version ?? 0) + 1,
        specVersion: "1.0.31",
        expires: tufTime(now + lifetime),
        snapshotMeta: new MetaFile({
          version: snapshot.version,
          length: snapshot.bytes.length,
          hashes: { sha256: sha256Hex(snapshot.bytes) },
        }),
      });
      const metadata = new Metadata(signed);
      const keyID = timestampKeyId(folder, key);
      metadata.sign((data) => new Signature({ keyID, sig: toHex(sign(data, key.secretKey)) }));
      const bytes = new Uint8Array(Buffer.from(`${JSON.stringify(metadata.toJSON(), null, 1)}\n`));
      if (!replaceUnchanged(path, before?.bytes, bytes)) return false;
      mine = { version: signed.version, bytes };
      return true;
    },
  };
}

interface Found {
  readonly timestamp: Timestamp;
  readonly bytes: Uint8Array;
}

function findTimestamp(path: string): Found | undefined {
  const bytes = find(path);
  return bytes && { bytes, timestamp: Metadata.fromJSON(MetadataKind.Timestamp, parse(bytes)).signed };
}

/** The newest snapshot whose targets lie beside it as it names them: a publication that is still being copied is left out. */
function newestWholeSnapshot(folder: string): { readonly version: number; readonly bytes: Uint8Array } {
  for (const version of listVersions(folder, "snapshot")) {
    const bytes = new Uint8Array(readFileSync(join(folder, `${version}.snapshot.json`)));
    if (isWhole(folder, bytes)) return { version, bytes };
  }
  throw new ConfigError(
    "MISSING_FILE",
    "The TUF folder holds no whole publication. Publish the repository there again.",
  );
}

function isWhole(folder: string, snapshot: Uint8Array): boolean {
  let signed: Snapshot;
  try {
    signed = Metadata.fromJSON(MetadataKind.Snapshot, parse(snapshot)).signed;
  } catch {
    // Half a file: its copying has not ended.
    return false;
  }
  const meta = signed.meta["targets.json"];
  const targets = meta && find(join(folder, `${meta.version}.targets.json`));
  const named = meta?.hashes?.["sha256"];
  return targets !== undefined && (named === undefined || named === sha256Hex(targets));
}

/** The id under which the newest root names this public key as a timestamp key. */
function timestampKeyId(folder: string, key: SigningKey): string {
  const newest = listVersions(folder, "root")[0];
  if (newest === undefined) throw new ConfigError("MISSING_FILE", "The TUF folder holds no root.");
  const bytes = readFileSync(join(folder, `${newest}.root.json`));
  const root = Metadata.fromJSON(MetadataKind.Root, parse(bytes)).signed;
  const hex = toHex(key.publicKey);
  const found = root.roles["timestamp"]?.keyIDs.find((id) => root.keys[id]?.keyVal["public"] === hex);
  if (found === undefined) {
    throw new VerificationError("UNKNOWN_SIGNER", "The configured timestamp key is not one of the agency's root.");
  }
  return found;
}

/** Highest first. */
function listVersions(folder: string, role: string): readonly number[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const version = new RegExp(`^([1-9][0-9]{0,8})\\.${role}\\.json$`).exec(name)?.[1];
      return version === undefined ? [] : [Number(version)];
    })
    .sort((a, b) => b - a);
}

function parse(bytes: Uint8Array) {
  return JSON.parse(Buffer.from(bytes).toString("utf8"));
}

function find(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function tufTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** Puts the new bytes in place of exactly these old ones; false where others stand there by now. */
function replaceUnchanged(path: string, before: Uint8Array | undefined, bytes: Uint8Array): boolean {
  // A draft of its own: the authority's tool writes one as well.
  const draft = `${path}.renewing`;
  const file = openSync(draft, "w", 0o644);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const now = find(path);
  const same = before === undefined ? now === undefined : now !== undefined && equalBytes(now, before);
  if (same) renameSync(draft, path);
  else rmSync(draft);
  return same;
}
