import { getDomain } from "tldts";
import { VerificationError } from "../errors.ts";
import { ruleLimits } from "./limits.ts";

/** A web address in the one form that every rule is compared with. */
export type Destination = {
  readonly url: string;
  /** Lower case, punycode, without trailing dots; IPv6 in brackets-free RFC 5952 form; IPv4-mapped IPv6 as IPv4. */
  readonly host: string;
  readonly kind: "domain" | "ipv4" | "ipv6";
  /** By the Public Suffix List, private section included; undefined for addresses and bare suffixes. */
  readonly registrableDomain: string | undefined;
  /** Percent-decoded once, lower case, repeated slashes made one. */
  readonly path: string;
  /** As the URL has it, without `?`. */
  readonly query: string;
};

/**
 * The host as rules compare it, from a host as the WHATWG parser gives it. IDNA, case and the many spellings of IPv4 are
 * the parser's work; trailing dots and IPv4 addresses written as IPv6 (::ffff:0:0/96, 64:ff9b::/96) are undone here.
 */
export function normaliseHost(hostname: string): string {
  if (hostname.startsWith("[")) return embeddedIpv4(hostname.slice(1, -1));
  let end = hostname.length;
  while (end > 0 && hostname.charCodeAt(end - 1) === 0x2e) end--;
  return hostname.slice(0, end);
}

function embeddedIpv4(address: string): string {
  const mapped = /^(?:::ffff|64:ff9b:):([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped === null) return address;
  const high = Number.parseInt(mapped[1] as string, 16);
  const low = Number.parseInt(mapped[2] as string, 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function hostKind(host: string): Destination["kind"] {
  if (host.includes(":")) return "ipv6";
  return /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(host) ? "ipv4" : "domain";
}

/** An http or https URL taken apart; undefined for every other scheme and for what the WHATWG parser refuses. */
export function findDestination(url: string): Destination | undefined {
  if (url.length > ruleLimits.urlUnits) return undefined;
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) return undefined;
  const host = normaliseHost(parsed.hostname);
  const kind = hostKind(host);
  return {
    url,
    host,
    kind,
    registrableDomain: kind === "domain" ? (getDomain(host, { allowPrivateDomains: true }) ?? undefined) : undefined,
    path: normalisePath(parsed.pathname),
    query: parsed.search.slice(1),
  };
}

/** As `findDestination`, for a URL that must be a web address; throws BAD_SCHEMA. */
export function parseDestination(url: string): Destination {
  const destination = findDestination(url);
  if (destination === undefined) throw new VerificationError("BAD_SCHEMA", "This is not a web address.");
  return destination;
}

/** Percent-escapes are undone once where they are UTF-8, letters made small, runs of slashes made one. */
export function normalisePath(path: string): string {
  return decodePercent(path)
    .toLowerCase()
    .replace(/\/{2,}/g, "/");
}

/** Undoes percent-escapes; a run of escapes that is not UTF-8 stays as it is. */
export function decodePercent(text: string): string {
  return text.includes("%") ? text.replace(/(?:%[0-9a-fA-F]{2})+/g, decodeRun) : text;
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}
