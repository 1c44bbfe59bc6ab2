import { concatBytes, utf8 } from "@overt/shared/bytes.ts";
import { sha256 } from "@overt/shared/crypto/hash.ts";
import { openSealed } from "@overt/shared/crypto/seal.ts";
import { encodeBlob, innerNonce, parseBlob, readInner, writeInner } from "@overt/shared/crypto/seal-layout.ts";
import { makeSlot } from "@overt/shared/crypto/seal-slot.ts";
import { boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import nacl from "tweetnacl";
import { describe, expect, test } from "vitest";
import { codeOf } from "../../../support/envelopes.ts";

const reader = boxKeyFromSeed(new Uint8Array(32).fill(1));
const salt = new Uint8Array(32).fill(2);
const text = new Uint8Array(10).fill(3);

/** What a sender can make that holds the rules of boxes and breaks those of the layout. */
function sealInner(inner: Uint8Array): () => Uint8Array {
  const key = nacl.randomBytes(32);
  const slots = [makeSlot(key, reader.publicKey, nacl.randomBytes)];
  const blob = encodeBlob({ slots, box: nacl.secretbox(inner, innerNonce({ slots }), key) });
  return () => openSealed({ ...reader, blob, commitment: "00".repeat(32) });
}

describe("a sender that has the keys cannot hide anything in a seal", () => {
  test("padding is zero", () => {
    for (const at of [36 + 10, 1_023]) {
      const inner = writeInner(salt, text, 1_024);
      inner[at] = 1;
      expect(codeOf(sealInner(inner))).toBe("BAD_SEAL");
    }
    expect(codeOf(sealInner(writeInner(salt, text, 1_024)))).toBe("BAD_COMMITMENT");
  });
  test("the length stays inside", () => {
    for (const length of [1_024 - 35, 0xffffffff]) {
      const inner = writeInner(salt, text, 1_024);
      new DataView(inner.buffer).setUint32(32, length);
      expect(codeOf(sealInner(inner))).toBe("BAD_SEAL");
    }
  });
  test("there is no bucket of another size", () => {
    expect(codeOf(sealInner(new Uint8Array(1_025)))).toBe("BAD_SEAL");
  });
  test("a slot made by a key that anybody can stand in for is not opened", () => {
    const [key, nobody] = [nacl.randomBytes(32), new Uint8Array(32)];
    const nonce = sha256(concatBytes(utf8("overt-seal-nonce-v1\0"), nobody, reader.publicKey)).subarray(0, 24);
    const hint = makeSlot(key, reader.publicKey, nacl.randomBytes).subarray(0, 8);
    const box = nacl.box.after(key, nonce, nacl.box.before(nobody, nacl.randomBytes(32)));
    const slots = [concatBytes(hint, nobody, box)];
    const inner = nacl.secretbox(writeInner(salt, text, 1_024), innerNonce({ slots }), key);
    const blob = encodeBlob({ slots, box: inner });
    expect(codeOf(() => openSealed({ ...reader, blob, commitment: "" }))).toBe("BAD_SEAL");
  });
});

test("layout round trip", () => {
  const slots = [new Uint8Array(88).fill(1), new Uint8Array(88).fill(2)];
  const box = new Uint8Array(1_040).fill(3);
  expect(parseBlob(encodeBlob({ slots, box }))).toEqual({ slots, box });
  expect(readInner(writeInner(salt, text, 1_024))).toEqual({ salt, plaintext: text });
});
