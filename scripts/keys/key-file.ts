import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseHex, toHex } from "@overt/shared/bytes.ts";
import { parseJson } from "@overt/shared/crypto/canonical.ts";
import { isStrictPublicKey, type SigningKey, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { type BoxKey, boxKeyFromSeed, isBoxKey } from "@overt/shared/crypto/x25519.ts";
import { ConfigError, VerificationError } from "@overt/shared/errors.ts";
import { boxRoles, KeyFile, type KeyRole, PublicKeyFile, signingRoles } from "@overt/shared/protocol/key-file.ts";
import { prettyJson, readRequiredFile, writeNewFile } from "./files.ts";
import { openSeed, sealSeed } from "./passphrase.ts";

export interface NewKey {
  readonly role: KeyRole;
  readonly name: string;
  readonly reviewer?: PublicKeyFile["reviewer"];
  readonly passphrase?: string;
  readonly now: number;
  readonly random: (n: number) => Uint8Array;
}

/** A fresh key in the form its holder keeps. Throws BAD_CONFIG for a name that is not a pseudonym in lower case. */
export function buildKeyFile({ role, name, reviewer, passphrase, now, random }: NewKey): KeyFile {
  const seed = random(32);
  const publicKey = publicKeyOf(role, seed);
  const file = KeyFile.safeParse({
    v: 1,
    role,
    name,
    ...(publicKey ? { publicKey: toHex(publicKey) } : {}),
    createdAt: now,
    ...(reviewer ? { reviewer } : {}),
    ...(passphrase === undefined ? { seed: toHex(seed) } : { sealed: sealSeed(seed, passphrase, random) }),
  });
  if (!file.success) {
    throw new ConfigError(
      "USAGE",
      "A key's name is a pseudonym of small letters, digits and hyphens, such as officer-7.",
    );
  }
  return file.data;
}

/** The same key with its seed under a passphrase. */
export function protectKeyFile(file: KeyFile, passphrase: string, random: NewKey["random"]): KeyFile {
  const { seed: _seed, sealed: _sealed, ...rest } = file;
  return { ...rest, sealed: sealSeed(seedOf(file, undefined), passphrase, random) };
}

/** The part that may be shown to anybody. */
export function publicPart({ seed: _seed, sealed: _sealed, ...rest }: KeyFile): PublicKeyFile {
  return PublicKeyFile.parse(rest);
}

/** Writes `<name>.key.json` (0600) and `<name>.public.json` into the folder. Throws FILE_EXISTS before it writes either. */
export function writeKeyFiles(folder: string, file: KeyFile): { readonly secret: string; readonly open: string } {
  const secret = join(folder, `${file.name}.key.json`);
  const open = join(folder, `${file.name}.public.json`);
  for (const path of [secret, open]) {
    if (existsSync(path)) {
      throw new ConfigError(
        "FILE_EXISTS",
        `${path} exists already and is not overwritten. Choose another --name or --out.`,
      );
    }
  }
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeNewFile(secret, prettyJson(file), 0o600);
  chmodSync(secret, 0o600);
  writeNewFile(open, prettyJson(publicPart(file)));
  return { secret, open };
}

/** Throws MISSING_FILE, BAD_CONFIG; never shows what it read. */
export function readKeyFile(path: string): KeyFile {
  const bytes = readRequiredFile(path, 'a key file made by "authority keys new"');
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
    throw new ConfigError("BAD_CONFIG", `Others can read ${path}. Its holder must run: chmod 600 ${path}`);
  }
  const file = KeyFile.safeParse(parseJsonFile(bytes, path));
  if (!file.success) throw new ConfigError("BAD_CONFIG", `${path} is not a secret key file.`);
  return file.data;
}

/** A public part from its own file, or from a secret key file of the same machine. */
export function readPublicKeyFile(path: string): PublicKeyFile {
  const json = parseJsonFile(readRequiredFile(path, "the public part of a key"), path);
  const open = PublicKeyFile.safeParse(json);
  if (open.success) return requireUsable(open.data, path);
  const secret = KeyFile.safeParse(json);
  if (!secret.success) throw new ConfigError("BAD_CONFIG", `${path} is not a key file.`);
  return requireUsable(publicPart(secret.data), path);
}

/** A file of the wrong role is the wrong person at the keyboard: refused before anything is signed. */
export function openSigningKey(file: KeyFile, roles: readonly KeyRole[], passphrase?: string): SigningKey {
  requireRole(file, roles);
  const key = signingKeyFromSeed(seedOf(file, passphrase));
  if (toHex(key.publicKey) !== file.publicKey) {
    throw new VerificationError("BAD_KEY", "The key file is damaged: its secret and its public part differ.");
  }
  return key;
}

export function openBoxKey(file: KeyFile, roles: readonly KeyRole[], passphrase?: string): BoxKey {
  requireRole(file, roles);
  return boxKeyFromSeed(seedOf(file, passphrase));
}

function seedOf(file: KeyFile, passphrase: string | undefined): Uint8Array {
  if (file.seed !== undefined) return parseHex(file.seed);
  if (!file.sealed || passphrase === undefined) {
    throw new ConfigError(
      "USAGE",
      "This key is protected by a passphrase: add --passphrase-stdin and give it on standard input.",
    );
  }
  return openSeed(file.sealed, passphrase);
}

function requireRole(file: KeyFile, roles: readonly KeyRole[]): void {
  if (roles.includes(file.role)) return;
  throw new VerificationError(
    "UNKNOWN_SIGNER",
    `This is a ${file.role} key; needed is the key of a ${roles.join(" or ")}.`,
  );
}

function requireUsable(file: PublicKeyFile, path: string): PublicKeyFile {
  const bytes = parseHex(file.publicKey ?? "");
  const usable = isBoxRole(file.role) ? isBoxKey(bytes) : isStrictPublicKey(bytes);
  if (!usable)
    throw new VerificationError("BAD_KEY", `The key in ${path} is weak or damaged. Its holder must make a new one.`);
  return file;
}

function publicKeyOf(role: KeyRole, seed: Uint8Array): Uint8Array | undefined {
  if ((signingRoles as readonly string[]).includes(role)) return signingKeyFromSeed(seed).publicKey;
  return isBoxRole(role) ? boxKeyFromSeed(seed).publicKey : undefined;
}

function isBoxRole(role: KeyRole): boolean {
  return (boxRoles as readonly string[]).includes(role);
}

function parseJsonFile(bytes: Uint8Array, path: string): unknown {
  try {
    return parseJson(bytes);
  } catch (cause) {
    throw new ConfigError("BAD_CONFIG", `${path} is not readable as JSON.`, { cause });
  }
}
