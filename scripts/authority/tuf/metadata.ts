import { rootMarkField, tufKey } from "@overt/agent/platform/tuf/strict-root.ts";
import { parseUtf8, toHex, utf8 } from "@overt/shared/bytes.ts";
import { type SigningKey, signEd25519 } from "@overt/shared/crypto/ed25519.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import {
  type Key,
  Metadata,
  MetadataKind,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from "@tufjs/models";
import { type TufRole, tufLifetimes, tufRoles } from "./roles.ts";

export type AnyMetadata = Metadata<Root> | Metadata<Targets> | Metadata<Snapshot> | Metadata<Timestamp>;
const specVersion = "1.0.31";

/** Unix seconds as the ISO 8601 form that TUF asks for. */
export function tufTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

export interface RootPlan {
  readonly version: number;
  readonly now: number;
  /** The agency's name in the closed alphabet of a slug. */
  readonly agency: string;
  readonly practice: boolean;
  readonly keys: Readonly<Record<TufRole, readonly Uint8Array[]>>;
  readonly thresholds: Readonly<Record<TufRole, number>>;
}

/** Unsigned root metadata; the field `x-overt` is signed with the rest and marks a practice root. */
export function buildRoot(plan: RootPlan): Metadata<Root> {
  const keys = Object.fromEntries(
    tufRoles.flatMap((role) => plan.keys[role].map(tufKey)).map((k) => [k.keyID, k.toJSON()]),
  );
  const roles = Object.fromEntries(tufRoles.map((role) => [role, buildRole(plan, role)]));
  const root = Root.fromJSON({
    _type: "root",
    spec_version: specVersion,
    version: plan.version,
    expires: tufTime(plan.now + tufLifetimes.root),
    consistent_snapshot: true,
    keys,
    roles,
    [rootMarkField]: { agency: plan.agency, practice: plan.practice },
  });
  return new Metadata(root);
}

function buildRole(plan: RootPlan, role: TufRole) {
  const keyids = [...new Set(plan.keys[role].map((publicKey) => tufKey(publicKey).keyID))];
  const threshold = plan.thresholds[role];
  if (threshold < 1 || keyids.length < threshold) {
    throw new VerificationError("THRESHOLD", `The role ${role} has fewer different keys than its threshold.`);
  }
  return { keyids, threshold };
}

/** Unsigned targets metadata over the given files (path → bytes and whether the list is sensitive). */
export function buildTargets(
  version: number,
  now: number,
  files: ReadonlyMap<string, { bytes: Uint8Array; sensitive: boolean }>,
): Metadata<Targets> {
  const targets: Record<string, TargetFile> = {};
  for (const [path, { bytes, sensitive }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    targets[path] = new TargetFile({
      path,
      length: bytes.length,
      hashes: { sha256: sha256Hex(bytes) },
      ...(sensitive ? { unrecognizedFields: { custom: { sensitive: true } } } : {}),
    });
  }
  return new Metadata(new Targets({ version, specVersion, expires: tufTime(now + tufLifetimes.targets), targets }));
}

export function buildSnapshot(version: number, now: number, targets: Metadata<Targets>): Metadata<Snapshot> {
  const meta = { "targets.json": metaFile(targets) };
  return new Metadata(new Snapshot({ version, specVersion, expires: tufTime(now + tufLifetimes.snapshot), meta }));
}

export function buildTimestamp(version: number, now: number, snapshot: Metadata<Snapshot>): Metadata<Timestamp> {
  const expires = tufTime(now + tufLifetimes.timestamp);
  return new Metadata(new Timestamp({ version, specVersion, expires, snapshotMeta: metaFile(snapshot) }));
}

/** The exact bytes of a metadata file. TUF's canonical JSON escapes next to nothing, so anything but printable ASCII is refused. */
export function serialiseMetadata(metadata: AnyMetadata): Uint8Array {
  const text = `${JSON.stringify(metadata.toJSON(), null, 1)}\n`;
  if (!/^[\x20-\x7e\n]*$/.test(text) || /\\[^"\\]/.test(text)) {
    throw new VerificationError("BAD_ENCODING", "TUF metadata may hold printable ASCII only.");
  }
  return utf8(text);
}

export function parseRoot(bytes: Uint8Array): Metadata<Root> {
  return readMetadata(() => Metadata.fromJSON(MetadataKind.Root, readJson(bytes)));
}
export function parseTargets(bytes: Uint8Array): Metadata<Targets> {
  return readMetadata(() => Metadata.fromJSON(MetadataKind.Targets, readJson(bytes)));
}
export function parseSnapshot(bytes: Uint8Array): Metadata<Snapshot> {
  return readMetadata(() => Metadata.fromJSON(MetadataKind.Snapshot, readJson(bytes)));
}
export function parseTimestamp(bytes: Uint8Array): Metadata<Timestamp> {
  return readMetadata(() => Metadata.fromJSON(MetadataKind.Timestamp, readJson(bytes)));
}

/** Adds one signature. Throws UNKNOWN_SIGNER where `root` does not give the key that role, REPLAYED where it has signed already. */
export function signMetadata(metadata: AnyMetadata, role: TufRole, root: Metadata<Root>, signer: SigningKey): void {
  const { keyID } = tufKey(signer.publicKey);
  if (!root.signed.roles[role]?.keyIDs.includes(keyID)) {
    throw new VerificationError("UNKNOWN_SIGNER", `This key is not a ${role} key of this agency's root.`);
  }
  if (metadata.signatures[keyID])
    throw new VerificationError("REPLAYED", "This key has signed already; another person must sign.");
  metadata.sign((bytes) => new Signature({ keyID, sig: toHex(signEd25519(bytes, signer.secretKey)) }));
}

/** How many different keys of the role have signed validly, out of how many needed. */
export function countSignatures(
  metadata: AnyMetadata,
  role: TufRole,
  root: Metadata<Root>,
): { have: number; need: number } {
  const entry = root.signed.roles[role];
  if (!entry) throw new VerificationError("BAD_SCHEMA", `The root has no role ${role}.`);
  const valid = new Set<string>();
  for (const keyID of new Set(entry.keyIDs)) {
    const key = root.signed.keys[keyID];
    if (key && isSignedBy(key, metadata)) valid.add(key.keyVal["public"] ?? keyID);
  }
  return { have: valid.size, need: entry.threshold };
}

function isSignedBy(key: Key, metadata: AnyMetadata): boolean {
  if (!metadata.signatures[key.keyID]) return false;
  try {
    key.verifySignature(metadata);
    return true;
  } catch {
    // The model answers a bad signature with an exception; here it is an answer.
    return false;
  }
}

export function isComplete(metadata: AnyMetadata, role: TufRole, root: Metadata<Root>): boolean {
  const { have, need } = countSignatures(metadata, role, root);
  return have >= need;
}

/** A root must satisfy its own threshold and, past version 1, that of the root before it. */
export function isCompleteRoot(root: Metadata<Root>, before: Metadata<Root> | undefined): boolean {
  return isComplete(root, "root", root) && (before === undefined || isComplete(root, "root", before));
}

function metaFile(metadata: AnyMetadata): MetaFile {
  const bytes = serialiseMetadata(metadata);
  return new MetaFile({ version: metadata.signed.version, length: bytes.length, hashes: { sha256: sha256Hex(bytes) } });
}

/** The model answers what is not well formed with errors of its own, of many kinds. */
function readMetadata<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new VerificationError(
      "BAD_SCHEMA",
      "A TUF metadata file is damaged. Copy the folder again from who had it last.",
      {
        cause,
      },
    );
  }
}

function readJson(bytes: Uint8Array) {
  return JSON.parse(parseUtf8(bytes));
}
