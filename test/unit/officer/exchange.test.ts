import {
  countersign,
  Drawn,
  draw,
  judgeReveal,
  requireSameCommitment,
  signChallenge,
} from "@overt/scripts/officer/exchange.ts";
import type { OpenedPack } from "@overt/scripts/officer/pack.ts";
import { practiceOrder } from "@overt/scripts/start/practice/order.ts";
import { toHex } from "@overt/shared/bytes.ts";
import { signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import { OvertError } from "@overt/shared/errors.ts";
import { noticeText } from "@overt/shared/notice/text.ts";
import { commitToKey, comparisonCode } from "@overt/shared/protocol/comparison.ts";
import type { Acknowledgement } from "@overt/shared/protocol/enrolment.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const now = 1_795_000_000;
const hash = (digit: string) => digit.repeat(64);
const key = (n: number) => signingKeyFromSeed(new Uint8Array(32).fill(n));
const [device, other, officer] = [key(1), key(2), key(3)];
const order = practiceOrder({ orderId: "0".repeat(32), salt: "1".repeat(32), now });
const pack: OpenedPack = {
  tokenHash: hash("a"),
  order,
  token: {
    v: 1,
    tokenId: "2".repeat(32),
    caseRef: order.caseRef,
    orderHash: hash("b"),
    serverUrl: "https://overt.example.org",
    tufRootSha256: hash("c"),
    officerId: "officer-1",
    notBefore: now - 60,
    notAfter: now + 3_600,
  },
};
const n = hash("d");
const commitment = commitToKey(toHex(device.publicKey), n);
const random = (size: number) => new Uint8Array(size).fill(9);
const drawn = draw({ v: 1, tokenHash: pack.tokenHash, commitment }, pack, now, random);

function reveal(change: Partial<Acknowledgement> = {}, by = device, number = n) {
  const deviceKey = change.deviceKey ?? toHex(device.publicKey);
  const { tokenHash } = pack;
  const answer: Acknowledgement = {
    v: 1,
    tokenHash,
    caseRef: order.caseRef,
    deviceKey,
    deviceBoxKey: toHex(boxKeyFromSeed(new Uint8Array(32).fill(4)).publicKey),
    orderHash: pack.token.orderHash,
    account: hash("e"),
    noticeSha256: noticeText("en").sha256,
    language: "en",
    screens: [{ id: "about", sha256: hash("f"), seconds: 12 }],
    outcome: "acknowledged",
    copyGiven: true,
    agentVersion: "0.1.0",
    buildSha256: hash("0"),
    os: "linux",
    keyStorage: "software-unprotected",
    at: drawn.at,
    code: comparisonCode({ tokenHash, orderHash: pack.token.orderHash, deviceKey, n: number, nonce: drawn.nonce }),
    salt: "3".repeat(32),
    ...change,
  };
  return { v: 1, acknowledgement: signEnvelope(payloadTypes.acknowledgement, answer, [by]), n: number };
}

const codeOf = (run: () => unknown) => {
  try {
    run();
    return "taken";
  } catch (error) {
    if (error instanceof OvertError) return error.code;
    throw error;
  }
};

describe("what the officer's tool takes from a device", () => {
  test("an honest answer, and countersigns it with its digits, however they are spaced", () => {
    const revealed = judgeReveal(reveal(), drawn, pack);
    const { code } = revealed;
    const done = countersign(revealed, `${code.slice(0, 2)} ${code.slice(2, 5)}-${code.slice(5)}`, officer, now + 60);
    expect(done.acknowledgement.signatures).toHaveLength(2);
    expect(done.acknowledgement.payload).toBe(revealed.envelope.payload);
  });

  test.each([
    [
      "HASH_MISMATCH",
      "another key than it had committed to",
      () => reveal({ deviceKey: toHex(other.publicKey) }, other),
    ],
    ["HASH_MISMATCH", "another number", () => reveal({}, device, hash("7"))],
    ["HASH_MISMATCH", "another token", () => reveal({ tokenHash: hash("5") })],
    ["HASH_MISMATCH", "another time than the officer's", () => reveal({ at: now + 1 })],
    ["WRONG_ORDER", "another order", () => reveal({ orderHash: hash("6") })],
    ["WRONG_CASE", "another case", () => reveal({ caseRef: "PRACTICE-002" })],
    ["WRONG_NOTICE", "another notice", () => reveal({ noticeSha256: hash("8") })],
    ["WRONG_NOTICE", "a notice of another language", () => reveal({ language: "cy" })],
    ["CODES_DIFFER", "other digits than the numbers make", () => reveal({ code: "00000000" })],
    ["BAD_SIGNATURE", "an answer that somebody else signed", () => reveal({}, other)],
    ["BAD_KEY", "a key under which one signature fits all", () => reveal({ deviceKey: `01${"0".repeat(62)}` })],
    ["BAD_KEY", "a box key that everybody can open", () => reveal({ deviceBoxKey: "0".repeat(64) })],
    ["BAD_SCHEMA", "another document", () => ({ ...reveal(), acknowledgement: signChallenge(drawn, pack, device) })],
    ["BAD_SCHEMA", "one field more", () => ({ ...reveal(), more: 1 })],
  ])("%s: %s is refused", (code, _, make) => {
    expect(codeOf(() => judgeReveal(make(), drawn, pack))).toBe(code);
  });

  test("other digits are never countersigned", () => {
    const revealed = judgeReveal(reveal(), drawn, pack);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (number) => {
        const digits = String(number).padStart(8, "0");
        fc.pre(digits !== revealed.code);
        expect(codeOf(() => countersign(revealed, digits, officer, now))).toBe("CODES_DIFFER");
      }),
      { numRuns: 50 },
    );
  });

  test("no number is drawn for another token, and no second one for another device", () => {
    const message = { v: 1, tokenHash: hash("1"), commitment };
    expect(codeOf(() => draw(message, pack, now, random))).toBe("HASH_MISMATCH");
    const second = { v: 1, tokenHash: pack.tokenHash, commitment: hash("2") };
    expect(codeOf(() => requireSameCommitment(second, pack, drawn))).toBe("FORK");
    expect(Drawn.parse(drawn)).toEqual({ commitment, nonce: toHex(random(16)), at: now });
  });

  test("whatever else comes in is refused with words, never with a fault", () => {
    const honest = reveal();
    const parts = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(honest.acknowledgement, honest.n, honest, 1));
    const message = fc.oneof(
      parts,
      fc.record({ v: parts, acknowledgement: parts, n: parts, tokenHash: parts, commitment: parts }),
    );
    fc.assert(
      fc.property(message, (value) => {
        const isHonest = JSON.stringify(value) === JSON.stringify(honest);
        expect(codeOf(() => judgeReveal(value, drawn, pack)) === "taken").toBe(isHonest);
        codeOf(() => draw(value, pack, now, random));
      }),
      { numRuns: Math.min(Number(process.env["PROPERTY_RUNS"] ?? 300), 100_000) },
    );
  });
});
