const base = 36;
const tMin = 1;
const tMax = 26;
const skew = 38;
const damp = 700;
const initialBias = 72;
const initialCode = 128;

/**
 * The code points of what follows `xn--` in a label (RFC 3492, section 6.2); undefined where it is no Punycode. For people
 * and comparisons of looks only: rules compare the label as it is.
 */
export function decodePunycode(label: string): readonly number[] | undefined {
  const end = label.lastIndexOf("-");
  const codes = [...label.slice(0, Math.max(0, end))].map((letter) => letter.charCodeAt(0));
  let code = initialCode;
  let place = 0;
  let bias = initialBias;
  for (let at = end + 1; at < label.length; ) {
    const before = place;
    let weight = 1;
    for (let k = base; ; k += base) {
      const digit = digitOf(label.charCodeAt(at++));
      if (digit === undefined) return undefined;
      place += digit * weight;
      const threshold = Math.min(Math.max(k - bias, tMin), tMax);
      if (digit < threshold) break;
      weight *= base - threshold;
    }
    const count = codes.length + 1;
    bias = adapt(place - before, count, before === 0);
    code += Math.floor(place / count);
    place %= count;
    // No label is so long that a sum could leave the safe integers before this notices.
    if (code > 0x10ffff) return undefined;
    codes.splice(place++, 0, code);
  }
  return codes;
}

/** Undefined past the end too, where `unit` is NaN. */
function digitOf(unit: number): number | undefined {
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 26;
  return undefined;
}

function adapt(delta: number, count: number, isFirst: boolean): number {
  let left = Math.floor(delta / (isFirst ? damp : 2));
  left += Math.floor(left / count);
  let k = 0;
  for (; left > ((base - tMin) * tMax) / 2; k += base) left = Math.floor(left / (base - tMin));
  return k + Math.floor(((base - tMin + 1) * left) / (left + skew));
}
