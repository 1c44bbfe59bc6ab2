import { concatBytes } from "../bytes.ts";
import { VerificationError } from "../errors.ts";
import { type HashReader, hashPosition } from "./positions.ts";

/** Hashes in a full tile, and levels of the tree in one tile level (C2SP tlog-tiles). */
export const tileWidth = 256;
const tileHeight = 8;
const maxEntryBytes = 65_535;

/** `level` counts tiles, not tree levels; `entries` is the bundle of leaf data. `width` below 256 is a partial tile. */
export type TileRef = { readonly level: number | "entries"; readonly index: number; readonly width: number };

/** `tile/<L>/x001/234` or `tile/<L>/x001/234.p/<W>`. */
export function tilePath(tile: TileRef): string {
  const groups =
    String(tile.index)
      .padStart(Math.ceil(String(tile.index).length / 3) * 3, "0")
      .match(/\d{3}/g) ?? [];
  const name = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${tile.level}/${name}${tile.width < tileWidth ? `.p/${tile.width}` : ""}`;
}

/** The tile that a path names, where it is spelled the only right way; a request's path is anybody's text. */
export function findTile(path: string): TileRef | undefined {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (match === null) return undefined;
  const [, level = "", index = "", width] = match;
  const tile: TileRef = {
    level: level === "entries" ? level : Number(level),
    index: Number(index.replaceAll(/[x/]/g, "")),
    width: width === undefined ? tileWidth : Number(width),
  };
  const inRange = (tile.level === "entries" || tile.level <= 63) && tile.width >= 1;
  return inRange && tilePath(tile) === path ? tile : undefined;
}

/** Whether a log of so many leaves has all hashes or entries of this tile. */
export function hasTile(tile: TileRef, size: number): boolean {
  const level = tile.level === "entries" ? 0 : tile.level;
  return (tile.index * tileWidth + tile.width) * tileWidth ** level <= size;
}

/** Every tile that a log of `size` leaves serves and a log of `oldSize` did not, or served with another width. */
export function newTiles(oldSize: number, size: number): readonly TileRef[] {
  const tiles: TileRef[] = [];
  for (let level = 0, span = 1; span <= size; level++, span *= tileWidth) {
    const [from, to] = [Math.floor(oldSize / span), Math.floor(size / span)];
    for (let index = Math.floor(from / tileWidth); index * tileWidth < to; index++) {
      const width = Math.min(tileWidth, to - index * tileWidth);
      if (index * tileWidth + width > from) tiles.push({ level, index, width });
    }
  }
  const bundles = tiles.filter((tile) => tile.level === 0).map((tile) => ({ ...tile, level: "entries" as const }));
  return [...tiles, ...bundles];
}

/** The bytes of a hash tile: `width` hashes of 32 bytes. */
export async function tileHashes(tile: TileRef & { level: number }, port: HashReader): Promise<Uint8Array> {
  const first = tile.index * tileWidth;
  const positions = Array.from({ length: tile.width }, (_, i) => hashPosition(tile.level * tileHeight, first + i));
  return concatBytes(...(await port.read(positions)));
}

/** An entry bundle: each entry as a 2-byte big-endian length and its bytes. */
export function entryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    if (entry.length > maxEntryBytes) throw new VerificationError("TOO_LARGE", "A log entry is larger than allowed.");
    return [Uint8Array.of(entry.length >> 8, entry.length & 255), entry];
  });
  return concatBytes(...parts);
}

/** The entries of a bundle, at most 256; throws BAD_ENCODING where the lengths do not add up. */
export function parseEntryBundle(bundle: Uint8Array): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 + (((bundle[at] as number) << 8) | (bundle[at + 1] ?? 0));
    if (at + 2 > bundle.length || end > bundle.length || entries.length === tileWidth) {
      throw new VerificationError("BAD_ENCODING", "The log's entry bundle is malformed.");
    }
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
