import { VerificationError } from "@overt/shared/errors.ts";

/**
 * Throws BAD_JSON where an object of this JSON text names a member twice: readers differ in which of the two they take.
 * The text is JSON already (`JSON.parse` took it), so every string ends and every bracket closes.
 */
export function requireUniqueKeys(json: string): void {
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{") {
      open.push(new Set());
      expectsKey = true;
    } else if (character === "[") {
      open.push(undefined);
    } else if (character === "}" || character === "]") {
      open.pop();
      expectsKey = false;
    } else if (character === ",") {
      expectsKey = open.at(-1) !== undefined;
    } else if (character === '"') {
      const end = endOfString(json, at);
      if (expectsKey) remember(open.at(-1), JSON.parse(json.slice(at, end + 1)) as string);
      expectsKey = false;
      at = end;
    }
  }
}

function remember(keys: Set<string> | undefined, key: string): void {
  if (keys === undefined) return;
  if (keys.has(key)) throw new VerificationError("BAD_JSON", "A member is named twice in the body.");
  keys.add(key);
}

function endOfString(json: string, start: number): number {
  let at = json.indexOf('"', start + 1);
  while (isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}
