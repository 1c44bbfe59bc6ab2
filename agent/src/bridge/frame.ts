import { VerificationError } from "@overt/shared/errors.ts";

const headerBytes = 4;

/** One message as native messaging writes it: its length as 4 bytes, little-endian, then JSON. Throws TOO_LARGE. */
export function encodeFrame(value: unknown, maxBytes: number): Uint8Array {
  return encodeFrameBytes(Buffer.from(JSON.stringify(value)), maxBytes);
}

/** The same for a body that is already JSON. Throws TOO_LARGE. */
export function encodeFrameBytes(body: Uint8Array, maxBytes: number): Uint8Array {
  if (body.length > maxBytes) throw new VerificationError("TOO_LARGE", "A message is too long for the local channel.");
  const frame = Buffer.allocUnsafe(headerBytes + body.length);
  frame.writeUInt32LE(body.length, 0);
  frame.set(body, headerBytes);
  return frame;
}

export interface FrameReader {
  /**
   * The bodies completed by this chunk, in order. Throws TOO_LARGE at a header beyond the cap, after the bodies before
   * it were yielded; then the reader is of no more use.
   */
  push(chunk: Uint8Array): Generator<Uint8Array, void, void>;
}

/**
 * Cuts a byte stream back into messages. The stream may be split anywhere; memory is bounded by `maxBytes` plus one
 * chunk, because a length beyond the cap is refused before its body is kept.
 */
export function buildFrameReader(maxBytes: number): FrameReader {
  let held: Uint8Array[] = [];
  let length = 0;
  let wanted = headerBytes;

  function join(): Buffer {
    const all = Buffer.concat(held);
    held = [all];
    return all;
  }

  return {
    *push(chunk) {
      held.push(chunk);
      length += chunk.length;
      while (length >= wanted) {
        const all = join();
        const size = all.readUInt32LE(0);
        if (size > maxBytes) throw new VerificationError("TOO_LARGE", "A message is too long for the local channel.");
        wanted = headerBytes + size;
        if (length < wanted) return;
        held = [all.subarray(wanted)];
        length -= wanted;
        const body = all.subarray(headerBytes, wanted);
        wanted = headerBytes;
        yield body;
      }
    },
  };
}
