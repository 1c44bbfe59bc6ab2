/** Numbers in groups: those of group n are `listed[first[n]] .. listed[first[n + 1]]`. */
export type Grouped = { readonly first: Int32Array; readonly listed: Int32Array };

/** `values[i]` goes to group `groups[i]`; within a group the order stays. A group below 0 is left out. */
export function groupNumbers(groups: readonly number[], values: readonly number[], count: number): Grouped {
  const first = new Int32Array(count + 1);
  for (const group of groups) if (group >= 0) add(first, group + 1);
  for (let i = 1; i <= count; i++) first[i] = (first[i] as number) + (first[i - 1] as number);
  const next = first.slice();
  const listed = new Int32Array(first[count] as number);
  groups.forEach((group, i) => {
    if (group < 0) return;
    listed[next[group] as number] = values[i] as number;
    add(next, group);
  });
  return { first, listed };
}

function add(column: Int32Array, at: number) {
  column[at] = (column[at] as number) + 1;
}
