import { utf8 } from "@overt/shared/bytes.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { buckets, openSealed, type Sealed, sealLevel, sealRewrap, wipe } from "@overt/shared/crypto/seal.ts";
import { type BoxKey, boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import fc from "fast-check";
import nacl from "tweetnacl";
import { describe, expect, test } from "vitest";
import { codeOf } from "../../../support/envelopes.ts";

const reader = (n: number): BoxKey => boxKeyFromSeed(new Uint8Array(32).fill(n));
const [device, reviewer, recovery, stranger] = [reader(1), reader(2), reader(3), reader(9)];
const recipients = [device.publicKey, reviewer.publicKey, recovery.publicKey];
const plaintext = utf8("a host and a masked term");
const seal = (text: Uint8Array = plaintext, to: readonly Uint8Array[] = recipients): Sealed =>
  sealLevel({ plaintext: text, recipients: to, random: nacl.randomBytes });
const open = (sealed: Sealed, by: BoxKey, wrap?: Uint8Array) =>
  openSealed({ ...sealed, ...by, ...(wrap === undefined ? {} : { wrap }) });

test("what is sealed opens for each reader meant, and only for them", () => {
  const bytes = fc.uint8Array({ maxLength: 5_000 });
  fc.assert(
    fc.property(bytes, fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 }), (text, readers) => {
      const sealed = seal(
        text,
        readers.map((n) => reader(n).publicKey),
      );
      for (const n of [1, 2, 3, 4, 5]) {
        if (readers.includes(n)) expect(open(sealed, reader(n))).toEqual(text);
        else expect(codeOf(() => open(sealed, reader(n)))).toBe("NOT_RECIPIENT");
      }
    }),
    { numRuns: 10 },
  );
});

test("a reader's public key without its secret opens nothing", () => {
  const guess = { publicKey: reviewer.publicKey, secretKey: stranger.secretKey };
  expect(codeOf(() => open(seal(), guess))).toBe("BAD_SEAL");
});

test("any flipped bit is refused, for every reader and also in another reader's slot", () => {
  const sealed = seal();
  fc.assert(
    fc.property(fc.nat(sealed.blob.length - 1), fc.nat(7), fc.constantFrom(device, reviewer), (at, bit, by) => {
      const blob = Uint8Array.from(sealed.blob);
      blob[at] = (blob[at] as number) ^ (1 << bit);
      expect(codeOf(() => open({ ...sealed, blob }, by))).toMatch(/^(?:BAD_SEAL|NOT_RECIPIENT)$/);
    }),
    { numRuns: 150 },
  );
});

test("a blob that is cut, grown, or no blob at all is refused", () => {
  const sealed = seal();
  const blobs = [
    sealed.blob.subarray(0, -1),
    new Uint8Array([...sealed.blob, 0]),
    new Uint8Array(),
    Uint8Array.of(1),
    new Uint8Array(sealed.blob.length),
    Uint8Array.from(sealed.blob, (byte, i) => (i === 0 ? 2 : byte)),
  ];
  for (const blob of blobs) expect(codeOf(() => open({ ...sealed, blob }, device))).toBe("BAD_SEAL");
});

describe("commitment", () => {
  test("another text's commitment is refused", () => {
    const { commitment } = seal(utf8("another text"));
    expect(codeOf(() => open({ ...seal(), commitment }, device))).toBe("BAD_COMMITMENT");
  });
  test("the same text has another commitment each time, so that it cannot be guessed", () => {
    expect(seal().commitment).not.toBe(seal().commitment);
  });
  test("it is the hash that SPEC.md names", () => {
    const salt = new Uint8Array(32).fill(7);
    const random = (n: number) => new Uint8Array(n).fill(7);
    const { commitment } = sealLevel({ plaintext, recipients, random });
    expect(commitment).toBe(sha256Hex(new Uint8Array([...utf8("overt-evidence-v1\0"), ...salt, ...plaintext])));
  });
});

describe("size tells the bucket only", () => {
  test.each(buckets.map((bucket, i) => [bucket, (buckets[i - 1] ?? 0) - 35] as const))("%i bytes", (bucket, from) => {
    const sizes = [Math.max(0, from), bucket - 36].map((length) => seal(new Uint8Array(length).fill(1)));
    for (const sealed of sizes) {
      expect(sealed.bucket).toBe(bucket);
      expect(sealed.blob).toHaveLength(2 + 3 * 88 + bucket + 16);
    }
  });
  test("a larger bucket can be asked for, a smaller or an odd one not", () => {
    const ask = (bucketBytes: number, length: number) => () =>
      sealLevel({ plaintext: new Uint8Array(length), recipients, random: nacl.randomBytes, bucketBytes });
    expect(ask(4_096, 10)().bucket).toBe(4_096);
    expect(codeOf(ask(1_024, 1_000))).toBe("TOO_LARGE");
    expect(codeOf(ask(1_000, 10))).toBe("BAD_SEAL");
  });
  test("more than the largest bucket is refused", () => {
    expect(codeOf(() => seal(new Uint8Array(262_144 - 35)))).toBe("TOO_LARGE");
  });
});

describe("recipients", () => {
  test("1 to 64, a repeat counted once", () => {
    const many = Array.from({ length: 65 }, (_, i) => reader(i + 1).publicKey);
    expect(codeOf(() => seal(plaintext, []))).toBe("BAD_SEAL");
    expect(codeOf(() => seal(plaintext, many))).toBe("BAD_SEAL");
    expect(seal(plaintext, [device.publicKey, device.publicKey]).blob[1]).toBe(1);
  });
  test("a key to which a box opens for anybody is refused", () => {
    expect(codeOf(() => seal(plaintext, [device.publicKey, new Uint8Array(32)]))).toBe("BAD_KEY");
  });
  test("the order in which they were given does not show", () => {
    const hints = (to: readonly Uint8Array[]) => {
      const { blob } = seal(plaintext, to);
      return recipients.map((_, i) => Buffer.from(blob.subarray(2 + 88 * i, 10 + 88 * i)).toString("hex"));
    };
    expect(hints(recipients)).toEqual(hints([...recipients].reverse()));
  });
});

describe("a colleague's wrap lets one more reader in", () => {
  const sealed = seal();
  const wrap = sealRewrap({ ...sealed, ...reviewer, recipient: stranger.publicKey, random: nacl.randomBytes });
  test("the new reader opens the unchanged blob", () => {
    expect(codeOf(() => open(sealed, stranger))).toBe("NOT_RECIPIENT");
    expect(open(sealed, stranger, wrap)).toEqual(plaintext);
  });
  test("it opens no other blob and serves no other reader", () => {
    expect(codeOf(() => open(seal(), stranger, wrap))).toBe("BAD_SEAL");
    expect(codeOf(() => open(sealed, reader(8), wrap))).toBe("NOT_RECIPIENT");
    expect(codeOf(() => open(sealed, stranger, wrap.subarray(1)))).toBe("NOT_RECIPIENT");
  });
  test("who cannot open cannot let in", () => {
    const attempt = { ...sealed, ...reader(8), recipient: stranger.publicKey, random: nacl.randomBytes };
    expect(codeOf(() => sealRewrap(attempt))).toBe("NOT_RECIPIENT");
  });
});

test("wiped bytes are zero", () => {
  const secret = Uint8Array.from(plaintext);
  wipe(secret);
  expect(secret.every((byte) => byte === 0)).toBe(true);
});

test("sealing wipes the random bytes it was given for keys", () => {
  const given: Uint8Array[] = [];
  const random = (n: number) => {
    const bytes = nacl.randomBytes(n);
    given.push(bytes);
    return bytes;
  };
  sealLevel({ plaintext, recipients, random });
  const left = given.filter((bytes) => bytes.some((byte) => byte !== 0));
  expect(left).toHaveLength(1); // the salt, which is no secret to a reader
});
