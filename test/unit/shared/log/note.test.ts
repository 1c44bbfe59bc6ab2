import { toBase64, utf8 } from "@overt/shared/bytes.ts";
import { signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import {
  formatVerifierKey,
  type NoteSigner,
  type NoteVerifier,
  openNote,
  parseVerifierKey,
  signNote,
} from "@overt/shared/log/note.ts";
import { noteKeyHash } from "@overt/shared/log/note-key.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOf, testKey } from "../../../support/envelopes.ts";
import { describeVectors, fromBase64, readJson } from "../../../support/vectors.ts";

type Vectors = {
  readonly cases: readonly { name: string; vkeys: string[]; text: string; sigLines: string[]; verified: number }[];
  readonly signer: { skey: string; expectSigLine: string };
  readonly badVkeys: readonly string[];
};

describeVectors("C2SP signed notes", (folder) => {
  const vectors = readJson<Vectors>(folder, "signed-note", "notes.json");
  test.each(vectors.cases)("$name", ({ vkeys, text, sigLines, verified }) => {
    const note = utf8(`${text}\n${sigLines.join("")}`);
    const verifiers = vkeys.map(parseVerifierKey);
    expect(vkeys.map((_, i) => formatVerifierKey(verifiers[i] ?? expect.unreachable()))).toEqual(vkeys);
    if (verified === 0) expect(codeOf(() => openNote(note, verifiers))).toBe("BAD_SIGNATURE");
    else expect(openNote(note, verifiers)).toEqual({ text, signedBy: verifiers.slice(0, verified) });
  });
  test("the signer of the vectors signs the very same line", () => {
    const seed = fromBase64(vectors.signer.skey.split("+").slice(4).join("+")).subarray(1);
    const text = vectors.cases[0]?.text ?? "";
    const note = signNote(text, [{ name: "PeterNeumann", key: signingKeyFromSeed(seed) }]);
    expect(Buffer.from(note).toString()).toBe(`${text}\n${vectors.signer.expectSigLine}`);
  });
  test.each(vectors.badVkeys)("bad verifier key %s", (key) => {
    expect(codeOf(() => parseVerifierKey(key))).toBe("BAD_KEY");
  });
});

const log: NoteSigner = { name: "log.example/a", key: testKey(1) };
const witness: NoteSigner = { name: "witness.example", key: testKey(2) };
const keyOf = ({ name, key }: NoteSigner) => ({ name, publicKey: key.publicKey });
const [logKey, witnessKey] = [keyOf(log), keyOf(witness)];
const text = "first line\n\nafter a blank line\n";
const note = Buffer.from(signNote(text, [log, witness])).toString();
const lines = note.split("\n").slice(-3, -1);
const refusal = (changed: string, verifiers = [logKey]) => codeOf(() => openNote(utf8(changed), verifiers));

test("a note opens to its text and those who signed", () => {
  expect(openNote(utf8(note), [witnessKey, logKey])).toEqual({ text, signedBy: [logKey, witnessKey] });
});

test("any flipped bit of text or known signature is refused", () => {
  const bytes = signNote(text, [log]);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] as number) ^ (1 << bit);
      expect(codeOf(() => openNote(flipped, [logKey]))).not.toBe("ok");
    }),
    { numRuns: 200 },
  );
});

describe("a known key's bad signature condemns the note", () => {
  const forged = `— ${log.name} ${toBase64(new Uint8Array([...fromBase64(lines[0]?.split(" ")[2] ?? "").subarray(0, 4), ...new Uint8Array(64)]))}\n`;
  test("beside another known key's good one", () => {
    expect(refusal(`${text}\n${lines[1]}\n${forged}`, [logKey, witnessKey])).toBe("BAD_SIGNATURE");
  });
  test("even after its own good one", () => expect(refusal(`${note}${forged}`)).toBe("BAD_SIGNATURE"));
  test("but an unknown key's is passed over", () => expect(refusal(`${note}${forged}`, [witnessKey])).toBe("ok"));
});

describe("malformed notes", () => {
  const signatures = `${lines.join("\n")}\n`;
  test.each([
    ["no blank line", `${text.trimEnd()}\n${signatures}`.replace("\n\n", "\n")],
    ["no signatures", `${text}\n`],
    ["no newline at the end", note.slice(0, -1)],
    ["a carriage return", note.replace("first line", "first line\r")],
    ["a tab", note.replace("first line", "first\tline")],
    ["a NUL", note.replace("first line", "first\0line")],
    ["a hyphen for the dash", note.replaceAll("— ", "- ")],
    ["a doubled space", note.replace("— log", "—  log")],
    ["a third word", note.replace(/\n$/, " x\n")],
    ["a plus sign in a name", note.replace("— witness.example", "— witness+example")],
    ["a no-break space in a name", note.replace("— witness.example", "— witness\u00a0example")],
    ["base64 without padding", note.replace(/=+\n$/, "\n")],
    ["a signature of no bytes", `${text}\n${signatures}— x AAAAAA==\n`],
    ["17 signatures", `${text}\n${Array(17).fill(lines[0]).join("\n")}\n`],
  ])("%s", (_, changed) => {
    expect(changed).not.toBe(note);
    expect(refusal(changed)).toBe("BAD_NOTE");
  });
  test("16 signatures are taken, and the signer told once", () => {
    const many = `${text}\n${Array(16).fill(lines[0]).join("\n")}\n`;
    expect(openNote(utf8(many), [logKey]).signedBy).toEqual([logKey]);
  });
  test("bytes that are not UTF-8", () => {
    expect(codeOf(() => openNote(new Uint8Array([0xff, 10, 10, 10]), [logKey]))).toBe("BAD_ENCODING");
  });
  test("more than 64 KiB", () => expect(refusal("x".repeat(70_000))).toBe("TOO_LARGE"));
  test.each([
    ["no newline", "text", log],
    ["a control character", "a\u0007\n", log],
    ["a lone surrogate", "\ud800\n", log],
    ["a name with a space", "a\n", { ...log, name: "a b" }],
    ["a name with a plus sign", "a\n", { ...log, name: "a+b" }],
    ["an empty name", "a\n", { ...log, name: "" }],
  ])("is not written: %s", (_, words, signer) => expect(codeOf(() => signNote(words, [signer]))).toBe("BAD_NOTE"));
  test("is not written: no signer", () => expect(codeOf(() => signNote("a\n", []))).toBe("BAD_NOTE"));
});

describe("verifier keys", () => {
  const good = formatVerifierKey(logKey);
  test("round trip", () => expect(parseVerifierKey(good)).toEqual(logKey));
  test.each([
    ["nothing", ""],
    ["two parts", good.split("+").slice(0, 2).join("+")],
    ["another name", good.replace("log", "lag")],
    ["another hash", good.replace(/\+[0-9a-f]/, (digit) => (digit === "+0" ? "+1" : "+0"))],
    ["an upper-case hash", good.replace(/\+[0-9a-f]{8}\+/, (hash) => hash.toUpperCase())],
    ["base64 without its end", good.slice(0, -1)],
    ["a short key", `${good.slice(0, -4)}`],
    ["white space", ` ${good}`],
  ])("refused: %s", (_, key) => expect(codeOf(() => parseVerifierKey(key))).toBe("BAD_KEY"));
  const spell = (publicKey: Uint8Array, type: number) => {
    const hash = Buffer.from(noteKeyHash({ name: "a", publicKey })).toString("hex");
    return `a+${hash}+${toBase64(new Uint8Array([type, ...publicKey]))}`;
  };
  test("refused: a small-order key, whose signatures prove nothing", () => {
    const identity = new Uint8Array(32);
    identity[0] = 1;
    expect(codeOf(() => formatVerifierKey({ name: "a", publicKey: identity }))).toBe("BAD_KEY");
    expect(codeOf(() => parseVerifierKey(spell(identity, 1)))).toBe("BAD_KEY");
  });
  test("refused: another signature type under the hash of ours", () => {
    expect(codeOf(() => parseVerifierKey(spell(logKey.publicKey, 1)))).toBe("ok");
    expect(codeOf(() => parseVerifierKey(spell(logKey.publicKey, 4)))).toBe("BAD_KEY");
  });
  test("refused: two keys of one name whose four-byte hashes collide", () => {
    // Found by counting: any name has such a pair among some 70,000 keys.
    const [first, second] = [20_095, 57_842].map((n) => {
      const publicKey = new Uint8Array(32);
      new DataView(publicKey.buffer).setUint32(0, n);
      return { name: log.name, publicKey };
    }) as [NoteVerifier, NoteVerifier];
    expect(noteKeyHash(first)).toEqual(noteKeyHash(second));
    expect(codeOf(() => openNote(utf8(note), [logKey, first]))).toBe("ok");
    expect(codeOf(() => openNote(utf8(note), [logKey, first, second]))).toBe("BAD_KEY");
  });
});
