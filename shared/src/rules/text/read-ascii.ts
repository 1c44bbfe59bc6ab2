const encoder = new TextEncoder();
let held = new Uint8Array(4_096);

/** Units at the beginning that are looked at first: most texts that are not in ASCII show it there. */
const sample = 64;

/** The bytes of a text that is in ASCII throughout; undefined for every other. They stand until the next call. */
export function readAscii(text: string): Uint8Array | undefined {
  const { length } = text;
  for (let at = 0; at < sample && at < length; at++) if (text.charCodeAt(at) > 0x7f) return undefined;
  // A character beyond ASCII takes more bytes than units, and there is room for one byte more than there are units.
  if (length >= held.length) held = new Uint8Array(2 * length);
  return encoder.encodeInto(text, held).written === length ? held : undefined;
}
