import { crc32, deflateSync } from "node:zlib";

const blue = [0x1d, 0x70, 0xb8] as const;
const white = [0xff, 0xff, 0xff] as const;
const samples = 4;

/** The product's mark, a white O on a blue disc, as a square PNG of `size` pixels. */
export function drawIcon(size: number): Uint8Array {
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const { ground, mark } = coverage(x, y, size);
      const at = y * (1 + size * 4) + 1 + x * 4;
      for (let c = 0; c < 3; c++) rows[at + c] = Math.round(mixed(c, mark));
      rows[at + 3] = Math.round(255 * ground);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function mixed(channel: number, mark: number): number {
  return (blue[channel] ?? 0) * (1 - mark) + (white[channel] ?? 0) * mark;
}

/** How much of a pixel the disc and the mark on it cover, from samples inside the pixel. */
function coverage(x: number, y: number, size: number): { ground: number; mark: number } {
  let ground = 0;
  let mark = 0;
  for (let i = 0; i < samples * samples; i++) {
    const u = (x + ((i % samples) + 0.5) / samples) / size - 0.5;
    const v = (y + (Math.floor(i / samples) + 0.5) / samples) / size - 0.5;
    const distance = Math.hypot(u, v);
    if (distance < 0.5) ground++;
    if (distance > 0.19 && distance < 0.34) mark++;
  }
  return { ground: ground / samples ** 2, mark: mark / samples ** 2 };
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
