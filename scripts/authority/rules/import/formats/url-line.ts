import { type Entry, nothing, type Outcome, skipped } from "../entry.ts";
import { readListedHost } from "../listed-host.ts";
import { checkPath, isEverWritten } from "../path-entry.ts";
import { takeHosts, wordsOf } from "./hosts-file.ts";

/** `site.example/part`: that page and all below it. Without a path, the host. */
export function readUrlLine(text: string): Outcome {
  const [word, ...others] = wordsOf(text);
  if (word === undefined) return nothing;
  if (others.length > 0) return skipped("not-understood");
  const bare = word.replace(/^https?:\/\//i, "");
  const slash = bare.search(/[/?]/);
  const name = slash < 0 ? bare : bare.slice(0, slash);
  if (/^(?:\[[^\]]*\]|[^:]*):[0-9]*$/.test(name)) return skipped("port");
  const path = slash < 0 ? "" : bare.slice(slash).replace(/^\?/, "/?").replace(/\/+$/, "");
  if (path === "") return takeHosts([name]);
  if (/[*#]|%2a/i.test(path)) return skipped("not-a-path");
  const read = readListedHost(name);
  if ("reason" in read) return skipped(read.reason);
  const below = path.includes("?") ? ["", "&*"] : ["", "/*", "?*"];
  const entries = below.map((end): Entry & { kind: "path" } => ({
    ...{ kind: "path", action: "alert", host: read.host },
    rest: path + end,
  }));
  const wrong = entries.map(checkPath).find((one) => one !== undefined);
  if (wrong !== undefined) return skipped(wrong);
  return entries.some(isEverWritten) ? { kind: "taken", entries } : skipped("no-address");
}
