import { scryptSync } from "node:crypto";
import { parseHex, toHex, utf8 } from "@overt/shared/bytes.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import type { SealedSeed } from "@overt/shared/protocol/key-file.ts";
import nacl from "tweetnacl";

/** 2^17: about half a second and 128 MiB, once per use of a key. */
const logN = 17;
const shortest = 12;

/** A seed under a passphrase, by scrypt and secretbox. Throws BAD_FORM for a passphrase shorter than 12 characters. */
export function sealSeed(seed: Uint8Array, passphrase: string, random: (n: number) => Uint8Array): SealedSeed {
  if ([...passphrase].length < shortest) {
    throw new PolicyError("BAD_FORM", `A passphrase has at least ${shortest} characters.`);
  }
  const salt = random(16);
  const nonce = random(nacl.secretbox.nonceLength);
  const box = nacl.secretbox(seed, nonce, stretch(passphrase, salt, logN));
  return { kdf: "scrypt", logN, r: 8, p: 1, salt: toHex(salt), nonce: toHex(nonce), box: toHex(box) };
}

/** Throws BAD_FORM where the passphrase is not the one the seed was sealed under. */
export function openSeed(sealed: SealedSeed, passphrase: string): Uint8Array {
  const key = stretch(passphrase, parseHex(sealed.salt), sealed.logN);
  const seed = nacl.secretbox.open(parseHex(sealed.box), parseHex(sealed.nonce), key);
  if (!seed) throw new PolicyError("BAD_FORM", "The passphrase does not open this key file. Check it and try again.");
  return seed;
}

function stretch(passphrase: string, salt: Uint8Array, cost: number): Uint8Array {
  // The same words typed on another keyboard must give the same bytes.
  const bytes = utf8(passphrase.normalize("NFKC"));
  return new Uint8Array(scryptSync(bytes, salt, 32, { N: 2 ** cost, r: 8, p: 1, maxmem: 512 * 1024 * 1024 }));
}
