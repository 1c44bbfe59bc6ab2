import { join } from "node:path";
import type { Bench } from "../frame/bench.ts";
import { measureInChild } from "../frame/child.ts";
import { boundRow, type Row } from "../frame/row.ts";

const child = join(import.meta.dirname, "hostile-child.ts");

type Found = {
  readonly inputs: number;
  readonly classes: readonly { length: number; medianUs: number; worstUs: number; trap: number; ratio: number }[];
};

export const hostile: Bench = {
  name: "hostile",
  about: "10,000 hostile inputs for each matcher: the slowest against the median of its length",
  async measure({ progress, remark, quick }) {
    const rows: Row[] = [];
    for (const name of (await measureInChild(child, ["list"])) as string[]) {
      progress(name);
      const { classes } = (await measureInChild(child, [name, quick ? "2000" : "10000"])) as Found;
      const worst = classes.reduce((a, b) => (b.ratio > a.ratio ? b : a));
      rows.push(boundRow({ work: `${name}, slowest`, unit: "× the median", ours: worst.ratio, most: 10 }));
      remark(
        `${name}: ${classes.map(({ length, medianUs, worstUs, trap }) => `${length} units ${medianUs.toFixed(2)} µs, slowest ${worstUs.toFixed(2)} µs (kind ${trap})`).join("; ")}`,
      );
    }
    return rows;
  },
};
