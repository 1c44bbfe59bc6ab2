import { isAddress } from "@overt/shared/rules/destination.ts";
import { findHost } from "../../bundle/hosts.ts";
import { type Entry, nothing, type Outcome, skipped } from "../entry.ts";
import { readListedHost } from "../listed-host.ts";
import type { NoteReason, SkipReason } from "../reasons.ts";

/** `0.0.0.0 site.example other.example # a remark`: an address and the names that it is given to. */
export function readHostsLine(text: string): Outcome {
  const words = wordsOf(text);
  const [address, ...names] = words;
  if (address === undefined) return nothing;
  if (!isAddressText(address)) return skipped(names.length === 0 ? "not-understood" : "not-a-host");
  if (names.length === 0) return skipped("not-understood");
  return takeHosts(names);
}

/** `site.example # a remark`: one host a line. */
export function readDomainLine(text: string): Outcome {
  const [host, ...others] = wordsOf(text);
  if (host === undefined) return nothing;
  if (others.length > 0) return skipped("not-understood");
  return host.startsWith("*.") ? takeHosts([host.slice(2)], "wildcard-host") : takeHosts([host]);
}

export function wordsOf(text: string): readonly string[] {
  const bare = text.replace(/(?:^|\s)#.*$/, "").trim();
  return bare === "" ? [] : bare.split(/\s+/);
}

/** What nearly every line of a hosts file begins with; the URL parser is asked for the others. */
const usual = new Set(["0.0.0.0", "127.0.0.1", "::", "::1"]);

export function isAddressText(word: string): boolean {
  if (usual.has(word)) return true;
  if (!/^[0-9a-f.:]+$/i.test(word) || !/[.:]/.test(word)) return false;
  const host = findHost(word);
  return host !== undefined && isAddress(host);
}

/** What can be taken of several hosts; why not, where none can. */
export function takeHosts(names: readonly string[], note?: NoteReason): Outcome {
  const entries: Entry[] = [];
  let refused: SkipReason | undefined;
  for (const name of names) {
    const read = readListedHost(name);
    if ("host" in read) entries.push({ kind: "host", action: "alert", host: read.host });
    else refused ??= read.reason;
  }
  if (entries.length === 0) return skipped(refused ?? "not-understood");
  return { kind: "taken", entries, note: refused === undefined ? note : "partly" };
}
