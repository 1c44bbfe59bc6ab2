import { join } from "node:path";
import { verifyConsistency, verifyInclusion } from "@overt/shared/log/verify-proof.ts";
import { expect, test } from "vitest";
import { codeOf } from "../../../support/envelopes.ts";
import { describeVectors, fromBase64, readJsonFolder } from "../../../support/vectors.ts";

type Inclusion = {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
};
type Consistency = {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
};

const hashes = (proof: readonly string[] | null) => (proof ?? []).map(fromBase64);
const verdict = (wantErr: boolean) => (wantErr ? "BAD_PROOF" : "ok");

describeVectors("RFC 6962 inclusion proofs, good and bad", (folder) => {
  const cases = readJsonFolder<Inclusion>(join(folder, "rfc6962-merkle", "inclusion"));
  test("there are 98", () => expect(cases).toHaveLength(98));
  test.each(cases)("$name", ({ value }) => {
    const claim = {
      leafHash: fromBase64(value.leafHash),
      index: value.leafIdx,
      size: value.treeSize,
      proof: hashes(value.proof),
      root: fromBase64(value.root),
    };
    expect(codeOf(() => verifyInclusion(claim))).toBe(verdict(value.wantErr));
  });
});

describeVectors("RFC 6962 consistency proofs, good and bad", (folder) => {
  const cases = readJsonFolder<Consistency>(join(folder, "rfc6962-merkle", "consistency"));
  test("there are 98, three of them with an empty first tree that must be refused", () => {
    expect(cases).toHaveLength(98);
    expect(cases.filter(({ value }) => value.size1 === 0 && value.wantErr).length).toBeGreaterThanOrEqual(3);
  });
  test.each(cases)("$name", ({ value }) => {
    const claim = {
      size1: value.size1,
      size2: value.size2,
      root1: fromBase64(value.root1),
      root2: fromBase64(value.root2),
      proof: hashes(value.proof),
    };
    expect(codeOf(() => verifyConsistency(claim))).toBe(verdict(value.wantErr));
  });
});
