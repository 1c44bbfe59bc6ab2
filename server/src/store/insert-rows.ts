/** Widths of an insert: few, so that the compiled statements stay few. */
const widths = [128, 32, 8, 1] as const;

/** Writes the rows in their order, many to a statement. */
export async function insertRows<Row>(
  rows: readonly Row[],
  insert: (some: readonly Row[]) => { execute(): Promise<unknown> },
): Promise<void> {
  let at = 0;
  for (const width of widths) {
    for (; rows.length - at >= width; at += width) await insert(rows.slice(at, at + width)).execute();
  }
}
