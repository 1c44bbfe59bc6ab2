import { concatBytes, utf8 } from "@overt/shared/bytes.ts";
import { type SigningKey, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { sha256 } from "@overt/shared/crypto/hash.ts";
import type { Random } from "@overt/shared/crypto/seal.ts";
import { type BoxKey, boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import type { Acknowledgement } from "@overt/shared/protocol/enrolment.ts";

/** All secrets of the device, 32 bytes each. */
export interface DeviceSeeds {
  readonly signing: Uint8Array;
  readonly box: Uint8Array;
  /** Hides the account in its hash. */
  readonly accountSalt: Uint8Array;
}

/** Where the secrets lie. The file store is readable by every program of the account, and the acknowledgement says so. */
export interface KeyStore {
  readonly protection: Acknowledgement["keyStorage"];
  find(): DeviceSeeds | undefined;
  save(seeds: DeviceSeeds): void;
  remove(): void;
}

export interface DeviceKeys {
  readonly signing: SigningKey;
  readonly box: BoxKey;
  /** Encrypts the state beside the journal's records. */
  readonly stateKey: Uint8Array;
  /** Authenticates what is kept of compiled rule sets. */
  readonly formKey: Uint8Array;
  readonly accountSalt: Uint8Array;
}

/** The device's keys; new ones are stored before they are used for anything. */
export function ensureDeviceKeys(store: KeyStore, random: Random): DeviceKeys {
  const found = findDeviceKeys(store);
  if (found !== undefined) return found;
  const seeds = { signing: random(32), box: random(32), accountSalt: random(32) };
  store.save(seeds);
  return deriveKeys(seeds);
}

export function findDeviceKeys(store: KeyStore): DeviceKeys | undefined {
  const seeds = store.find();
  return seeds && deriveKeys(seeds);
}

function deriveKeys(seeds: DeviceSeeds): DeviceKeys {
  return {
    signing: signingKeyFromSeed(seeds.signing),
    box: boxKeyFromSeed(seeds.box),
    stateKey: sha256(concatBytes(utf8("overt-journal-state-v1\0"), seeds.signing)),
    formKey: sha256(concatBytes(utf8("overt-compiled-form-v1\0"), seeds.signing)),
    accountSalt: seeds.accountSalt,
  };
}
