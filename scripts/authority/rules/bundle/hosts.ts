import { findDestination, isAddress, normaliseHost } from "@overt/shared/rules/destination.ts";
import { HostName } from "@overt/shared/rules/matchers.ts";
import { compact, Fields, headOf, type Read, readList } from "../source/fields.ts";
import { plainText } from "../source/value.ts";

/** The host in comparison form, from what people write: another case, letters beyond ASCII, a dot at an end, brackets. */
export function findHost(written: string): string | undefined {
  if (isPlain(written)) return HostName.safeParse(written).success ? written : undefined;
  const bare = written.trim().replace(/^(?:\*\.|\.)/, "");
  const address = bare.includes(":") && !bare.startsWith("[") ? `[${bare}]` : bare;
  if (bare === "" || /[/?#@\\\s%]/.test(address)) return undefined;
  const parsed = URL.parse(`https://${address}/`);
  if (parsed === null || parsed.port !== "") return undefined;
  const host = normaliseHost(parsed.hostname);
  return HostName.safeParse(host).success ? host : undefined;
}

/**
 * True for names that the URL parser leaves as they are, which saves asking it: small ASCII letters, no punycode, and no
 * last label that could be a number.
 */
function isPlain(written: string): boolean {
  return (
    written.length <= 253 &&
    /^(?:[a-z0-9_-]{1,63}\.)+[a-z_-][a-z0-9_-]{0,62}$/.test(written) &&
    !written.includes("xn--")
  );
}

export const readHostName: Read<string> = (value, problems) => {
  const written = plainText(value);
  const host = written === undefined ? undefined : findHost(written);
  if (host !== undefined && host === written) return host;
  const inUrl = written === undefined ? undefined : findDestination(written)?.host;
  const withoutPort = written === undefined ? undefined : findHost(written.replace(/:[0-9]{1,5}$/, ""));
  const instead = host ?? inUrl ?? withoutPort;
  problems.error(
    headOf(value.place),
    "a host is written in lower case, without scheme, path, port or dots at its ends",
    instead ?? "a name such as site.example (it covers its subdomains)",
  );
  return undefined;
};

/** As `readHostName`, for a host that a rule alerts on: says so where it covers the sites of many. */
const readRuleHost: Read<string> = (value, problems) => {
  const host = readHostName(value, problems);
  if (host !== undefined && isWholeSuffix(host)) {
    problems.advise(value.place, "this is a public suffix: the rule covers every site under it");
  }
  return host;
};

export const readHostMatcher: Read<{ names: string[]; lists: string[]; unless?: string[] }> = (value, problems) => {
  if (value.kind !== "map") return { names: readList(readRuleHost)(value, problems) ?? [], lists: [] };
  const fields = new Fields(value, "hosts", ["names", "lists", "unless"], problems);
  return compact({
    names: fields.optional("names", readList(readRuleHost)) ?? [],
    lists: fields.optional("lists", readList(readSlug)) ?? [],
    unless: fields.optional("unless", readList(readHostName)),
  });
};

/** The name of a list, an engine, a wrapper. */
export const readSlug: Read<string> = (value, problems) => {
  const text = plainText(value);
  if (text !== undefined && /^[a-z0-9][a-z0-9-]{0,63}$/.test(text)) return text;
  const instead = text
    ?.toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
  problems.error(headOf(value.place), "a name is lower-case letters, digits and hyphens", instead || "adult-sites");
  return undefined;
};

export const readPath: Read<string> = (value, problems) => {
  const text = plainText(value);
  const pattern = /^(?:\*|[a-z0-9_.-]{1,253}|\[[0-9a-f:]{2,39}\])\/[^\s#]*$/;
  if (text !== undefined && pattern.test(text) && (text.startsWith("*/") || text.startsWith("[") || hasHost(text))) {
    if (/\([^)]*\|[^)]*\)|\.\*|\[[^\]]+\][*+]|\\[bdsw]/.test(text.slice(text.indexOf("/")))) {
      problems.advise(
        headOf(value.place),
        "this looks like a regular expression, and only * has a meaning here",
        "one path for each, with * for any characters",
      );
    }
    return text;
  }
  const bare = text
    ?.trim()
    .replace(/^https?:\/\//i, "")
    .replace(/#.*$/, "");
  const instead = bare !== undefined && pattern.test(bare) ? bare : undefined;
  problems.error(
    headOf(value.place),
    "a path is host/pattern or */pattern, with * for any characters",
    instead ?? "site.example/chat/* (the whole path and query are compared)",
  );
  return undefined;
};

function hasHost(pattern: string): boolean {
  const host = pattern.slice(0, pattern.indexOf("/"));
  return findHost(host) === host;
}

function isWholeSuffix(host: string): boolean {
  return !isAddress(host) && findDestination(`https://${host}/`)?.registrableDomain === undefined && host.includes(".");
}
