import { renameSync, writeFileSync } from "node:fs";
import { nativeSha256 } from "@overt/agent/platform/tuf/published-lists.ts";
import { compileHostList } from "@overt/shared/rules/lists/compile-list.ts";
import { readLines } from "./read-lines.ts";

/** Compiles the hosts of a text file to a binary list, and says how long it took and how much memory it came to. */
const [, , hosts, list] = process.argv as [string, string, string, string];
const from = performance.now();
const { bytes, entries } = compileHostList(readLines(hosts), { sha256: nativeSha256 });
const ms = performance.now() - from;
writeFileSync(`${list}.part`, bytes);
renameSync(`${list}.part`, list);
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ms, entries, size: bytes.length, peakMegabytes }));
