import { join } from "node:path";
import type { Bench } from "../frame/bench.ts";
import { measureInChild } from "../frame/child.ts";
import { boundRow } from "../frame/row.ts";

type Floors = Readonly<Record<"hashSuffixes" | "load6" | "load60" | "parseUrl" | "readUnits" | "foldUnits", number>>;

export const limits: Bench = {
  name: "limits",
  about: "The least that the machine and the platform take for what the engine cannot do without",
  async measure({ progress }) {
    progress("in a fresh process");
    const floors = (await measureInChild(join(import.meta.dirname, "limits-child.ts"))) as Floors;
    const row = (work: string, unit: string, ours: number) => boundRow({ work, unit, ours });
    return [
      row("hash each suffix of a host, look nothing up", "ns", floors.hashSuffixes),
      row("one load that waits for the one before, in 6 MB (the filter)", "ns", floors.load6),
      row("the same in 60 MB (filter and entries)", "ns", floors.load60),
      row("URL.parse and hostname", "ns", floors.parseUrl),
      row("read a text by charCodeAt", "MB/s", 1_000 / floors.readUnits),
      row("the platform's NFKC and lower case of a text", "MB/s", 1_000 / floors.foldUnits),
    ];
  },
};
