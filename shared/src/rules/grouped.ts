/** Numbers in groups: those of group n are `listed[first[n]] .. listed[first[n + 1]]`. */
export type Grouped = { readonly first: Int32Array; readonly listed: Int32Array };

/** `values[i]` (or i itself) goes to group `groups[i]`; within a group the order stays. A group below 0 is left out. */
export function groupNumbers(groups: ArrayLike<number>, count: number, values?: ArrayLike<number>): Grouped {
  const first = new Int32Array(count + 1);
  for (let i = 0; i < groups.length; i++) if ((groups[i] as number) >= 0) add(first, (groups[i] as number) + 1);
  for (let i = 1; i <= count; i++) first[i] = (first[i] as number) + (first[i - 1] as number);
  const next = first.slice();
  const listed = new Int32Array(first[count] as number);
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i] as number;
    if (group < 0) continue;
    listed[next[group] as number] = values === undefined ? i : (values[i] as number);
    add(next, group);
  }
  return { first, listed };
}

function add(column: Int32Array, at: number) {
  column[at] = (column[at] as number) + 1;
}
