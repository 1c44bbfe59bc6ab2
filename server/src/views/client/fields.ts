/** What a text field may hold: at least and at most so many UTF-16 units. */
export type FieldBounds = { readonly [name: string]: readonly [least: number, most: number] };

/**
 * The strict reading of the plaintexts in shared/src/protocol/evidence.ts without their schema library, which would be
 * nine tenths of this module; a test holds the two to the same answers. Throws TypeError where anything is missing,
 * too long or too much.
 */
export function readFields<B extends FieldBounds>(
  json: unknown,
  fixed: Readonly<Record<string, number>>,
  bounds: B,
): Record<keyof B & string, string> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new TypeError("not an object");
  const fields = new Map<string, unknown>(Object.entries(json));
  for (const [name, value] of Object.entries(fixed)) {
    if (fields.get(name) !== value) throw new TypeError("another version or level");
    fields.delete(name);
  }
  const read: [string, string][] = [];
  for (const [name, [least, most]] of Object.entries(bounds)) {
    const value = fields.get(name);
    if (typeof value !== "string" || value.length < least || value.length > most) throw new TypeError("a bad field");
    read.push([name, value]);
    fields.delete(name);
  }
  if (fields.size > 0) throw new TypeError("an unknown field");
  return Object.fromEntries(read) as Record<keyof B & string, string>;
}
