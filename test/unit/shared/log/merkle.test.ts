import { sha256 } from "@overt/shared/crypto/hash.ts";
import { appendLeaves, emptyTree, leafHash, nodeHash, rootOf, treeRoot } from "@overt/shared/log/merkle.ts";
import { hashPosition, splitPoint, storedCount, subtreePositions } from "@overt/shared/log/positions.ts";
import { consistencyProof, inclusionProof, loadTree } from "@overt/shared/log/prove.ts";
import { verifyConsistency, verifyInclusion } from "@overt/shared/log/verify-proof.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOf, codeOfAsync } from "../../../support/envelopes.ts";
import { buildHashRow } from "../../../support/hash-row.ts";

const leaves = Array.from({ length: 300 }, (_, i) => leafHash(Uint8Array.of(i >> 8, i & 255)));
const log = buildHashRow(leaves);

/** RFC 6962, 2.1, word for word: slow and obvious. */
function slowRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return sha256(new Uint8Array());
  if (hashes.length === 1) return hashes[0] as Uint8Array;
  const k = splitPoint(hashes.length);
  return nodeHash(slowRoot(hashes.slice(0, k)), slowRoot(hashes.slice(k)));
}

const root = (size: number) => slowRoot(leaves.slice(0, size));

test("the root is RFC 6962's at every size", () => {
  for (let size = 0; size <= 70; size++) expect(rootOf(leaves.slice(0, size))).toEqual(root(size));
});

test("appending in any portions gives the same tree and the same stored row", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 7 }), (portions) => {
      let tree = emptyTree;
      const row: Uint8Array[] = [];
      for (const portion of portions) {
        const next = appendLeaves(tree, leaves.slice(tree.size, tree.size + portion));
        expect(row).toHaveLength(storedCount(tree.size));
        row.push(...next.stored);
        tree = next.tree;
      }
      expect(row).toEqual(log.row.slice(0, row.length));
      expect(treeRoot(tree)).toEqual(root(tree.size));
    }),
    { numRuns: 30 },
  );
});

test("a failed append leaves the tree as it was", () => {
  const before = appendLeaves(emptyTree, leaves.slice(0, 5)).tree;
  const rootBefore = treeRoot(before);
  appendLeaves(before, leaves.slice(5, 20));
  expect(treeRoot(before)).toEqual(rootBefore);
});

test("a tree read back from storage is the tree that was written, at every size", async () => {
  for (const size of [0, 1, 2, 3, 7, 8, 255, 256, 257, 300]) {
    const tree = await loadTree(size, log);
    expect(treeRoot(tree)).toEqual(root(size));
    expect(tree.frontier.length).toBeLessThanOrEqual(9);
  }
});

describe("positions", () => {
  test("the row holds at each position the hash of its subtree", () => {
    for (let level = 0; level <= 8; level++) {
      for (let index = 0; (index + 1) * 2 ** level <= 300; index++) {
        const expected = slowRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
        expect(log.row[hashPosition(level, index)]).toEqual(expected);
      }
    }
  });
  test("they stay exact far beyond 32 bits", () => {
    const n = 2 ** 40;
    expect(storedCount(n)).toBe(2 * n - 1);
    expect(hashPosition(0, n)).toBe(2 * n - 1);
    expect(hashPosition(40, 0)).toBe(2 * n - 2);
    expect(subtreePositions(0, 2 ** 50 - 1)).toHaveLength(50);
  });
});

describe("proofs", () => {
  const sizes = fc.integer({ min: 1, max: 300 });
  test("every leaf of every tree is proven in, and nothing else", async () => {
    const pair = sizes.chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)));
    await fc.assert(
      fc.asyncProperty(pair, fc.nat(299), async ([index, size], other) => {
        const proof = await inclusionProof(index, size, log);
        const claim = { leafHash: leaves[index] as Uint8Array, index, size, proof, root: root(size) };
        expect(codeOf(() => verifyInclusion(claim))).toBe("ok");
        if (other === index) return;
        expect(codeOf(() => verifyInclusion({ ...claim, leafHash: leaves[other] as Uint8Array }))).toBe("BAD_PROOF");
        expect(codeOf(() => verifyInclusion({ ...claim, index: other }))).toBe("BAD_PROOF");
      }),
      { numRuns: 60 },
    );
  });
  test("every tree is proven to begin with every smaller one, and no other", async () => {
    const pair = sizes.chain((size2) => fc.tuple(fc.integer({ min: 1, max: size2 }), fc.constant(size2)));
    await fc.assert(
      fc.asyncProperty(pair, async ([size1, size2]) => {
        const proof = await consistencyProof(size1, size2, log);
        const claim = { size1, size2, root1: root(size1), root2: root(size2), proof };
        expect(codeOf(() => verifyConsistency(claim))).toBe("ok");
        const swapped = { ...claim, root1: claim.root2, root2: claim.root1 };
        if (size1 !== size2) expect(codeOf(() => verifyConsistency(swapped))).toBe("BAD_PROOF");
        expect(codeOf(() => verifyConsistency({ ...claim, root1: leafHash(new Uint8Array()) }))).toBe("BAD_PROOF");
      }),
      { numRuns: 60 },
    );
  });
  test("a proof is one round trip to storage", async () => {
    const counted = buildHashRow(leaves);
    await inclusionProof(17, 299, counted);
    await consistencyProof(17, 299, counted);
    expect(counted.reads).toBe(2);
  });
  test.each([
    [-1, 5],
    [5, 5],
    [0.5, 5],
    [Number.NaN, 5],
    [0, 0],
  ])("there is no leaf %s of %s", async (index, size) => {
    expect(await codeOfAsync(() => inclusionProof(index, size, log))).toBe("BAD_PROOF");
    const claim = { leafHash: leaves[0] as Uint8Array, index, size, proof: [], root: root(1) };
    expect(codeOf(() => verifyInclusion(claim))).toBe("BAD_PROOF");
  });
  test.each([
    [0, 5],
    [6, 5],
    [1.5, 5],
  ])("there is no consistency from %s to %s", async (size1, size2) => {
    expect(await codeOfAsync(() => consistencyProof(size1, size2, log))).toBe("BAD_PROOF");
  });
  test("hashes of another length prove nothing", () => {
    const [a, b] = [leaves[0] as Uint8Array, leaves[1] as Uint8Array];
    const shifted = { leafHash: a.subarray(0, 31), proof: [Uint8Array.of(a[31] as number, ...b)] };
    expect(codeOf(() => verifyInclusion({ ...shifted, index: 0, size: 2, root: root(2) }))).toBe("BAD_PROOF");
    const consistency = { size1: 1, size2: 2, root1: shifted.leafHash, root2: root(2), proof: shifted.proof };
    expect(codeOf(() => verifyConsistency(consistency))).toBe("BAD_PROOF");
  });
});
