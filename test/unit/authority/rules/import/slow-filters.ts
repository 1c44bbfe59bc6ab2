import { covers, decode, readAddress } from "../../../shared/rules/reference/addresses.ts";

/** Adblock filters, slowly and obviously: one regular expression for each, exceptions last. */

export type SlowFilter = { readonly allows: boolean; matches(url: string): boolean };

/** A filter that the import takes, read as it says it reads it. */
export function readSlowly(line: string): SlowFilter {
  const allows = line.startsWith("@@");
  const pattern = decode(line.replace(/^@@/, "").replace(/\$(document|doc|all)$/, ""));
  const host = /^(?:0\.0\.0\.0 )?((?:[a-z0-9-]+\.)+[a-z]+)$/.exec(pattern)?.[1];
  if (host !== undefined) return { allows, matches: (url) => covers(host, address(url).host) };
  const onHost = /^(\|\|)?(?:\*\.)?((?:[a-z0-9-]+\.)+[a-z]+(?:[/^].*)?)$/.exec(pattern);
  if (onHost !== null) {
    // Without an end the host is taken as a whole.
    const text = /[/^]/.test(onHost[2] as string) ? (onHost[2] as string) : `${onHost[2]}^`;
    const expression = new RegExp(`^(?:[^/]*\\.)?${expressionOf(text)}`, "s");
    return { allows, matches: (url) => expression.test(address(url).host + address(url).rest) };
  }
  const expression = new RegExp(expressionOf(pattern.replace(/^\|?\*/, "")), "s");
  return { allows, matches: (url) => expression.test(address(url).rest) };
}

function expressionOf(text: string): string {
  const ended = text.endsWith("|");
  const escaped = (ended ? text.slice(0, -1) : text).replaceAll(/[.+?${}()|[\]\\]/g, "\\$&");
  const spelled = escaped.replaceAll("*", ".*").replaceAll("^", "(?:[/?&=]|$)");
  return ended ? `${spelled}$` : spelled;
}

function address(url: string): { readonly host: string; readonly rest: string } {
  const { host, path, query } = readAddress(url) ?? { host: "", path: "", query: "" };
  return { host, rest: query === "" ? path : `${path}?${decode(query)}` };
}
