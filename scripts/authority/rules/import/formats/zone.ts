import { type Action, nothing, type Outcome, skipped } from "../entry.ts";
import { readListedHost } from "../listed-host.ts";

const mostHeadLines = 20;

/**
 * A response policy zone (RPZ, draft-vixie-dnsop-dns-rpz): names that a resolver refuses (`CNAME .`, `*.`, `rpz-drop.`, or
 * an address of the own machine) and names that it lets pass (`rpz-passthru.`). Lines are given in their order.
 */
export class ZoneReader {
  /** Both without their last dot. */
  #zone: string | undefined;
  #origin = "";
  #owner: string | undefined;
  /** Lines of a record in brackets so far; only the record at the head of a zone is written over several. */
  #open = 0;

  read(line: string): Outcome {
    const text = withoutComment(line);
    if (this.#open > 0) {
      this.#open = text.includes(")") || this.#open === mostHeadLines ? 0 : this.#open + 1;
      return nothing;
    }
    if (text.trim() === "") return nothing;
    if (text.startsWith("$")) return this.#readDirective(text);
    const words = text.trim().split(/\s+/);
    const owner = /^\s/.test(text) ? this.#owner : words.shift();
    this.#owner = owner;
    while (words[0] !== undefined && /^(?:in|ch|hs|[0-9]+[0-9smhdw]*)$/i.test(words[0])) words.shift();
    const [type = "", target = ""] = words;
    if (owner === undefined || type === "") return skipped("not-understood");
    switch (type.toUpperCase()) {
      case "SOA":
        if (owner.endsWith(".")) this.#zone ??= cutDot(owner);
        if (text.includes("(") && !text.includes(")")) this.#open = 1;
        return nothing;
      case "NS":
        return nothing;
      case "CNAME":
        return this.#readTarget(owner, target.toLowerCase());
      case "A":
      case "AAAA":
        return isSink(target) ? this.#take(owner, "alert") : skipped("dns-redirect");
      default:
        return skipped(/^[A-Z0-9]+$/i.test(type) ? "dns-redirect" : "not-understood");
    }
  }

  #readDirective(text: string): Outcome {
    const [name = "", value = ""] = text.trim().split(/\s+/);
    if (name.toUpperCase() === "$TTL") return nothing;
    if (name.toUpperCase() !== "$ORIGIN" || !value.endsWith(".")) return skipped("directive");
    this.#origin = cutDot(value);
    this.#zone ??= this.#origin;
    return nothing;
  }

  #readTarget(owner: string, target: string): Outcome {
    if (target === "." || target === "*." || target === "rpz-drop.") return this.#take(owner, "alert");
    if (target === "rpz-passthru.") return this.#take(owner, "allow");
    return skipped(target === "rpz-tcp-only." ? "dns-trigger" : target === "" ? "not-understood" : "dns-redirect");
  }

  #take(owner: string, action: Action): Outcome {
    const name = this.#nameOf(owner.toLowerCase());
    if (name === undefined) return skipped("dns-outside");
    if (/(?:^|\.)rpz-(?:ip|client-ip|nsip|nsdname)$/.test(name)) return skipped("dns-trigger");
    const starred = name.startsWith("*.");
    const read = readListedHost(starred ? name.slice(2) : name);
    if ("reason" in read) return skipped(read.reason);
    return {
      kind: "taken",
      entries: [{ kind: "host", action, host: read.host }],
      note: starred ? "wildcard-host" : undefined,
    };
  }

  /** The name that the zone speaks of: its owner without the zone's own name. */
  #nameOf(owner: string): string | undefined {
    if (owner === "@") return undefined;
    const zone = this.#zone?.toLowerCase();
    const origin = this.#origin.toLowerCase();
    const full = owner.endsWith(".") ? cutDot(owner) : origin === "" ? owner : `${owner}.${origin}`;
    if (!owner.endsWith(".") && origin === "") return owner;
    return zone !== undefined && full.endsWith(`.${zone}`) ? full.slice(0, -zone.length - 1) : undefined;
  }
}

function cutDot(name: string): string {
  return name.replace(/\.$/, "");
}

/** A `;` begins a comment, unless it stands in quotes or after a backslash. */
function withoutComment(line: string): string {
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const one = line[at];
    if (one === "\\") at++;
    else if (one === '"') isQuoted = !isQuoted;
    else if (one === ";" && !isQuoted) return line.slice(0, at);
  }
  return line;
}

function isSink(address: string): boolean {
  return /^(?:0\.0\.0\.0|127\.[0-9.]+|::1?|::ffff:0\.0\.0\.0)$/.test(address);
}
