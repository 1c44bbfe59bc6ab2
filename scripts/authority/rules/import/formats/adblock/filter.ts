import { nothing, type Outcome, skipped } from "../../entry.ts";
import { isAddressText, readHostsLine, takeHosts, wordsOf } from "../hosts-file.ts";
import { cutOptions } from "./options.ts";
import { translatePattern } from "./pattern.ts";

/**
 * One line of an Adblock Plus, AdGuard or uBlock Origin list, as the filter-syntax pages of those programs define it. Only
 * what speaks of whole pages becomes a rule; every other line says why not.
 */
export function readFilterLine(line: string): Outcome {
  const text = line.trim();
  if (text === "" || /^\[.*\]$/.test(text)) return nothing;
  if (text.startsWith("!")) return text.startsWith("!#") ? skipped("directive") : nothing;
  if (isCosmetic(text)) return skipped("cosmetic");
  if (text.startsWith("#")) return nothing;
  const action = text.startsWith("@@") ? "allow" : "alert";
  const filter = action === "allow" ? text.slice(2) : text;
  const cut = cutOptions(filter);
  if ("reason" in cut) return skipped(isRegex(filter) ? "regex" : cut.reason);
  const { pattern } = cut;
  if (isRegex(pattern)) return skipped("regex");
  const words = wordsOf(pattern);
  if (words.length === 0) return skipped("not-understood");
  // uBlock Origin takes hosts lines and bare hosts among the filters.
  if (words.length > 1) return isAddressText(words[0] as string) ? readHostsLine(pattern) : skipped("not-understood");
  const [word] = words as readonly [string];
  if (action === "alert" && isBareHost(word)) return takeHosts([word]);
  return translatePattern(word, action);
}

function isCosmetic(text: string): boolean {
  return /#@?(?:[?$%]|\$\?)?#/.test(text) || /\$@?\$/.test(text);
}

/** `/banner/` is an expression, `/banner/*` is none. */
function isRegex(filter: string): boolean {
  return /^\/.+\/(?:\$~?[a-z0-9_-]+(?:[=,].*)?)?$/i.test(filter);
}

function isBareHost(word: string): boolean {
  // As in uBlock Origin, what ends in `-` or `_` is no name but part of an address.
  return /^(?:[\p{L}\p{N}_-]+\.)+[\p{L}\p{N}_-]*[\p{L}\p{N}]$/u.test(word);
}
