import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@overt/shared/bytes.ts";
import type { RawSign, SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import { Metadata, MetadataKind, MetaFile, Signature, Timestamp } from "@tufjs/models";

const renewAfter = 86_400;
const lifetime = 7 * 86_400;

/**
 * Signs a new timestamp over the newest published snapshot when the one in the folder is older than a day. True when it
 * wrote one. The key can do no more than that: it holds back or freshens what others signed. Throws UNKNOWN_SIGNER where
 * the root does not name the key.
 */
export function renewTimestamp(folder: string, key: SigningKey, sign: RawSign, now: number): boolean {
  const before = readTimestamp(folder);
  const snapshot = newest(folder, "snapshot");
  if (before !== undefined && before.snapshotMeta.version === snapshot && isFresh(before, now)) return false;
  const bytes = readFileSync(join(folder, `${snapshot}.snapshot.json`));
  const meta = new MetaFile({ version: snapshot, length: bytes.length, hashes: { sha256: sha256Hex(bytes) } });
  const expires = tufTime(now + lifetime);
  const signed = new Timestamp({
    version: (before?.version ?? 0) + 1,
    specVersion: "1.0.31",
    expires,
    snapshotMeta: meta,
  });
  const metadata = new Metadata(signed);
  const keyID = timestampKeyId(folder, key);
  metadata.sign((data) => new Signature({ keyID, sig: toHex(sign(data, key.secretKey)) }));
  writeWhole(join(folder, "timestamp.json"), `${JSON.stringify(metadata.toJSON(), null, 1)}\n`);
  return true;
}

function isFresh(timestamp: Timestamp, now: number): boolean {
  return Date.parse(timestamp.expires) / 1000 - lifetime + renewAfter > now;
}

/** The id under which the newest root names this public key as a timestamp key. */
function timestampKeyId(folder: string, key: SigningKey): string {
  const root = Metadata.fromJSON(MetadataKind.Root, read(folder, `${newest(folder, "root")}.root.json`)).signed;
  const hex = toHex(key.publicKey);
  const found = root.roles["timestamp"]?.keyIDs.find((id) => root.keys[id]?.keyVal["public"] === hex);
  if (found === undefined) {
    throw new VerificationError("UNKNOWN_SIGNER", "The configured timestamp key is not one of the agency's root.");
  }
  return found;
}

function readTimestamp(folder: string): Timestamp | undefined {
  if (!readdirSync(folder).includes("timestamp.json")) return undefined;
  return Metadata.fromJSON(MetadataKind.Timestamp, read(folder, "timestamp.json")).signed;
}

function newest(folder: string, role: string): number {
  const versions = readdirSync(folder).flatMap((name) => {
    const version = new RegExp(`^([1-9][0-9]{0,8})\\.${role}\\.json$`).exec(name)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
  if (versions.length === 0) throw new ConfigError("MISSING_FILE", `The TUF folder holds no ${role}.`);
  return Math.max(...versions);
}

function read(folder: string, name: string) {
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

function tufTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

function writeWhole(path: string, text: string): void {
  const file = openSync(`${path}.writing`, "w", 0o644);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.writing`, path);
}
