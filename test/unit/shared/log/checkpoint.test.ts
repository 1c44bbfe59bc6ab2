import { utf8 } from "@overt/shared/bytes.ts";
import { sha256 } from "@overt/shared/crypto/hash.ts";
import {
  type Checkpoint,
  formatCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  verifyCheckpoint,
} from "@overt/shared/log/checkpoint.ts";
import { signNote } from "@overt/shared/log/note.ts";
import { describe, expect, test } from "vitest";
import { codeOf, testKey } from "../../../support/envelopes.ts";

const origin = "agency.example/log";
const root = sha256(utf8("root"));
const checkpoint: Checkpoint = { origin, size: 42, root, extensions: ["extra line"] };
const log = { name: origin, key: testKey(1) };
const witness = { name: "witness.example", key: testKey(2) };
const [logKey, witnessKey] = [log, witness].map(({ name, key }) => ({ name, publicKey: key.publicKey })) as [
  { name: string; publicKey: Uint8Array },
  { name: string; publicKey: Uint8Array },
];
const text = formatCheckpoint(checkpoint);
const rootLine = text.split("\n")[2] ?? "";

test("a checkpoint reads back as it was written", () => {
  expect(parseCheckpoint(text)).toEqual(checkpoint);
  const signed = signCheckpoint(checkpoint, [log, witness]);
  expect(verifyCheckpoint(signed, logKey, [witnessKey])).toEqual({ checkpoint, signedBy: [logKey, witnessKey] });
});

describe("refused", () => {
  test.each([
    ["a leading zero", `${origin}\n042\n${rootLine}\n`],
    ["a sign", `${origin}\n+42\n${rootLine}\n`],
    ["a negative size", `${origin}\n-1\n${rootLine}\n`],
    ["a size that JavaScript rounds", `${origin}\n9007199254740993\n${rootLine}\n`],
    ["no size", `${origin}\n\n${rootLine}\n`],
    ["no origin", `\n42\n${rootLine}\n`],
    ["a root of 31 bytes", `${origin}\n42\n${Buffer.from(root.subarray(1)).toString("base64")}\n`],
    ["a root without padding", `${origin}\n42\n${rootLine.slice(0, -1)}\n`],
    ["an empty extension line", `${origin}\n42\n${rootLine}\n\nx\n`],
    ["no newline at the end", `${origin}\n42\n${rootLine}`],
    ["two lines", `${origin}\n42\n`],
  ])("%s", (_, body) => expect(codeOf(() => parseCheckpoint(body))).toBe("BAD_NOTE"));
  test.each([
    ["an origin with a newline", { ...checkpoint, origin: "a\nb" }],
    ["half a leaf", { ...checkpoint, size: 0.5 }],
    ["a short root", { ...checkpoint, root: root.subarray(1) }],
    ["an empty extension", { ...checkpoint, extensions: [""] }],
  ])("is not written: %s", (_, wrong) => expect(codeOf(() => formatCheckpoint(wrong))).toBe("BAD_NOTE"));
  test("a witness alone does not make a checkpoint", () => {
    const signed = signCheckpoint(checkpoint, [witness]);
    expect(codeOf(() => verifyCheckpoint(signed, logKey, [witnessKey]))).toBe("BAD_SIGNATURE");
  });
  test("another log's key does not speak for this origin", () => {
    const other = { name: "other.example/log", key: testKey(3) };
    const signed = signNote(text, [other]);
    const otherKey = { name: other.name, publicKey: other.key.publicKey };
    expect(codeOf(() => verifyCheckpoint(signed, otherKey))).toBe("BAD_NOTE");
  });
});

test("a line break in the origin cannot write a size and root of its own", () => {
  const sly = { ...checkpoint, origin: `${origin}\n7\n${rootLine}` };
  expect(codeOf(() => formatCheckpoint(sly))).toBe("BAD_NOTE");
});
