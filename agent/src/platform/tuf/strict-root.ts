import { parseHex, parseUtf8, toHex } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { isStrictPublicKey } from "@overt/shared/crypto/ed25519.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { Slug } from "@overt/shared/protocol/fields.ts";
import { Key, Metadata, MetadataKind, type Root } from "@tufjs/models";
import { z } from "zod";

/** The signed field of our own in root metadata. A practice root works with a server on loopback only. */
export const RootMark = z.strictObject({ agency: Slug, practice: z.boolean() });
export type RootMark = z.infer<typeof RootMark>;
export const rootMarkField = "x-overt";

/** Root metadata whose form, keys and own signatures have been checked; whether anybody trusts it is another question. */
export interface StrictRoot {
  readonly metadata: Metadata<Root>;
  readonly sha256: string;
  readonly version: number;
  readonly mark: RootMark;
}

/** The key id is SHA-256 over the key's canonical JSON (TUF 1.0.34, section 4.2). Throws BAD_KEY for a weak key. */
export function tufKey(publicKey: Uint8Array): Key {
  if (!isStrictPublicKey(publicKey)) throw new VerificationError("BAD_KEY", "A key of the root is weak or malformed.");
  const json = { keytype: "ed25519", scheme: "ed25519", keyval: { public: toHex(publicKey) } };
  return Key.fromJSON(sha256Hex(canonicalBytes(json)), json);
}

/**
 * Parses root metadata and holds it to more than TUF does: printable ASCII, strict Ed25519 keys only, each key under its
 * own key id (so that one key cannot count twice), consistent snapshots, and our mark. Throws VerificationError.
 */
export function parseStrictRoot(bytes: Uint8Array): StrictRoot {
  const metadata = readRoot(bytes);
  for (const [keyID, key] of Object.entries(metadata.signed.keys)) {
    const hex = key.keyVal["public"] ?? "";
    if (key.keyType !== "ed25519" || key.scheme !== "ed25519" || tufKey(parseHex(hex)).keyID !== keyID) {
      throw new VerificationError("BAD_KEY", "The root holds a key that is not a plain Ed25519 key under its own id.");
    }
  }
  if (!metadata.signed.consistentSnapshot) {
    throw new VerificationError("BAD_SCHEMA", "The root does not ask for consistent snapshots.");
  }
  const mark = RootMark.safeParse(metadata.signed.unrecognizedFields[rootMarkField]);
  if (!mark.success) throw new VerificationError("BAD_SCHEMA", "The root does not say whose it is.");
  return { metadata, sha256: sha256Hex(bytes), version: metadata.signed.version, mark: mark.data };
}

function readRoot(bytes: Uint8Array): Metadata<Root> {
  if (bytes.length > 512_000) throw new VerificationError("TOO_LARGE", "The root is larger than allowed.");
  const text = parseUtf8(bytes);
  if (!/^[\x20-\x7e\s]*$/.test(text)) throw new VerificationError("BAD_ENCODING", "The root is not plain ASCII.");
  try {
    const metadata = Metadata.fromJSON(MetadataKind.Root, JSON.parse(text));
    metadata.verifyDelegate(MetadataKind.Root, metadata);
    return metadata;
  } catch (cause) {
    throw new VerificationError("BAD_SIGNATURE", "The root is damaged or not signed by enough of its own keys.", {
      cause,
    });
  }
}
