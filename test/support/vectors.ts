import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "vitest";

/**
 * A suite over outside vectors, which are no part of the project: `CONFORMANCE_VECTORS` names their folder (relative
 * to the project's), and without it the suite is reported as skipped.
 */
export function describeVectors(name: string, body: (folder: string) => void): void {
  const folder = process.env["CONFORMANCE_VECTORS"];
  if (folder === undefined || folder === "") {
    describe.skip(name, () => test("needs CONFORMANCE_VECTORS", () => undefined));
  } else {
    describe(name, () => body(resolve(folder)));
  }
}

/** The caller states the shape: a vector file that does not have it fails its test. */
export function readJson<T>(...path: readonly string[]): T {
  return JSON.parse(readFileSync(join(...path), "utf8")) as T;
}

/** Every JSON file below a folder, sorted, with its path inside it. */
export function readJsonFolder<T>(folder: string): readonly { readonly name: string; readonly value: T }[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => ({ name, value: readJson<T>(folder, name) }));
}

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

type Wycheproof<G> = { readonly numberOfTests: number; readonly testGroups: readonly G[] };

export type EdwardsCase = {
  readonly tcId: number;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly valid: boolean;
};

export function readEdwardsCases(folder: string): readonly EdwardsCase[] {
  type Case = { tcId: number; msg: string; sig: string; result: string };
  type Group = { publicKey: { pk: string }; tests: readonly Case[] };
  const { testGroups } = readJson<Wycheproof<Group>>(folder, "wycheproof/ed25519_test.json");
  return testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, msg, sig, result }) => ({
      tcId,
      publicKey: fromHex(publicKey.pk),
      message: fromHex(msg),
      signature: fromHex(sig),
      valid: result === "valid",
    })),
  );
}

export type ExchangeCase = {
  readonly tcId: number;
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
  readonly shared: Uint8Array;
};

export function readExchangeCases(folder: string): readonly ExchangeCase[] {
  type Case = { tcId: number; public: string; private: string; shared: string };
  const { testGroups } = readJson<Wycheproof<{ tests: readonly Case[] }>>(folder, "wycheproof/x25519_test.json");
  return testGroups.flatMap(({ tests }) =>
    tests.map((each) => ({
      tcId: each.tcId,
      publicKey: fromHex(each.public),
      secretKey: fromHex(each.private),
      shared: fromHex(each.shared),
    })),
  );
}
