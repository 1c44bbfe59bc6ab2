import { setReferenceTime } from "@overt/agent/platform/tuf/reference-time.ts";
import {
  type AuthorityRegistry,
  isLoopbackUrl,
  parseAuthorityRegistry,
  requireKnownRoot,
} from "@overt/agent/platform/tuf/root-policy.ts";
import { parseStrictRoot, tufKey } from "@overt/agent/platform/tuf/strict-root.ts";
import { buildRoot, serialiseMetadata, signMetadata } from "@overt/scripts/authority/tuf/metadata.ts";
import { utf8 } from "@overt/shared/bytes.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { Root } from "@tufjs/models";
import type { Updater } from "tuf-js";
import { describe, expect, test } from "vitest";
import { planAt, roleKeys, t0 } from "../../support/tuf-agency.ts";

const empty: AuthorityRegistry = { v: 1, authorities: [] };

function makeRoot(options: { practice: boolean; signers?: number; change?: (json: string) => string }): Uint8Array {
  const root = buildRoot({ ...planAt(t0, options.practice), version: 1 });
  for (const key of roleKeys("root").slice(0, options.signers ?? 3)) signMetadata(root, "root", root, key);
  return serialiseMetadata(root);
}

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
    return "accepted";
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe("root policy", () => {
  const practice = makeRoot({ practice: true });
  const real = makeRoot({ practice: false });

  test("a practice root works with a server on loopback, and says that it is practice", () => {
    for (const serverUrl of ["http://127.0.0.1:8080", "http://localhost:1", "https://[::1]:4430", "http://127.9.9.9"]) {
      expect(requireKnownRoot({ rootBytes: practice, registry: empty, serverUrl })).toMatchObject({ practice: true });
    }
  });

  test("a practice root with any other address is refused, registered or not", () => {
    const authorities = [{ agency: "test-agency", name: "Test", rootSha256: sha256Hex(practice) }];
    for (const serverUrl of [
      "https://overt.example.org",
      "http://10.0.0.1",
      "http://127.0.0.1.example.org",
      "http://localhost.example.org",
      "http://127.0.0.1@example.org",
      "http://user:word@127.0.0.1",
      "ftp://127.0.0.1",
      "http://0.0.0.0:80",
      "http://[::ffff:10.0.0.1]",
      "not an address",
    ]) {
      for (const registry of [empty, { v: 1 as const, authorities }]) {
        expect(
          codeOf(() => requireKnownRoot({ rootBytes: practice, registry, serverUrl })),
          serverUrl,
        ).toBe("PRACTICE_NOT_LOOPBACK");
      }
      expect(isLoopbackUrl(serverUrl)).toBe(false);
    }
  });

  test("an unregistered root is an unknown issuer, on loopback too", () => {
    for (const serverUrl of ["http://127.0.0.1:8080", "https://overt.example.org"]) {
      expect(codeOf(() => requireKnownRoot({ rootBytes: real, registry: empty, serverUrl }))).toBe("UNKNOWN_ISSUER");
    }
    const other = { v: 1 as const, authorities: [{ agency: "other", name: "Other", rootSha256: sha256Hex(real) }] };
    expect(codeOf(() => requireKnownRoot({ rootBytes: real, registry: other, serverUrl: "https://a.example" }))).toBe(
      "UNKNOWN_ISSUER",
    );
  });

  test("a registered root is known by the name in the registry", () => {
    const registry = {
      v: 1 as const,
      authorities: [{ agency: "test-agency", name: "Test Police", rootSha256: sha256Hex(real) }],
    };
    const known = requireKnownRoot({ rootBytes: real, registry, serverUrl: "https://overt.example.org" });
    expect(known).toMatchObject({ practice: false, name: "Test Police", agency: "test-agency" });
  });

  test("the registry is read strictly", () => {
    expect(parseAuthorityRegistry(utf8('{"v":1,"authorities":[]}'))).toEqual(empty);
    expect(codeOf(() => parseAuthorityRegistry(utf8('{"v":1,"authorities":[],"allowAll":true}')))).toBe("BAD_CONFIG");
  });
});

describe("a strict root", () => {
  const edit = (change: (signed: Record<string, unknown>) => void): Uint8Array => {
    const signed = buildRoot({ ...planAt(t0), version: 1 }).signed.toJSON();
    change(signed);
    const root = { signed: Root.fromJSON(signed) };
    const metadata = buildRoot({ ...planAt(t0), version: 1 });
    metadata.signed = root.signed;
    for (const key of roleKeys("root").slice(0, 3))
      signMetadata(metadata, "root", buildRoot({ ...planAt(t0), version: 1 }), key);
    return serialiseMetadata(metadata);
  };

  test("needs three of its five root keys", () => {
    expect(codeOf(() => parseStrictRoot(makeRoot({ practice: true, signers: 2 })))).toBe("BAD_SIGNATURE");
    expect(parseStrictRoot(makeRoot({ practice: true, signers: 3 })).mark).toEqual({
      agency: "test-agency",
      practice: true,
    });
  });

  test("holds no small-order key, no other algorithm, no key under a second id, and says whose it is", () => {
    const identity = `01${"0".repeat(62)}`;
    const weak = (signed: Record<string, unknown>) => {
      signed["keys"] = { ...(signed["keys"] as object), ["a".repeat(64)]: key("ed25519", identity) };
    };
    const key = (scheme: string, hex: string) => ({ keytype: scheme, scheme, keyval: { public: hex } });
    const [first] = roleKeys("root");
    const hex = Buffer.from(first?.publicKey ?? []).toString("hex");
    expect(codeOf(() => parseStrictRoot(edit(weak)))).toBe("BAD_KEY");
    expect(
      codeOf(() =>
        parseStrictRoot(
          edit((s) => Object.assign(s, { keys: { ...(s["keys"] as object), ["b".repeat(64)]: key("ed25519", hex) } })),
        ),
      ),
    ).toBe("BAD_KEY");
    expect(
      codeOf(() =>
        parseStrictRoot(
          edit((s) => Object.assign(s, { keys: { ...(s["keys"] as object), ["c".repeat(64)]: key("rsa", hex) } })),
        ),
      ),
    ).toBe("BAD_KEY");
    expect(codeOf(() => parseStrictRoot(edit((s) => delete s["x-overt"])))).toBe("BAD_SCHEMA");
    expect(codeOf(() => parseStrictRoot(edit((s) => Object.assign(s, { consistent_snapshot: false }))))).toBe(
      "BAD_SCHEMA",
    );
    expect(codeOf(() => parseStrictRoot(utf8("{}")))).toBe("BAD_SIGNATURE");
    expect(codeOf(() => parseStrictRoot(utf8('{"signed": "é"}')))).toBe("BAD_ENCODING");
    expect(codeOf(() => tufKey(new Uint8Array(32)))).toBe("BAD_KEY");
  });

  test("the reference time is set, and a library that keeps it elsewhere stops the refresh", () => {
    const updater = { trustedSet: { referenceTime: new Date() } };
    setReferenceTime(updater as unknown as Updater, t0);
    expect(updater.trustedSet.referenceTime.getTime()).toBe(t0 * 1000);
    for (const changed of [
      {},
      { trustedSet: {} },
      { trustedSet: { referenceTime: 5 } },
      { trustedSet: Object.freeze({ referenceTime: new Date() }) },
    ]) {
      expect(codeOf(() => setReferenceTime(changed as unknown as Updater, t0))).toBe("STORE_FAILED");
    }
  });
});
