import { getDomain } from "tldts";
import { VerificationError } from "../errors.ts";
import { normalisePath, normaliseQuery } from "./escapes.ts";
import { ruleLimits } from "./limits.ts";
import { type PlainAddress, readPlainAddress } from "./plain-address.ts";

/** A web address in the one form that every rule is compared with. */
export type Destination = {
  readonly url: string;
  /** Lower case, punycode, without trailing dots; IPv6 in brackets-free RFC 5952 form; IPv4-mapped IPv6 as IPv4. */
  readonly host: string;
  readonly kind: "domain" | "ipv4" | "ipv6";
  /** By the Public Suffix List, private section included; undefined for addresses and bare suffixes. */
  readonly registrableDomain: string | undefined;
  /** Percent-decoded once, A–Z made small, repeated slashes made one. */
  readonly path: string;
  /** What path patterns are compared with: `path`, or `path?query` with the query decoded and made small alike. */
  readonly pathAndQuery: string;
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
  while (hostname.charCodeAt(end - 1) === 0x2e) end--;
  return hostname.slice(0, end);
}

/** Of an IPv6 address as the WHATWG serializer writes it, zeros left out where they are most. */
function embeddedIpv4(address: string): string {
  const mapped =
    /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ??
    /^64:ff9b::(?:([0-9a-f]{1,4}):)?([0-9a-f]{0,4})$/.exec(address);
  if (mapped === null) return address;
  const high = Number.parseInt(mapped[1] || "0", 16);
  const low = Number.parseInt(mapped[2] || "0", 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function hostKind(host: string): Destination["kind"] {
  if (host.includes(":")) return "ipv6";
  return isAddress(host) ? "ipv4" : "domain";
}

/**
 * True for IP addresses, which have no subdomains. `host` in comparison form: the WHATWG parser lets no domain end in a
 * label of digits, nor a colon stand anywhere but in an IPv6 address.
 */
export function isAddress(host: string): boolean {
  let digitsOnly = true;
  for (let at = host.length - 1; at > 0; at--) {
    const code = host.charCodeAt(at);
    if (code === 0x3a) return true;
    if (code === 0x2e) return digitsOnly;
    if (code < 0x30 || code > 0x39) digitsOnly = false;
  }
  return false;
}

class WebAddress implements Destination {
  readonly url: string;
  readonly host: string;
  readonly kind: Destination["kind"];
  readonly path: string;
  readonly pathAndQuery: string;
  readonly query: string;

  constructor(url: string, kind: Destination["kind"], { host, path, pathAndQuery, query }: PlainAddress) {
    this.url = url;
    this.host = host;
    this.kind = kind;
    this.path = path;
    this.pathAndQuery = pathAndQuery;
    this.query = query;
  }

  /** Asked of few addresses, so looked up when it is. */
  get registrableDomain(): string | undefined {
    return registrableDomainOf(this.host);
  }
}

/** By the Public Suffix List, private section included; undefined for addresses and bare suffixes. `host` in comparison form. */
export function registrableDomainOf(host: string): string | undefined {
  return hostKind(host) === "domain" ? (getDomain(host, domainOptions) ?? undefined) : undefined;
}
const domainOptions = {
  allowPrivateDomains: true,
  detectIp: false,
  extractHostname: false,
  validateHostname: false,
} as const;

/** An http or https URL taken apart; undefined for every other scheme and for what the WHATWG parser refuses. */
export function findDestination(url: string): Destination | undefined {
  if (url.length > ruleLimits.urlUnits) return undefined;
  const plain = readPlainAddress(url);
  return plain === undefined ? parseAddress(url) : new WebAddress(url, "domain", plain);
}

/** By the platform's parser, for every address; the plain ones come out alike. */
export function parseAddress(url: string): Destination | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) return undefined;
  const host = normaliseHost(parsed.hostname);
  const path = normalisePath(parsed.pathname);
  const query = parsed.search.slice(1);
  const pathAndQuery = query === "" ? path : `${path}?${normaliseQuery(query)}`;
  return new WebAddress(url, hostKind(host), { host, path, pathAndQuery, query });
}

/** As `findDestination`, for a URL that must be a web address; throws BAD_SCHEMA. */
export function parseDestination(url: string): Destination {
  const destination = findDestination(url);
  if (destination === undefined) throw new VerificationError("BAD_SCHEMA", "This is not a web address.");
  return destination;
}
