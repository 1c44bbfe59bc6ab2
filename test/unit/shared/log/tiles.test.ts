import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { verifyCheckpoint } from "@overt/shared/log/checkpoint.ts";
import { LeafType, leafData } from "@overt/shared/log/leaf.ts";
import { leafHash, rootOf } from "@overt/shared/log/merkle.ts";
import { parseVerifierKey } from "@overt/shared/log/note.ts";
import {
  entryBundle,
  findTile,
  hasTile,
  newTiles,
  parseEntryBundle,
  tileHashes,
  tilePath,
} from "@overt/shared/log/tiles.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOf } from "../../../support/envelopes.ts";
import { buildHashRow } from "../../../support/hash-row.ts";
import { describeVectors } from "../../../support/vectors.ts";

describeVectors("the log of another implementation", (vectors) => {
  const folder = join(vectors, "tlog-tiles-tessera", "testdata", "log");
  const key = parseVerifierKey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
  const bytes = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  const entries = parseEntryBundle(bytes("tile/entries/000.p/15"));
  const hashes = entries.map(leafHash);

  test("every checkpoint is signed, and its root is that of its entries", () => {
    for (let size = 0; size <= 15; size++) {
      const { checkpoint } = verifyCheckpoint(bytes(`checkpoint.${size}`), key);
      expect(checkpoint).toEqual({ origin: key.name, size, root: rootOf(hashes.slice(0, size)), extensions: [] });
    }
    expect(bytes("checkpoint")).toEqual(bytes("checkpoint.15"));
  });
  test("every tile is made again, byte for byte and path for path", async () => {
    const port = buildHashRow(hashes);
    const paths = readdirSync(join(folder, "tile"), { recursive: true, encoding: "utf8" })
      .map((name) => `tile/${name.split(sep).join("/")}`)
      .filter((name) => /\/\d+$/.test(name) && name.includes(".p/"));
    expect(paths).toHaveLength(30);
    for (const path of paths) {
      const tile = findTile(path) ?? expect.unreachable(path);
      const { level, width } = tile;
      const made =
        level === "entries" ? entryBundle(entries.slice(0, width)) : await tileHashes({ ...tile, level }, port);
      expect(Buffer.compare(made, bytes(path))).toBe(0);
    }
    const written = Array.from({ length: 15 }, (_, i) => newTiles(i, i + 1)).flat();
    expect(written.map(tilePath).sort()).toEqual(paths.sort());
  });
});

describe("paths", () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, "tile/0/000"],
    [{ level: 3, index: 1_234_067, width: 256 }, "tile/3/x001/x234/067"],
    [{ level: 15, index: 67, width: 1 }, "tile/15/067.p/1"],
    [{ level: "entries", index: 1_000, width: 255 }, "tile/entries/x001/000.p/255"],
  ] as const)("%o is %s", (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(findTile(path)).toEqual(tile);
  });
  test.each([
    "tile/00/000",
    "tile/64/000",
    "tile/0/0",
    "tile/0/x000/001",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/001/000",
    "tile/0/x001",
    "tile/0/../000",
    "tile/0/000/",
    "/tile/0/000",
    "tile/data/000",
    "tile/0/000\n",
  ])("%j names no tile", (path) => expect(findTile(path)).toBeUndefined());
});

describe("which tiles there are", () => {
  test("every leaf is in a tile of the last write that touched it, and no tile runs ahead of the log", () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), (oldSize, more) => {
        const size = oldSize + more;
        const tiles = newTiles(oldSize, size);
        for (const tile of tiles) expect(hasTile(tile, size) && !hasTile(tile, oldSize)).toBe(true);
        const leafTiles = tiles.filter(({ level }) => level === 0);
        const covered = new Set(
          leafTiles.flatMap(({ index, width }) => Array.from({ length: width }, (_, i) => index * 256 + i)),
        );
        for (let leaf = oldSize; leaf < size; leaf++) expect(covered.has(leaf)).toBe(true);
        expect(tiles.filter(({ level }) => level === "entries")).toHaveLength(leafTiles.length);
      }),
      { numRuns: 50 },
    );
  });
  test("256 full tiles make one hash of the next level", async () => {
    const port = buildHashRow(Array.from({ length: 512 }, (_, i) => leafHash(Uint8Array.of(i & 255))));
    expect(newTiles(511, 512).map(tilePath)).toEqual(["tile/0/001", "tile/1/000.p/2", "tile/entries/001"]);
    const upper = await tileHashes({ level: 1, index: 0, width: 2 }, port);
    const lower = await tileHashes({ level: 0, index: 1, width: 256 }, port);
    const half = Array.from({ length: 256 }, (_, i) => lower.subarray(32 * i, 32 * i + 32));
    expect(upper.subarray(32)).toEqual(rootOf(half));
  });
});

describe("entry bundles", () => {
  test("entries read back as they were written", () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 });
    fc.assert(
      fc.property(entries, (list) => {
        expect(parseEntryBundle(entryBundle(list))).toEqual(list);
      }),
      { numRuns: 50 },
    );
  });
  test.each([
    ["half a length", [0]],
    ["a length beyond the end", [0, 2, 1]],
    ["bytes left over", [0, 1, 1, 9]],
  ])("refused: %s", (_, bundle) => {
    expect(codeOf(() => parseEntryBundle(Uint8Array.from(bundle)))).toBe("BAD_ENCODING");
  });
  test("refused: 257 entries, or one of 64 KiB", () => {
    expect(codeOf(() => parseEntryBundle(new Uint8Array(2 * 257)))).toBe("BAD_ENCODING");
    expect(codeOf(() => entryBundle([new Uint8Array(65_536)]))).toBe("TOO_LARGE");
  });
});

describe("leaves", () => {
  test("a leaf is its type and the document's hash, 33 bytes", () => {
    const hash = sha256Hex(new Uint8Array());
    expect(Buffer.from(leafData(LeafType.event, hash)).toString("hex")).toBe(`05${hash}`);
  });
  test("no two types share a number", () => {
    expect(new Set(Object.values(LeafType)).size).toBe(13);
  });
  test.each(["", "00", "0".repeat(63), "G".repeat(64), "A".repeat(64)])("%j is no hash", (hash) => {
    expect(codeOf(() => leafData(LeafType.order, hash))).toBe("BAD_ENCODING");
  });
});
